//! The demo: the simulator on loopback, with credentials of its own, healthy or with one fault.
//!
//! It lets a newcomer see a run without an account, and a deployer see that a failing run blocks. The run is a real one
//! and knows nothing of the demo but its settings; the demo reads no setting, and its passing says nothing about R2.

#[cfg(feature = "demo")]
mod environment;
#[cfg_attr(
    not(feature = "demo"),
    expect(dead_code, reason = "`explain` and the report know the names alone")
)]
pub mod fault;
#[cfg(feature = "demo")]
mod running;
#[cfg(feature = "demo")]
mod staging;

#[cfg(feature = "demo")]
pub use running::Demo;
