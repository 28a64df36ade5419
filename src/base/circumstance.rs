//! What a run knows of its circumstances. By these the steps of a fix are chosen, so that none asks what is known.

use serde::Deserialize;

/// One thing that is known of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Circumstance {
    /// It takes place on Railway.
    Railway,
    /// It takes place elsewhere.
    OffRailway,
    /// A proxy carries the requests.
    Proxy,
    /// None does.
    NoProxy,
    /// The right value is known.
    KnownValue,
    /// It is not.
    UnknownValue,
    /// A session token is set.
    SessionToken,
    /// None is set.
    NoSessionToken,
}

impl Circumstance {
    /// How a step begins that holds under this circumstance only, where the circumstances are not known.
    pub fn condition(self) -> &'static str {
        match self {
            Self::Railway => "On Railway",
            Self::OffRailway => "Elsewhere than on Railway",
            Self::Proxy => "Through a proxy",
            Self::NoProxy => "Without a proxy",
            Self::KnownValue => "Where the right value is known",
            Self::UnknownValue => "Where it is not",
            Self::SessionToken => "With R2_SESSION_TOKEN",
            Self::NoSessionToken => "Without R2_SESSION_TOKEN",
        }
    }
}
