//! Findings about how an env file is read: lines that cannot be, names that stand twice, references, and what another loader
//! makes of the same lines.

use masking::Secret;

use super::origin::brief;
use super::{Subject, counted};
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::{Finding, Severity};
use crate::settings::disclosure::Disclosure;
use crate::settings::env_file::{Entry, Unreadable};
use crate::settings::{Raw, Setting, Source, Variable};

/// Maximum number of lines that a finding names.
const MOST_LINES: usize = 5;

/// The lines that the application's loader skips: an error if they may be why a needed variable is missing.
pub fn unreadable(raw: &Raw, settings: &[Setting]) -> Vec<Finding> {
    let needed = |setting: &&Setting| setting.source == Source::Missing && setting.variable.is_needed();
    let lost: Vec<Variable> = settings.iter().filter(needed).map(|setting| setting.variable).collect();
    let decides = |line: &&Unreadable| lost.iter().any(|variable| line.may_hide(*variable));
    let (decisive, harmless): (Vec<_>, Vec<_>) = raw.file.unreadable.iter().partition(decides);
    let mut findings = Vec::new();
    if let Some(first) = decisive.first() {
        let hidden = lost.iter().filter(|variable| decisive.iter().any(|line| line.may_hide(**variable)));
        let hidden: Vec<&str> = hidden.map(|variable| variable.name()).collect();
        let finding = about_lines(Finding::error(Code::ConfigEnvFile), first, &decisive, raw);
        findings.push(finding.because(format!("not set because of it: {}", hidden.join(", "))));
    }
    if let Some(first) = harmless.first() {
        let finding = about_lines(Finding::warning(Code::ConfigEnvFile), first, &harmless, raw);
        findings.push(finding.because("the application's loader skips it, and so does this run"));
    }
    findings
}

fn about_lines(finding: Finding, first: &Unreadable, lines: &[&Unreadable], raw: &Raw) -> Finding {
    let file = raw.file.name();
    let finding = finding.under(Circumstance::BadLine).with("env_file", file);
    let reason = |line: &Unreadable| match line.variable {
        Some(variable) => format!("{} for {}", line.reason, variable.name()),
        None => line.reason.to_owned(),
    };
    let finding = finding
        .with("line", first.line.to_string())
        .with("part", format!("Line {} of {file}", first.line))
        .with("reason", reason(first));
    let mut finding = finding.with("name", first.variable.map_or("NAME", Variable::name));
    for line in lines.iter().take(MOST_LINES) {
        finding.add(format!("line {} of {file} is not read: {}", line.line, reason(line)));
        if line.last > line.line {
            finding.add(format!("everything up to line {} is read as part of line {}", line.last, line.line));
        }
    }
    if let Some(stop) =
        raw.file.second_opinion.stops.filter(|stop| lines.iter().any(|line| line.line == *stop))
    {
        finding.add(format!("other loaders, such as dotenvy, stop at line {stop} with an error"));
    }
    if lines.len() > MOST_LINES {
        finding.add(format!("{} are not read either", counted(lines.len() - MOST_LINES, "other line")));
    }
    finding
}

/// A variable that is set more than once, to different values.
pub fn duplicate(setting: &Setting, raw: &Raw, disclosure: &Disclosure) -> Option<Finding> {
    let used = used(setting, raw)?;
    let (name, file) = (setting.variable.name(), raw.file.name());
    let first = entries(setting, raw).find(|entry| entry.value.expose() != used.value.expose())?;
    let (mine, other) = (brief(setting, disclosure), of_file(setting.variable, first.value.clone()));
    let finding = warning(Code::ConfigDuplicate, setting.variable, used.line, raw)
        .because(format!(
            "{name} on line {} of {file} is {mine}, which python-dotenv uses, as it comes last",
            used.line
        ))
        .because(format!(
            "{name} on line {} is {}, which other loaders use, as it comes first",
            first.line,
            brief(&other, disclosure)
        ));
    Some(finding)
}

/// A variable that another loader reads differently from the same line.
pub fn differs(setting: &Setting, raw: &Raw, disclosure: &Disclosure) -> Option<Finding> {
    let used = used(setting, raw)?;
    let other = raw.file.second_opinion.values.get(&setting.variable)?;
    let stands_once = entries(setting, raw).all(|entry| entry.value.expose() == used.value.expose());
    if !stands_once || other.expose() == used.value.expose() {
        return None;
    }
    let (mine, other) = (brief(setting, disclosure), of_file(setting.variable, other.clone()));
    let (name, file) = (setting.variable.name(), raw.file.name());
    let finding = warning(Code::ConfigLoadersDiffer, setting.variable, used.line, raw)
        .because(format!("from line {} of {file}, python-dotenv reads {name} as {mine}", used.line))
        .because(format!("dotenvy reads it as {}", brief(&other, disclosure)));
    Some(finding)
}

