//! From raw values to settings or findings: which rule is asked about what, and in which order its answer is told.

use super::disclosure::{self, Disclosure};
use super::endpoint::Endpoint;
use super::rules::{
    Site, Subject, bucket, elsewhere, enabled, endpoint, invisible, keys, loaders, missing, origin,
    placeholder, region, text,
};
use super::secrets;
use super::strays::Strays;
use super::{Loaded, Raw, Setting, Settings, Source, Variable, way};
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};
use crate::base::secret::Secret;

/// Judges raw values by every rule. Nothing is read or sent, and equal values are judged equally.
pub fn judge(raw: &Raw) -> Loaded {
    let provenance = raw.settings();
    let disclosure = Disclosure::new(hidden(raw, &provenance));
    let subjects = provenance.iter().filter_map(|setting| Subject::of(setting, raw.file.name())).collect();
    let mut findings = about_origin(raw, &provenance, &disclosure);
    let strays = Strays::new(raw, &provenance);
    findings.extend(
        Case { provenance: &provenance, subjects, disclosure: &disclosure, raw, strays: &strays }.findings(),
    );
    // Errors first, and of equal weight in the order of the variables: the first one is the first to act on.
    findings.sort_by_key(|finding| (std::cmp::Reverse(finding.severity), rank(finding)));
    for finding in &mut findings {
        name_source(finding, &provenance, raw.file.name());
    }
    let broken = findings.iter().any(|finding| finding.severity == Severity::Error);
    let settings = if broken { None } else { settings(&provenance) };
    let variables = raw.way();
    let mut secrets = secrets::values(raw, &provenance);
    secrets.extend(way::logins(&variables));
    Loaded {
        variables,
        provenance,
        env_file: raw.file.shown.clone(),
        secrets,
        strays,
        findings,
        settings,
        sdk: None,
        looked_for_sdk: false,
    }
}

/// Every value that may not show up in evidence: the secrets in use, those in the env file that are not, and what a quote
/// that is never closed has made of several lines.
fn hidden<'a>(raw: &'a Raw, provenance: &'a [Setting]) -> impl Iterator<Item = &'a Secret> {
    let is_secret =
        |name: &str| Variable::ALL.iter().any(|variable| variable.is_secret() && variable.name() == name);
    let used =
        provenance.iter().filter_map(|setting| Some((setting.variable.name(), setting.value.as_ref()?)));
    let in_file = raw.file.entries.iter().map(|entry| (entry.name.as_str(), &entry.value));
    used.chain(in_file)
        .filter(move |(name, value)| is_secret(name) || disclosure::spans_lines(value.expose()))
        .map(|(_, value)| value)
}

/// Says where the value is set that a finding is about: there it is to be corrected.
fn name_source(finding: &mut Finding, provenance: &[Setting], file: &str) {
    let of_it = |setting: &&Setting| Some(setting.variable) == finding.about;
    if provenance.iter().find(of_it).is_some_and(|setting| setting.source == Source::EnvFile) {
        finding.circumstances.insert(Circumstance::EnvFile);
        finding.values.entry("env_file").or_insert_with(|| file.into());
    }
}

/// The env file's own troubles come before those of any variable.
fn rank(finding: &Finding) -> usize {
    if finding.code == Code::ConfigEnvFile {
        return 0;
    }
    let position = |about| Variable::ALL.iter().position(|variable| *variable == about);
    finding.about.and_then(position).map_or(usize::MAX, |position| position + 1)
}

/// What concerns the place of a value rather than the value.
fn about_origin(raw: &Raw, provenance: &[Setting], disclosure: &Disclosure) -> Vec<Finding> {
    let mut findings: Vec<Finding> = origin::env_file(raw, provenance).into_iter().collect();
    findings.extend(loaders::unreadable(raw, provenance));
    findings.extend(loaders::stops(raw, provenance));
    for setting in provenance {
        findings.extend(missing::missing(setting, raw));
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
    disclosure: &'a Disclosure,
    raw: &'a Raw,
    strays: &'a Strays,
}

impl Case<'_> {
    fn findings(&self) -> Vec<Finding> {
        let (endpoint_findings, site) = self.endpoint();
        let empty = |setting| region::empty_region(setting, &site, self.raw.file.name());
        let mut findings: Vec<Finding> = self.provenance.iter().filter_map(empty).collect();
        for subject in &self.subjects {
            let mut about = self.characters(subject);
            match placeholder::placeholder(subject, &site, self.disclosure) {
                Some(placeholder) => about.push(placeholder),
                None if subject.variable == Variable::Endpoint => {
                    about.extend(endpoint_findings.iter().cloned());
                }
                None => about.extend(self.shape(subject, &site)),
            }
            loaders::mention_substitution(&mut about, subject, self.raw);
            findings.extend(about);
        }
        findings.extend(self.keys(&site));
        let strays = |subject| elsewhere::elsewhere(subject, self.strays, &findings);
        let stray: Vec<Finding> = self.subjects.iter().filter_map(strays).collect();
        findings.extend(stray);
        findings
    }

    fn subject(&self, variable: Variable) -> Option<&Subject> {
        self.subjects.iter().find(|subject| subject.variable == variable)
    }

    /// The endpoint comes first: whether it is R2's decides which rules hold for the others.
    fn endpoint(&self) -> (Vec<Finding>, Site) {
        let bucket = self.subject(Variable::BucketName).map(Subject::core);
        self.subject(Variable::Endpoint).map_or((Vec::new(), Site::Unknown), |subject| {
            endpoint::endpoint(subject, bucket, self.disclosure)
        })
    }

    fn characters(&self, subject: &Subject) -> Vec<Finding> {
        let rules = [text::quotes, text::whitespace, invisible::invisible];
        rules.iter().filter_map(|rule| rule(subject, self.disclosure)).collect()
    }

    fn shape(&self, subject: &Subject, site: &Site) -> Option<Finding> {
        match subject.variable {
            Variable::Enabled => enabled::enabled(subject, self.disclosure),
            Variable::BucketName => bucket::bucket_name(subject, site, self.disclosure),
            Variable::Region => region::region(subject, site, self.disclosure),
            Variable::Endpoint
            | Variable::AccessKeyId
            | Variable::SecretAccessKey
            | Variable::SessionToken => None,
        }
    }

    /// The keys are judged together: swapped ones are one fault. A placeholder is no key.
    fn keys(&self, site: &Site) -> Vec<Finding> {
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

/// The settings, exactly as they stand.
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
    })
}
