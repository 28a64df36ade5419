//! `--fault`: a name from the list, or the list.

use std::ffi::OsStr;

use clap::builder::{PossibleValue, TypedValueParser};
use clap::error::ErrorKind;
use clap::{Arg, Error};

use crate::commands::demo::fault::DemoFault;

/// What `--fault` asks for.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FaultChoice {
    /// A list of the faults.
    Help,
    /// This fault.
    One(DemoFault),
}

/// Reads `--fault`. It offers the names to shells that complete them, and names the nearest when there is a slip.
#[derive(Clone)]
pub(super) struct FaultParser;

impl TypedValueParser for FaultParser {
    type Value = FaultChoice;

    fn parse_ref(
        &self,
        command: &clap::Command,
        _: Option<&Arg>,
        value: &OsStr,
    ) -> Result<FaultChoice, Error> {
        let name = value.to_string_lossy();
        fault(&name).map_err(|reason| Error::raw(ErrorKind::InvalidValue, reason + "\n").with_cmd(command))
    }

    fn possible_values(&self) -> Option<Box<dyn Iterator<Item = PossibleValue> + '_>> {
        let faults = DemoFault::ALL.iter().map(|fault| PossibleValue::new(fault.name()).help(fault.what()));
        Some(Box::new(faults.chain([PossibleValue::new("help").help("list the faults")])))
    }
}

fn fault(name: &str) -> Result<FaultChoice, String> {
    // Both are what people try.
    if ["help", "list"].contains(&name) {
        return Ok(FaultChoice::Help);
    }
    DemoFault::parse(name).map(FaultChoice::One).ok_or_else(|| {
        let hint = match DemoFault::nearest(name) {
            Some(fault) => format!("did you mean `{}`?", fault.name()),
            None => "`r2-selftest demo --fault help` lists all faults".to_owned(),
        };
        format!("there is no fault `{name}`; {hint}")
    })
}
