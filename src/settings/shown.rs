//! The settings as a report shows them, without any secret, so that they may outlive the loaded ones.

use super::endpoint::Endpoint;
use super::sdk::Sdk;
use super::{Loaded, Setting, Source, Variable};
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;

/// The settings of a run, as far as they may be shown.
#[derive(Clone)]
pub struct ShownSettings {
    /// Every variable, in the order of [`Variable::ALL`].
    pub rows: Vec<ShownSetting>,
    /// The env file that was read, as shown in reports.
    pub env_file: Option<String>,
    /// Where the bucket is, if the settings are sound.
    pub place: Option<ShownPlace>,
    /// The SDK of the application, if it is known.
    pub sdk: Option<Sdk>,
}

/// Where the bucket is.
#[derive(Clone)]
pub struct ShownPlace {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The bucket's name.
    pub bucket: String,
    /// The region named in signatures.
    pub region: String,
}

/// One variable, as far as it may be shown.
#[derive(Clone)]
pub struct ShownSetting {
    /// Which variable.
    pub variable: Variable,
    /// Where its value came from.
    pub source: Source,
    /// The value, if it may be shown.
    pub value: Option<String>,
    /// Its length.
    pub length: Option<usize>,
    /// The mark by which two reports can be compared.
    pub fingerprint: Option<String>,
}

impl ShownSettings {
    /// The parts of these settings that may be shown.
    pub fn of(loaded: &Loaded) -> Self {
        let place = loaded.settings.as_ref().map(|settings| ShownPlace {
            endpoint: settings.endpoint.clone(),
            bucket: settings.bucket.clone(),
            region: settings.region.clone(),
        });
        let rows = loaded.provenance.iter().map(|setting| ShownSetting::of(setting, loaded)).collect();
        Self { rows, env_file: loaded.env_file.clone(), place, sdk: loaded.sdk.clone() }
    }

    /// The value of a variable, if it may be shown.
    pub fn value(&self, variable: Variable) -> Option<String> {
        self.rows.iter().find(|row| row.variable == variable)?.value.clone()
    }
}

impl ShownSetting {
    fn of(setting: &Setting, loaded: &Loaded) -> Self {
        Self {
            variable: setting.variable,
            source: setting.source,
            value: setting.shown().filter(|_| !is_more_than_value(setting.variable, loaded)),
            length: setting.length(),
            fingerprint: setting.fingerprint(),
        }
    }
}

/// Whether there is extra text around a value, or a stand-in for it. That text is unknown, and may be part of a secret.
fn is_more_than_value(variable: Variable, loaded: &Loaded) -> bool {
    let about = loaded.findings.iter().filter(|finding| finding.about == Some(variable));
    about.into_iter().any(|finding| {
        finding.code == Code::ConfigExtraText || finding.circumstances.contains(&Circumstance::StandIn)
    })
}
