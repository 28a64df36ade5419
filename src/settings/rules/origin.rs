//! Findings about where values come from: an env file that cannot be read, that is shadowed by the environment, or whose
//! text the loader rewrote; and values that are no Unicode text.

use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::text::counted;
use crate::settings::disclosure::Disclosure;
use crate::settings::env_file::Trouble;
use crate::settings::{Raw, Setting, Source};

/// An env file that cannot be read, or not completely; missing variables are reported here.
pub fn env_file(raw: &Raw, settings: &[Setting]) -> Option<Finding> {
    let trouble = raw.file.trouble.as_ref()?;
    let lost: Vec<_> = settings
        .iter()
        .filter(|setting| setting.source == Source::Missing && setting.variable.is_needed())
        .map(|setting| setting.variable.name())
        .collect();
    let harmless = !trouble.found && lost.is_empty();
    let finding = if harmless { Finding::warning } else { Finding::error }(Code::ConfigEnvFile);
    let file = raw.file.name();
    let finding = finding.under(trouble.kind).with("env_file", file).with("name", "NAME");
    let mut finding = match trouble.line {
        Some(line) => finding.with("line", line.to_string()).with("part", format!("Line {line} of {file}")),
        None => finding.with("part", raw.file.shown.as_deref().unwrap_or("The env file")),
    };
    finding = finding.with("reason", reason(trouble, file));
    if let Some(command) = trouble.command {
        finding = finding.with("command", command.replace("{env_file}", file));
    }
    for evidence in &trouble.evidence {
        finding.add(evidence.as_str());
    }
    if lost.is_empty() {
        return Some(finding);
    }
    Some(finding.because(format!("not set, probably because of this: {}", lost.join(", "))))
}

/// Why a file or a line is not read, as a short clause.
fn reason(trouble: &Trouble, file: &str) -> String {
    let first = trouble.evidence.first().map_or("it cannot be read", String::as_str);
    let of_line = trouble.line.and_then(|line| first.strip_prefix(&format!("line {line} ")));
    let of_line = of_line.map(|rest| rest.strip_prefix(&format!("of {file} ")).unwrap_or(rest));
    let of_itself = of_line.or_else(|| first.strip_prefix(file)?.strip_prefix(' '));
    let short = |text: &str| text.split([':', ';']).next().unwrap_or_default().to_owned();
    of_itself.map_or_else(|| short(first), |predicate| format!("it {}", short(predicate)))
}

/// A value that is no Unicode text. The bytes are not shown: they may be part of a secret.
pub fn not_unicode(setting: &Setting, raw: &Raw) -> Option<Finding> {
    let length = setting.undecodable?;
    let bytes = raw.environment.value(setting.variable)?.as_encoded_bytes();
    let valid = std::str::from_utf8(bytes).map_or_else(|error| error.valid_up_to(), str::len);
    let name = setting.variable.name();
    let evidence = format!(
        "{name} (from the environment) has {}; byte {} is not UTF-8",
        counted(length, "byte"),
        valid + 1
    );
    let finding =
        Finding::error(Code::ConfigNotUnicode).about(setting.variable).with("length", length.to_string());
    Some(finding.because(evidence))
}

/// Whether an empty variable of the environment hides a value of the env file.
pub fn hides_value(setting: &Setting, raw: &Raw) -> bool {
    let in_file = || raw.in_file(setting.variable).is_some_and(|entry| !entry.value.expose().is_empty());
    setting.source == Source::Environment && setting.length() == Some(0) && in_file()
}

/// An env file's value that the environment overrides with another one.
pub fn shadowed(setting: &Setting, raw: &Raw, disclosure: &Disclosure) -> Option<Finding> {
    // An empty one is reported as missing, with what it hides.
    let is_missing = setting.variable.is_needed() && hides_value(setting, raw);
    let entry =
        raw.in_file(setting.variable).filter(|_| setting.source == Source::Environment && !is_missing)?;
    if setting.value.as_ref().is_some_and(|value| value.expose() == entry.value.expose()) {
        return None;
    }
    let (name, file) = (setting.variable.name(), raw.file.name());
    let unread = Setting {
        variable: setting.variable,
        source: Source::EnvFile,
        value: Some(entry.value.clone()),
        undecodable: None,
        line: Some(entry.line),
    };
    let finding = Finding::warning(Code::ConfigShadowed)
        .about(setting.variable)
        .with("env_file", file)
        .because(format!("{name} in the environment is {}, which is used", brief(setting, disclosure)))
        .because(format!(
            "{name} on line {} of {file} is {}, which is not",
            entry.line,
            brief(&unread, disclosure)
        ));
    Some(finding)
}

/// A short description of a value: itself, if it may be shown, else its length.
pub fn brief(setting: &Setting, disclosure: &Disclosure) -> String {
    let length = setting.length().unwrap_or_default();
    if length == 0 {
        return "empty".to_owned();
    }
    if setting.undecodable.is_some() {
        return counted(length, "byte") + " long";
    }
    if let Some(value) = setting.shown().and_then(|value| disclosure.show(&value)) {
        return format!("`{value}`");
    }
    let mark = setting.fingerprint().map(|mark| format!(" (fingerprint {mark})")).unwrap_or_default();
    format!("{} long{mark}", counted(length, "character"))
}