/// The variables that another loader does not get, because it stops before them.
pub fn stops(raw: &Raw, settings: &[Setting]) -> Option<Finding> {
    let opinion = &raw.file.second_opinion;
    // A line that cannot be parsed has its own finding.
    let is_known = |line: &usize| raw.file.unreadable.iter().any(|unreadable| unreadable.line == *line);
    let line = opinion.stops.filter(|line| !is_known(line))?;
    let unread =
        |setting: &&Setting| used(setting, raw).is_some() && !opinion.values.contains_key(&setting.variable);
    let unread: Vec<Variable> = settings.iter().filter(unread).map(|setting| setting.variable).collect();
    let names: Vec<&str> = unread.iter().map(|variable| variable.name()).collect();
    let finding = warning(Code::ConfigLoadersDiffer, *unread.first()?, line, raw)
        .because(format!(
            "dotenvy stops with an error at line {line} of {}; python-dotenv reads on",
            raw.file.name()
        ))
        .because(format!(
            "set in the application, and not where dotenvy loads the file: {}",
            names.join(", ")
        ));
    Some(finding)
}

/// A warning about a variable on a line of the file.
fn warning(code: Code, variable: Variable, line: usize, raw: &Raw) -> Finding {
    Finding::warning(code).about(variable).with("env_file", raw.file.name()).with("line", line.to_string())
}

/// A reference that stands for nothing.
pub fn substitution(setting: &Setting, raw: &Raw, disclosure: &Disclosure) -> Option<Finding> {
    let length = setting.length().unwrap_or_default();
    // If nothing remains of the value, it is reported as missing.
    if length == 0 && setting.variable.is_needed() {
        return None;
    }
    let (entry, name) = dead_reference(setting, raw, disclosure)?;
    let what = name.map_or("a variable".to_owned(), |name| format!("`${{{name}}}`"));
    let (name, file) = (setting.variable.name(), raw.file.name());
    let finding = warning(Code::ConfigSubstitution, setting.variable, entry.line, raw)
        .with_fault(format!("refers to {what}, which is not set"))
        .with("length", length.to_string());
    Some(
        finding
            .because(format!("{name} on line {} of {file} refers to {what}", entry.line))
            .because(format!(
                "no such variable is set in the environment or above that line, so it is replaced with nothing: {} remain",
                counted(length, "character")
            )),
    )
}

/// The line of a setting whose value refers to a variable that is not set, and that variable's name, if it may be shown.
pub fn dead_reference<'a>(
    setting: &Setting,
    raw: &'a Raw,
    disclosure: &Disclosure,
) -> Option<(&'a Entry, Option<String>)> {
    let entry = used(setting, raw)?;
    let reference = entry.references.iter().find(|reference| !reference.stands_for_something)?;
    Some((entry, disclosure.show(&reference.name).filter(|_| !setting.variable.is_secret())))
}

/// Adds to findings about a value that the loader replaced references in it.
pub fn mention_substitution(findings: &mut [Finding], subject: &Subject, raw: &Raw) {
    let rewritten = raw.in_file(subject.variable).is_some_and(|entry| !entry.references.is_empty());
    if !rewritten || raw.environment.value(subject.variable).is_some() {
        return;
    }
    for finding in findings.iter_mut().filter(|finding| finding.severity == Severity::Error) {
        finding.add(format!("{} writes it with `${{…}}`, which the loader replaced", raw.file.name()));
    }
}

/// The entry that gave a setting its value.
fn used<'a>(setting: &Setting, raw: &'a Raw) -> Option<&'a Entry> {
    raw.in_file(setting.variable).filter(|_| setting.source == Source::EnvFile)
}

fn entries<'a>(setting: &Setting, raw: &'a Raw) -> impl Iterator<Item = &'a Entry> {
    let name = setting.variable.name();
    raw.file.entries.iter().filter(move |entry| entry.name == name)
}

fn of_file(variable: Variable, value: Secret) -> Setting {
    Setting { variable, source: Source::EnvFile, value: Some(value), undecodable: None, line: None }
}
