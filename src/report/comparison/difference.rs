//! What differs between two reports, each with what it is about.

use serde::Serialize;

use super::{connection, place};
use crate::base::variable::Variable;
use crate::report::{Phases, Report, Setting, SettingSource};

/// A smaller difference of two clocks is the time that responses take.
const CLOCKS: i64 = 5;

/// What a difference is about.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Topic {
    /// The value of a variable.
    Setting(Variable),
    /// A variable that this version does not know.
    OtherSetting,
    /// Where a value comes from.
    Source,
    /// The env file that was read.
    EnvFile,
    /// The client whose rules decide on proxies and root certificates.
    Client,
    /// The SDK in whose form uploads are sent.
    Sdk,
    /// The proxy.
    Proxy,
    /// The clock.
    Clock,
    /// Who issued the server's certificate.
    Certificate,
    /// The version of TLS or HTTP.
    Protocol,
    /// The address that responded, or the data centre behind it.
    Address,
    /// Where the bucket is.
    Target,
    /// The machine.
    Place,
    /// The program's own version.
    Tool,
}

/// Something that is not the same in both reports.
#[derive(Clone, Debug, Serialize)]
pub struct Difference {
    /// What it is about.
    #[serde(skip)]
    pub topic: Topic,
    /// Its name: a variable's, or a few words.
    pub name: String,
    /// What it is in the first report.
    pub a: String,
    /// What it is in the second.
    pub b: String,
}

/// Everything that differs, what explains most first.
pub fn all(a: &Report, b: &Report) -> Vec<Difference> {
    let mut found = settings(a, b);
    let mut note = |topic, name: &str, of: &dyn Fn(&Report) -> Option<String>| {
        found.extend(texts(topic, name, of(a), of(b)));
    };
    note(Topic::Proxy, "proxy", &|report| report.environment.proxy.clone());
    note(Topic::Client, "client rules", &|report| report.environment.client.clone());
    note(Topic::Sdk, "SDK", &|report| report.environment.sdk.as_ref().map(|sdk| sdk.version.clone()));
    found.extend(clocks(a, b));
    let mut note = |topic, name: &str, of: &dyn Fn(&Report) -> Option<String>| {
        found.extend(texts(topic, name, of(a), of(b)));
    };
    note(Topic::Target, "jurisdiction", &|report| report.target.jurisdiction.clone());
    note(Topic::Target, "endpoint", &|report| report.target.endpoint.clone());
    note(Topic::Target, "region in signatures", &|report| report.target.region.clone());
    note(Topic::Certificate, "certificate issued by", &|report| phases(report)?.certificate_issuer.clone());
    note(Topic::Protocol, "TLS version", &|report| phases(report)?.tls_version.clone());
    note(Topic::Protocol, "HTTP version", &|report| phases(report)?.http_version.clone());
    note(Topic::Address, "address", &|report| phases(report)?.address.clone());
    note(Topic::Address, "data centre", &|report| phases(report)?.data_centre.clone());
    note(Topic::Place, "place", &|report| Some(place(report)));
    note(Topic::EnvFile, "env file", &|report| report.environment.env_file.clone());
    note(Topic::Tool, "r2-selftest", &|report| Some(report.tool.version.clone()));
    // What the line of a variable shows needs no second line.
    let named = |variable| found.iter().any(|other: &Difference| other.topic == Topic::Setting(variable));
    let (endpoint, region) = (named(Variable::Endpoint), named(Variable::Region));
    found.retain(|difference| match difference.name.as_str() {
        "endpoint" | "jurisdiction" => !endpoint,
        "region in signatures" => !region,
        _ => true,
    });
    found
}

fn phases(report: &Report) -> Option<&Phases> {
    connection(report).map(|check| &check.phases)
}

/// Two texts, unless they are the same or one is unknown.
fn texts(topic: Topic, name: &str, a: Option<String>, b: Option<String>) -> Option<Difference> {
    // A fact of the connection is no difference where there was no connection.
    let measured = matches!(topic, Topic::Certificate | Topic::Protocol | Topic::Address);
    if a == b || measured && (a.is_none() || b.is_none()) {
        return None;
    }
    let shown = |text: Option<String>| text.unwrap_or_else(|| "none".to_owned());
    Some(Difference { topic, name: name.to_owned(), a: shown(a), b: shown(b) })
}

fn clocks(a: &Report, b: &Report) -> Option<Difference> {
    let (one, other) = (phases(a)?.clock_offset_s?, phases(b)?.clock_offset_s?);
    let shown = |offset: i64| match offset {
        0 => "as the server's".to_owned(),
        1.. => format!("{offset} s behind the server's"),
        ..0 => format!("{} s ahead of the server's", offset.unsigned_abs()),
    };
    (one.abs_diff(other) >= CLOCKS.unsigned_abs()).then(|| Difference {
        topic: Topic::Clock,
        name: "clock".to_owned(),
        a: shown(one),
        b: shown(other),
    })
}

/// The variables that differ in value, then those that differ in their source alone.
fn settings(a: &Report, b: &Report) -> Vec<Difference> {
    let pairs = || {
        a.settings.iter().filter_map(|setting| {
            Some((setting, b.settings.iter().find(|other| other.name == setting.name)?))
        })
    };
    let values = pairs().filter(|(one, other)| differ(one, other)).map(|(one, other)| {
        let variable = Variable::ALL.into_iter().find(|variable| variable.name() == one.name);
        let topic = variable.map_or(Topic::OtherSetting, Topic::Setting);
        Difference { topic, name: one.name.clone(), a: value(one), b: value(other) }
    });
    let sources = pairs().filter(|(one, other)| !differ(one, other) && one.source != other.source);
    let sources = sources.map(|(one, other)| Difference {
        topic: Topic::Source,
        name: format!("{}, the same value", one.name),
        a: source(one.source).to_owned(),
        b: source(other.source).to_owned(),
    });
    values.chain(sources).collect()
}

/// Whether two values are known to differ.
fn differ(a: &Setting, b: &Setting) -> bool {
    let missing = |setting: &Setting| setting.source == SettingSource::Missing;
    if missing(a) || missing(b) {
        return missing(a) != missing(b);
    }
    let both = |a: &Option<String>, b: &Option<String>| a.is_some() && b.is_some() && a != b;
    both(&a.fingerprint, &b.fingerprint) || both(&a.value, &b.value) || a.length != b.length
}

/// What may be shown of a value.
fn value(setting: &Setting) -> String {
    if setting.source == SettingSource::Missing {
        return "is not set".to_owned();
    }
    let mut parts = Vec::new();
    if let Some(value) = &setting.value {
        parts.push(format!("`{value}`"));
    } else {
        parts.extend(setting.length.map(|length| format!("{length} characters")));
        parts.extend(setting.fingerprint.as_ref().map(|fingerprint| format!("fingerprint {fingerprint}")));
    }
    parts.push(source(setting.source).to_owned());
    parts.join(", ")
}

fn source(source: SettingSource) -> &'static str {
    match source {
        SettingSource::Environment => "from the environment",
        SettingSource::EnvFile => "from the env file",
        SettingSource::Default => "the default",
        SettingSource::Missing => "not set",
    }
}
