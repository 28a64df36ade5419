//! boto3's two files, and the profile in use, by `Session.get_scoped_config` of botocore.

use super::ini::{self, Ini, Pair, Value};
use super::{Fault, Variables};
use crate::base::worker::Worker;

/// Longest file of settings that is read.
const LONGEST: usize = 256 * 1024;
/// The variables that name a profile, the first that is set.
const PROFILES: [&str; 2] = ["AWS_DEFAULT_PROFILE", "AWS_PROFILE"];

/// One of boto3's files.
struct File {
    path: String,
    ini: Ini,
}

/// What the profile in use sets.
#[derive(Default)]
pub struct Profile {
    entries: Vec<Entry>,
    config: Option<Ini>,
}

/// A key that is set in a file.
#[derive(Clone)]
pub struct Entry {
    /// The key with its value.
    pub pair: Pair,
    path: String,
}

impl Entry {
    /// Where it stands.
    pub fn place(&self) -> String {
        format!("`{}` on line {} of {}", self.pair.key, self.pair.line, self.path)
    }

    /// Its value, unless it is a block.
    pub fn text(&self) -> Option<&str> {
        match &self.pair.value {
            Value::Text(text) => Some(text),
            Value::Block(_) => None,
        }
    }

    /// A key of the block that it is; nothing where it is none.
    pub fn within(&self, key: &str) -> Option<Self> {
        match &self.pair.value {
            Value::Text(_) => None,
            Value::Block(pairs) => {
                ini::value(pairs, key).map(|pair| Self { pair: pair.clone(), path: self.path.clone() })
            }
        }
    }
}

impl Profile {
    /// Reads the files.
    ///
    /// # Errors
    /// With what keeps boto3 from reading them, or from finding the profile.
    pub fn read(worker: &Worker, variables: &Variables) -> Result<Self, Vec<Fault>> {
        let config = file(worker, variables, "AWS_CONFIG_FILE", "config");
        let credentials = file(worker, variables, "AWS_SHARED_CREDENTIALS_FILE", "credentials");
        match (config, credentials) {
            (Ok(config), Ok(credentials)) => {
                let entries = entries(variables, config.as_ref(), credentials.as_ref());
                let entries = entries.map_err(|fault| vec![fault])?;
                Ok(Self { entries, config: config.map(|file| file.ini) })
            }
            (config, credentials) => Err(config.err().into_iter().chain(credentials.err()).collect()),
        }
    }

    /// What a key is set to.
    pub fn entry(&self, key: &str) -> Option<&Entry> {
        self.entries.iter().find(|entry| entry.pair.key == key)
    }

    /// The keys of a section `sso-session`.
    pub fn sso_session(&self, name: &str) -> Option<&Vec<Pair>> {
        self.config.as_ref()?.sso_session(name)
    }
}

/// One of boto3's files. One that does not exist is none.
fn file(
    worker: &Worker,
    variables: &Variables,
    variable: &'static str,
    name: &str,
) -> Result<Option<File>, Fault> {
    let named = variables.text(variable);
    let path = match &named {
        Some(path) => variables.expanded(path),
        None => variables.at_home(&format!("~/.aws/{name}")),
    };
    let Ok(bytes) = worker.read(&path, LONGEST) else { return Ok(None) };
    let path = path.display().to_string();
    let parsed = match String::from_utf8(bytes) {
        Err(_) => Err((path.clone(), "it is not UTF-8".to_owned())),
        Ok(text) => Ini::parse(&text)
            .map_err(|(line, why)| (format!("line {line} of {path}"), format!("line {line} {why}"))),
    };
    match parsed {
        Ok(ini) => Ok(Some(File { path, ini })),
        Err((part, reason)) => {
            let evidence = format!("boto3 cannot read its file {path}: {reason}");
            let fault = Fault::in_file(&part, evidence);
            Err(if named.is_some() { fault.named_by(variable) } else { fault })
        }
    }
}

/// The values of the profile in use. Of both files the credentials win.
fn entries(
    variables: &Variables,
    config: Option<&File>,
    credentials: Option<&File>,
) -> Result<Vec<Entry>, Fault> {
    let named = PROFILES.iter().find_map(|variable| Some((*variable, variables.text(variable)?)));
    let name = named.as_ref().map_or("default", |(_, name)| name.as_str());
    let in_credentials = credentials.and_then(|file| Some((file, file.ini.section(name)?)));
    let in_config = config.and_then(|file| Some((file, file.ini.profile(name)?)));
    if let Some((variable, name)) = named.filter(|_| in_config.is_none() && in_credentials.is_none()) {
        let what = if name.is_empty() {
            format!("{variable} is empty, and boto3 takes that for a profile without a name")
        } else {
            format!("{variable} names a profile that neither of boto3's files has")
        };
        let fault = Fault::in_variable(variable, what);
        return Err(fault.because("boto3: ProfileNotFound: The config profile could not be found"));
    }
    let both = in_credentials.into_iter().chain(in_config);
    let entry = |(file, pairs): (&File, &Vec<Pair>)| {
        let path = file.path.clone();
        pairs.iter().map(move |pair| Entry { pair: pair.clone(), path: path.clone() }).collect::<Vec<_>>()
    };
    Ok(both.flat_map(entry).collect())
}
