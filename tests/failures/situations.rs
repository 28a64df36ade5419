//! What people run into, from their files and environments to the servers they reach: each situation as a row of data, with
//! all that its answer must have: the code, what is at fault in the verdict, and the first thing to do.

mod around;
mod files;
mod servers;
mod stand_ins;
mod values;

use std::fmt::Write as _;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use serde_json::Value;

use crate::support::cli::Cli;
use crate::support::r2::{ACCOUNT, BUCKET, Jurisdiction, Proxy, R2};
use crate::support::report::Report;
use crate::support::run::PREFIX;
use crate::support::side_by_side;

/// A variable with this value is not set.
const UNSET: &str = "\0";
/// Where the server is reached by a bare name, through the proxy `{by-name}`.
const NAMED: &str = "minio:9000";
/// The name of the env file.
const FILE: &str = ".env";

/// The env file of a situation, with `{…}` for what [`Words`] fills in.
#[derive(Clone, Copy)]
enum EnvFile {
    /// There is none, and all settings are in the environment.
    None,
    /// In UTF-8.
    Text(&'static str),
    /// In UTF-16, as some shells write it.
    Utf16(&'static str),
    /// With carriage returns alone at the ends of lines.
    CarriageReturns(&'static str),
}

/// What a run must come to.
#[derive(Clone, Copy)]
enum Ends {
    /// With success, and nothing to remark.
    Passes,
    /// With success and this first warning.
    Warns(Answer),
    /// With a failure.
    Fails(Answer),
}

/// What an answer must have.
#[derive(Clone, Copy)]
struct Answer {
    code: &'static str,
    /// What the verdict names.
    names: &'static [&'static str],
    /// What the first fix begins with.
    fix: &'static str,
}

/// One situation.
struct Situation {
    /// What is wrong, or only looks so.
    what: &'static str,
    server: fn() -> R2,
    file: EnvFile,
    /// Variables beside, or in the place of, the server's own settings.
    set: &'static [(&'static str, &'static str)],
    options: &'static str,
    ends: Ends,
    /// What no output may hold: wrong guesses, and parts of passwords.
    never: &'static [&'static str],
}

/// The usual situation, to be changed: sound settings in the environment, for R2's own host.
const USUAL: Situation = Situation {
    what: "",
    server: r2,
    file: EnvFile::None,
    set: &[],
    options: "",
    ends: Ends::Passes,
    never: &[],
};

/// A server at R2's own host, reached through a proxy of its own.
fn r2() -> R2 {
    R2::builder().r2_host(Jurisdiction::Default).start()
}

const fn fails(code: &'static str, names: &'static [&'static str], fix: &'static str) -> Ends {
    Ends::Fails(Answer { code, names, fix })
}

const fn warns(code: &'static str, names: &'static [&'static str], fix: &'static str) -> Ends {
    Ends::Warns(Answer { code, names, fix })
}

/// What stands in for `{…}` in files, variables and answers.
struct Words(Vec<(&'static str, String)>);

impl Words {
    fn of(r2: &R2, by_name: &Proxy) -> Self {
        let base64 = |text: &str| STANDARD.encode(text);
        let (id, secret) = (r2.token().id.clone(), r2.token().secret.clone());
        let own = ["R2_ENABLED", "R2_ENDPOINT", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY", "R2_BUCKET_NAME"];
        let env: Vec<_> = r2.env().into_iter().filter(|(name, _)| own.contains(&name.as_str())).collect();
        let lines = |without: &str| {
            env.iter().filter(|(name, _)| name != without).fold(String::new(), |mut lines, (name, value)| {
                let _ = writeln!(lines, "{name}={value}");
                lines
            })
        };
        let roots = if r2.endpoint().starts_with("https") {
            r2.authority_file().display().to_string()
        } else {
            String::new()
        };
        Self(vec![
            ("{settings}", lines("")),
            ("{without-endpoint}", lines("R2_ENDPOINT")),
            ("{without-bucket}", lines("R2_BUCKET_NAME")),
            ("{id-in-base64}", base64(&id)),
            ("{secret-in-base64}", base64(&secret)),
            ("{id}", id),
            ("{secret}", secret),
            ("{account}", ACCOUNT.to_owned()),
            ("{ACCOUNT}", ACCOUNT.to_uppercase()),
            ("{host}", format!("{ACCOUNT}.r2.cloudflarestorage.com")),
            ("{server}", r2.address.to_string()),
            ("{roots}", roots),
            ("{by-name}", by_name.url()),
        ])
    }

    fn fill(&self, text: &str) -> String {
        self.0.iter().fold(text.to_owned(), |text, (word, value)| text.replace(word, value))
    }
}

impl Situation {
    /// Runs it, and returns what its answer lacks.
    fn lacks(&self) -> Vec<String> {
        let r2 = (self.server)();
        let by_name = Proxy::builder().map(NAMED, r2.address).start();
        let words = Words::of(&r2, &by_name);
        let ran = self.cli(&r2, &words).run();
        let report = Report::read(ran.stdout.as_bytes());
        let mut lacks = Vec::new();
        let outside = r2.writes_outside(PREFIX);
        lacks.extend((!outside.is_empty()).then(|| format!("wrote elsewhere: {outside:?}")));
        lacks.extend((!r2.left().is_empty()).then(|| format!("left {:?}", r2.left())));
        let is_refused = report.check("config")["status"] == "fail";
        let sent = is_refused && r2.proxy().is_some() && !r2.requests().is_empty();
        lacks.extend(sent.then(|| "something was sent".to_owned()));
        let shown = without_remark_on_the_host(&report);
        let never = self.never.iter().filter(|words| shown.contains(**words));
        lacks.extend(never.map(|words| format!("`{words}` is in the output")));
        lacks.extend(self.lacks_of(&report, ran.status, &words));
        lacks.into_iter().map(|lack| format!("{}: {lack}\n    {}", self.what, report.0["summary"])).collect()
    }

    fn cli(&self, r2: &R2, words: &Words) -> Cli {
        let has_file = !matches!(self.file, EnvFile::None);
        let own = r2.env().into_iter();
        // What the file sets must not stand in the environment, which wins.
        let beside = own.filter(|(name, _)| !(has_file && name.starts_with("R2_")));
        let changed = |name: &str| self.set.iter().any(|(changed, _)| *changed == name);
        let set = self.set.iter().filter(|(_, value)| *value != UNSET);
        let variables: Vec<(String, String)> = beside
            .filter(|(name, _)| !changed(name))
            .chain(set.map(|(name, value)| ((*name).to_owned(), words.fill(value))))
            .collect();
        let mut cli = Cli::new("--json --retries 0 --timeout 5s").args(self.options).envs(variables);
        if changed("HTTPS_PROXY") && self.set.contains(&("HTTPS_PROXY", UNSET)) {
            cli.command().env_remove("HTTPS_PROXY");
        }
        // A server at R2's own host is behind a proxy, and without it the real host would be asked.
        let alone = r2.proxy().is_some() && !self.options.contains("--no-experiments");
        let cli = if alone { cli.arg("--no-experiments") } else { cli };
        match self.file {
            EnvFile::None => cli.arg("--no-env-file"),
            EnvFile::Text(text) => cli.file(FILE, words.fill(text)),
            EnvFile::CarriageReturns(text) => cli.file(FILE, words.fill(text).replace('\n', "\r")),
            EnvFile::Utf16(text) => {
                let units = words.fill(text).encode_utf16().flat_map(u16::to_le_bytes).collect::<Vec<_>>();
                cli.file(FILE, [&[0xFF, 0xFE], &units[..]].concat())
            }
        }
    }

    fn lacks_of(&self, report: &Report, status: i32, words: &Words) -> Vec<String> {
        let mut lacks = Vec::new();
        let (wanted, severity, answer) = match self.ends {
            Ends::Passes => (0, "", None),
            Ends::Warns(answer) => (0, "warning", Some(answer)),
            Ends::Fails(answer) => (1, "error", Some(answer)),
        };
        lacks.extend((status != wanted).then(|| format!("status {status}, not {wanted}")));
        let remarks = report
            .findings()
            .into_iter()
            .filter(|finding| finding["severity"] != "note" && finding["code"] != "config.endpoint-not-r2");
        let remarks: Vec<&Value> = remarks.collect();
        let Some(Answer { code, names, fix }) = answer else {
            lacks.extend(remarks.iter().map(|finding| format!("remarks {}", finding["code"])));
            return lacks;
        };
        let first = remarks.iter().find(|finding| finding["severity"] == severity);
        let stated = report.root_cause().or_else(|| first.and_then(|first| first["code"].as_str()));
        if stated != Some(code) {
            lacks.push(format!("{stated:?}, not {code}"));
            return lacks;
        }
        let finding = remarks.iter().find(|finding| finding["code"] == code).unwrap();
        let verdict = report.0["summary"].as_str().unwrap();
        let unnamed = names.iter().map(|name| words.fill(name)).filter(|name| !verdict.contains(name));
        lacks.extend(unnamed.map(|name| format!("no `{name}` in the verdict")));
        let step = finding["fix"][0]["text"].as_str().unwrap();
        let wanted = words.fill(fix);
        lacks
            .extend((!step.starts_with(&wanted)).then(|| format!("the first fix is not `{wanted}`: {step}")));
        lacks
    }
}

/// The whole report but for the warning that the server is not R2, which may lead to R2's pages.
fn without_remark_on_the_host(report: &Report) -> String {
    let mut report = report.0.clone();
    for check in report["checks"].as_array_mut().unwrap() {
        let findings = check["findings"].as_array_mut().unwrap();
        findings.retain(|finding| finding["code"] != "config.endpoint-not-r2");
    }
    report.to_string()
}

/// Runs all of them, several beside each other.
///
/// # Panics
/// When an answer lacks something.
fn each(situations: &[Situation]) {
    let lacks: Vec<String> = side_by_side::each(situations, Situation::lacks).into_iter().flatten().collect();
    assert!(lacks.is_empty(), "{} lack something:\n{}", lacks.len(), lacks.join("\n"));
}

#[test]
fn the_settings_of_a_situation_are_sound_unless_it_changes_them() {
    each(&[
        Situation { what: "in the environment", ..USUAL },
        Situation { what: "in the env file", file: EnvFile::Text("{settings}"), ..USUAL },
    ]);
    assert_eq!(BUCKET, "app-files", "the rows name it");
}
