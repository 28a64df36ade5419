//! The demo: the simulator on loopback, with credentials of its own, healthy or with one fault.
//!
//! It shows a run without an account, and that a failing run blocks a deploy. The run is a real one that differs only in its
//! settings; the demo reads no setting, and a pass says nothing about R2.

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
