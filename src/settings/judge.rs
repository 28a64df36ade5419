//! From raw values to settings or findings: which rules judge which value, and the order of their findings.

use masking::Secret;

use super::disclosure::{self, Disclosure};
use super::endpoint::Endpoint;
use super::extra::decoded;
use super::payload::Payload;
use super::rules::{
    Site, Subject, bucket, elsewhere, enabled, endpoint, extra, invisible, keys, loaders, missing, origin,
    placeholder, region, shape, text,
};
use super::secrets;
use super::strays::Strays;
use super::style::Style;
use super::{Loaded, Raw, Setting, Settings, Variable, way};
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};

/// Judges raw values by every rule. Nothing is read or sent, and equal values are judged equally.
pub fn judge(raw: &Raw) -> Loaded {
    let provenance = raw.settings();
    let hidden = hidden(raw, &provenance);
    let disclosure = Disclosure::new(&hidden);
    let mut findings = about_origin(raw, &provenance, &disclosure);
    let strays = Strays::new(raw, &provenance);
    let case = Case::new(raw, &provenance, &disclosure, &strays);
    findings.extend(case.findings());
    let repaired = case.repaired();
    // Errors first, and of equal weight in the order of the variables: the first one is the first to act on.
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), rank(finding)));
    let broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    let settings = if broken { None } else { settings(&provenance) };
    let variables = raw.way();
    let mut secrets = secrets::values(raw, &provenance);
    secrets
        .extend(repaired.iter().filter(|(variable, _)| variable.is_secret()).map(|(_, value)| value.clone()));
    secrets.extend(way::logins(&variables));
    Loaded {
        style_set: None,
        payload_set: None,
        variables,
        provenance,
        env_file: raw.file.shown.clone(),
        reads_env_file: raw.file.wanted,
        secrets,
        strays,
        findings,
        settings,
        repaired,
        sdk: None,
        looked_for_sdk: false,
    }
}

/// Every value that evidence may not show: the secrets in use, unused ones in the env file, the decoded forms of both, and
/// values of several lines after an unclosed quote.
fn hidden(raw: &Raw, provenance: &[Setting]) -> Vec<Secret> {
    let secret = |name: &str| {
        let mut secret = Variable::ALL.into_iter().filter(|variable| variable.is_secret());
        secret.find(|variable| variable.name() == name)
    };
    let used =
        provenance.iter().filter_map(|setting| Some((setting.variable.name(), setting.value.as_ref()?)));
    let in_file = raw.file.entries.iter().map(|entry| (entry.name.as_str(), &entry.value));
    let mut hidden = Vec::new();
    for (name, value) in used.chain(in_file) {
        let secret = secret(name);
        if secret.is_some() || disclosure::spans_lines(value.expose()) {
            hidden.push(value.clone());
        }
        hidden.extend(secret.into_iter().flat_map(|variable| decoded(variable, value.expose())));
    }
    hidden
}

/// Findings about the env file come before those about variables.
fn rank(finding: &Finding) -> usize {
    if finding.code == Code::ConfigEnvFile {
        return 0;
    }
    let position = |about| Variable::ALL.iter().position(|variable| *variable == about);
    finding.about.and_then(position).map_or(usize::MAX, |position| position + 1)
}

/// Findings about the source of a value.
fn about_origin(raw: &Raw, provenance: &[Setting], disclosure: &Disclosure) -> Vec<Finding> {
    let mut findings: Vec<Finding> = origin::env_file(raw, provenance).into_iter().collect();
    findings.extend(loaders::unreadable(raw, provenance));
    findings.extend(loaders::stops(raw, provenance));
    for setting in provenance {
        findings.extend(missing::missing(setting, raw, disclosure));
        findings.extend(missing::empty_session_token(setting, raw));
        findings.extend(origin::not_unicode(setting, raw));
        findings.extend(origin::shadowed(setting, raw, disclosure));
        findings.extend(loaders::duplicate(setting, raw, disclosure));
        findings.extend(loaders::differs(setting, raw, disclosure));
        findings.extend(loaders::substitution(setting, raw, disclosure));
    }
    findings
}

/// The values to be judged, with what the rules need beside them.
struct Case<'a> {
    provenance: &'a [Setting],
    subjects: Vec<Subject>,
    /// The findings about the endpoint.
    endpoint: Vec<Finding>,
    site: Site,
    disclosure: &'a Disclosure,
    raw: &'a Raw,
    strays: &'a Strays,
}

