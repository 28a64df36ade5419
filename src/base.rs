//! What all wings share: codes and findings, the object that a run writes, what stops a run, and work that may block.
//! It knows neither S3 nor checks nor reports, and imports no other wing.

pub mod circumstance;
pub mod clock;
pub mod code;
pub mod finding;
pub mod machine;
pub mod platform;
pub mod probe;
pub mod stop;
pub mod surroundings;
pub mod text;
pub mod variable;
pub mod worker;
