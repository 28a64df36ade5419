//! The settings of a run: where each value came from, and whether it is well-formed.
//!
//! Values are used exactly as they are, as the application uses them; one that would need trimming or unquoting is a
//! finding. Nothing is sent from here.

mod characters;
mod confidential;
pub mod correction;
mod disclosure;
pub mod endpoint;
mod env_file;
mod extra;
mod judge;
pub mod lists;
pub mod payload;
pub mod places;
mod raw;
mod rules;
pub mod sdk;
mod secrets;
mod shown;
mod strays;
pub mod style;
#[cfg(test)]
mod tests;
mod url_text;
pub mod way;

use std::path::PathBuf;

use masking::{Secret, fingerprint};

use crate::base::finding::{Finding, Severity};
use crate::base::surroundings::Surroundings;
pub use crate::base::variable::Variable;
use crate::base::worker::Worker;
use endpoint::Endpoint;
pub use env_file::Found;
pub use judge::judge;
use payload::Payload;
pub use raw::{Environment, Raw};
pub use shown::{ShownSetting, ShownSettings};
pub use strays::Strays;
use style::Style;
use url_text::UrlText;
pub use way::aws::Beside;
use way::{ClientKind, Variables};

/// Which env file to read beside the process environment.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EnvFile {
    /// `.env` in the current folder or the nearest parent that has one.
    Search,
    /// This file; it is an error if it cannot be read.
    Named(PathBuf),
    /// None.
    None,
}

/// Finds and reads the env file, without parsing it.
pub fn read(worker: &Worker, choice: &EnvFile, around: &Surroundings) -> Found {
    env_file::read(worker, choice, &env_file::Place::of(around))
}

/// Judges the settings of the environment and of what was read of an env file. Nothing is sent.
pub fn load(found: Found, around: &Surroundings) -> Loaded {
    judge(&Raw { environment: Environment::of(around), file: found.parse(&|name| text(around, name)) })
}

/// The value of a variable for a reference in an env file.
fn text(around: &Surroundings, name: &str) -> Option<String> {
    around.value(name).map(|value| value.to_string_lossy().into_owned())
}

/// The settings of the environment alone.
pub fn of_environment(around: &Surroundings) -> Loaded {
    load_without(&EnvFile::None, "", around)
}

/// The same with the environment only, if the env file could not be read in time.
pub fn load_without(choice: &EnvFile, reason: &str, around: &Surroundings) -> Loaded {
    let file = env_file::FileRead::unfinished(choice, reason);
    judge(&Raw { environment: Environment::of(around), file })
}

/// The fixed words by which placeholders and extra text are recognised. They are public, and not masked even if a secret
/// begins with one.
pub fn fixed_words() -> String {
    extra::words().chain(rules::reference::words()).collect::<Vec<_>>().join("\n")
}

/// Settings that passed every rule, ready for use.
#[derive(Clone)]
pub struct Settings {
    /// Where the bucket is.
    pub endpoint: Endpoint,
    /// The access key id.
    pub access_key_id: Secret,
    /// The secret access key.
    pub secret_access_key: Secret,
    /// Present with temporary credentials.
    pub session_token: Option<Secret>,
    /// The bucket's name.
    pub bucket: String,
    /// The region named in signatures.
    pub region: String,
    /// Where the bucket's name stands in URLs.
    pub style: Style,
    /// What signatures say of bodies.
    pub payload: Payload,
}

/// Where a value came from.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Source {
    /// The process environment.
    Environment,
    /// The env file.
    EnvFile,
    /// The program's default.
    Default,
    /// Nowhere: the variable is not set.
    Missing,
}

/// One variable with its raw value, which only [`Setting::shown`] exposes, and only if it is no secret.
#[derive(Clone)]
pub struct Setting {
    /// Which variable.
    pub variable: Variable,
    /// Where its value came from.
    pub source: Source,
    /// The raw value, if it is set and Unicode.
    pub value: Option<Secret>,
    /// The length in bytes of a value that is set but not Unicode.
    pub undecodable: Option<usize>,
    /// The line of the env file on which it stands.
    pub line: Option<usize>,
}

impl Setting {
    /// The value, if it may be shown: no secret, nothing that looks like one, an endpoint without its user info.
    pub fn shown(&self) -> Option<String> {
        let value = self.value.as_ref().filter(|_| !self.variable.is_secret())?.expose();
        let value = match self.variable {
            Variable::Endpoint if UrlText::split(value).has_unclear_login() => return None,
            Variable::Endpoint => disclosure::without_user_info(value),
            Variable::Enabled
            | Variable::AccessKeyId
            | Variable::SecretAccessKey
            | Variable::SessionToken
            | Variable::BucketName
            | Variable::Region => value.to_owned(),
        };
        (!disclosure::looks_secret(&value)).then_some(value)
    }

    /// The value's length in characters, or in bytes if it is not Unicode; nothing if it is not set.
    pub fn length(&self) -> Option<usize> {
        self.value.as_ref().map(|value| value.expose().chars().count()).or(self.undecodable)
    }

    /// The mark by which two reports can be compared without showing the value: of one that is shown in any case, or of
    /// one that nobody can guess.
    pub fn fingerprint(&self) -> Option<String> {
        let value = self.value.as_ref()?;
        let in_sight = self.shown().is_some_and(|shown| shown == value.expose());
        if in_sight { Some(fingerprint(value.expose())) } else { value.fingerprint() }
    }
}

/// What the client's own files and variables add to the settings; only boto3 has some.
pub fn beside(
    worker: &Worker,
    client: ClientKind,
    variables: &Variables,
    settings: Option<&Settings>,
    sdk: Option<&sdk::Sdk>,
) -> Option<Beside> {
    match client {
        ClientKind::Boto3 => Some(way::aws::complete(worker, variables, settings, sdk)),
        ClientKind::Native => None,
    }
}

impl Loaded {
    /// Takes what was found beside the settings. An error ends the use of them.
    pub fn take(&mut self, Beside { variables, findings, style, style_set, payload, payload_set }: Beside) {
        self.variables = variables;
        self.style_set = style_set;
        self.payload_set = payload_set;
        if let Some(settings) = &mut self.settings {
            (settings.style, settings.payload) = (style, payload);
        }
        if findings.iter().any(|finding| finding.severity == Severity::Error) {
            self.settings = None;
        }
        self.findings.extend(findings);
        self.findings.sort_by_key(|finding| std::cmp::Reverse(finding.severity));
    }
}

/// The result of loading the settings.
pub struct Loaded {
    /// Every variable, in the order of [`Variable::ALL`].
    pub provenance: Vec<Setting>,
    /// The env file that was read, as shown in reports: relative to the current folder.
    pub env_file: Option<String>,
    /// Whether one would be read, should it be there.
    pub reads_env_file: bool,
    /// What no output may hold.
    pub secrets: Vec<Secret>,
    /// The same, to be found in other values.
    pub strays: Strays,
    /// Other variables of the process and the env file, on which the route to the server depends.
    pub variables: Variables,
    /// The line of a file of the client's that determines where the bucket's name stands in URLs.
    pub style_set: Option<String>,
    /// The line of one that determines what signatures say of bodies.
    pub payload_set: Option<String>,
    /// All findings about the settings, not only the first.
    pub findings: Vec<Finding>,
    /// The settings, if no finding is an error.
    pub settings: Option<Settings>,
    /// The values that are well-formed without their extra text, without that text.
    pub repaired: Vec<(Variable, Secret)>,
    /// The SDK of the application, if it was found.
    pub sdk: Option<sdk::Sdk>,
    /// Whether it was searched for.
    pub looked_for_sdk: bool,
}