impl<'a> Case<'a> {
    /// The endpoint comes first: whether it is R2's decides which rules hold for the others.
    fn new(raw: &'a Raw, provenance: &'a [Setting], disclosure: &'a Disclosure, strays: &'a Strays) -> Self {
        let subject = |setting| Subject::of(setting, raw.file.name());
        let one = |wanted| {
            let mut found = provenance.iter().filter(move |setting| setting.variable == wanted);
            found.find_map(subject)
        };
        let bucket = one(Variable::BucketName);
        let mut address = one(Variable::Endpoint).map(|own| peeled(own, &Site::Unknown));
        let judged = address
            .as_ref()
            .map(|own| endpoint::endpoint(own, bucket.as_ref().map(Subject::core), disclosure));
        let (endpoint, site) = judged.unwrap_or((Vec::new(), Site::Unknown));
        // What is well-formed as an endpoint is so at any site.
        let subject_here = |setting: &'a Setting| match setting.variable {
            Variable::Endpoint => address.take(),
            Variable::Enabled
            | Variable::AccessKeyId
            | Variable::SecretAccessKey
            | Variable::SessionToken
            | Variable::BucketName
            | Variable::Region => subject(setting).map(|own| peeled(own, &site)),
        };
        let subjects = provenance.iter().filter_map(subject_here).collect();
        Self { provenance, subjects, endpoint, site, disclosure, raw, strays }
    }

    fn findings(&self) -> Vec<Finding> {
        let empty = |setting| region::empty_region(setting, &self.site, self.raw.file.name());
        let mut findings: Vec<Finding> = self.provenance.iter().filter_map(empty).collect();
        for subject in &self.subjects {
            let mut about = self.characters(subject);
            match placeholder::placeholder(subject, &self.site, self.disclosure) {
                // A placeholder is not judged for quotes as well.
                Some(placeholder) => about = vec![placeholder],
                None if subject.variable == Variable::Endpoint => {
                    about.extend(self.endpoint.iter().cloned());
                }
                None => about.extend(self.shape(subject)),
            }
            loaders::mention_substitution(&mut about, subject, self.raw);
            findings.extend(about);
        }
        findings.extend(self.keys());
        let strays = |subject| elsewhere::elsewhere(subject, self.strays, &findings);
        let stray: Vec<Finding> = self.subjects.iter().filter_map(strays).collect();
        findings.extend(stray);
        for finding in &mut findings {
            finding.on_r2 |= matches!(self.site, Site::R2(_));
        }
        findings
    }

    /// The values without their extra text, for experiments.
    fn repaired(&self) -> Vec<(Variable, Secret)> {
        let extra = |subject: &Subject| {
            let peeled = subject.extra().filter(|peeled| peeled.sound && peeled.is_certain(subject.raw()))?;
            Some((subject.variable, peeled.value.clone()))
        };
        self.subjects.iter().filter_map(extra).collect()
    }

    fn subject(&self, variable: Variable) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.variable == variable)
    }

    fn characters(&self, subject: &Subject) -> Vec<Finding> {
        if subject.is_repaired() {
            return extra::extra(subject, self.disclosure).into_iter().collect();
        }
        let rules = [text::quotes, text::whitespace, invisible::invisible];
        rules.iter().filter_map(|rule| rule(subject, self.disclosure)).collect()
    }

    fn shape(&self, subject: &Subject) -> Option<Finding> {
        match subject.variable {
            Variable::Enabled => enabled::enabled(subject, self.disclosure),
            Variable::BucketName => bucket::bucket_name(subject, &self.site, self.disclosure),
            Variable::Region => region::region(subject, &self.site, self.disclosure),
            Variable::Endpoint
            | Variable::AccessKeyId
            | Variable::SecretAccessKey
            | Variable::SessionToken => None,
        }
    }

    /// The keys are judged together: swapped ones are one fault. A placeholder is no key.
    fn keys(&self) -> Vec<Finding> {
        let site = &self.site;
        let real = |variable| {
            self.subject(variable)
                .filter(|key| placeholder::placeholder(key, site, self.disclosure).is_none())
        };
        let mut findings = keys::keys(real(Variable::AccessKeyId), real(Variable::SecretAccessKey), site);
        for finding in &mut findings {
            if let Some(key) = finding.about.and_then(|variable| self.subject(variable)) {
                loaders::mention_substitution(std::slice::from_mut(finding), key, self.raw);
            }
        }
        findings
    }
}

/// A value with its extra text separated.
fn peeled(subject: Subject, site: &Site) -> Subject {
    let peeled = shape::peeled(subject.variable, subject.raw(), site);
    subject.peeled(peeled)
}

/// The settings exactly as they are.
pub(super) fn settings(provenance: &[Setting]) -> Option<Settings> {
    let value = |wanted: Variable| {
        let setting = provenance.iter().find(|setting| setting.variable == wanted)?;
        setting.value.clone()
    };
    let text = |variable| value(variable).map(|value| value.expose().to_owned());
    Some(Settings {
        endpoint: Endpoint::parse(&text(Variable::Endpoint)?).ok()?,
        access_key_id: value(Variable::AccessKeyId)?,
        secret_access_key: value(Variable::SecretAccessKey)?,
        session_token: value(Variable::SessionToken).filter(|token| !token.expose().is_empty()),
        bucket: text(Variable::BucketName)?,
        region: text(Variable::Region)?,
        style: Style::default(),
        payload: Payload::default(),
    })
}
