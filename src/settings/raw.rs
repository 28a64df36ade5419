//! The raw values of the process environment and of the env file, before anything is judged.
//!
//! Only which of the two wins is decided here.

use std::collections::{BTreeMap, BTreeSet};
use std::ffi::{OsStr, OsString};
use std::path::PathBuf;

use masking::Secret;

use super::env_file::{Entry, FileRead};
use super::way::Variables;
use super::{Setting, Source, Variable, confidential, lists};
use crate::base::surroundings::Surroundings;

/// The process environment: the values of our variables, the names of all others, and the secrets in their values.
#[derive(Default)]
pub struct Environment {
    values: BTreeMap<Variable, OsString>,
    names: BTreeSet<String>,
    secrets: Vec<Secret>,
    way: Variables,
    home: Option<PathBuf>,
}

impl Environment {
    /// The environment of the program.
    pub fn of(around: &Surroundings) -> Self {
        Self { home: around.home.clone(), ..Self::from_pairs(around.variables()) }
    }

    /// An environment made of these pairs.
    pub fn from_pairs<K: Into<String>, V: Into<OsString>>(pairs: impl IntoIterator<Item = (K, V)>) -> Self {
        let mut environment = Self::default();
        let mut way = Vec::new();
        for (name, value) in pairs {
            let name = name.into();
            if let Some(variable) = Variable::ALL.into_iter().find(|variable| variable.name() == name) {
                environment.values.insert(variable, value.into());
            } else {
                let value: OsString = value.into();
                environment.secrets.extend(confidential::of_another(&name, &value.to_string_lossy()));
                if Variables::concern(&name) {
                    way.push((name.clone(), value));
                }
            }
            environment.names.insert(name);
        }
        environment.way = way.into_iter().collect();
        environment
    }

    /// The secrets of other programs, and ours under misspelt names.
    pub fn secrets(&self) -> &[Secret] {
        &self.secrets
    }

    /// The value of one of our variables.
    pub fn value(&self, variable: Variable) -> Option<&OsStr> {
        self.values.get(&variable).map(OsString::as_os_str)
    }
}

/// Everything that the rules judge.
pub struct Raw {
    /// The process environment.
    pub environment: Environment,
    /// The env file.
    pub file: FileRead,
}

impl Raw {
    /// An environment alone.
    pub fn without_file(environment: Environment) -> Self {
        Self { environment, file: FileRead::default() }
    }

    /// The entry of the env file that counts for a variable.
    pub fn in_file(&self, variable: Variable) -> Option<&Entry> {
        self.file.entry(variable)
    }

    /// The variables that determine the route to the server. The application's loader adds those of the file to the environment.
    pub fn way(&self) -> Variables {
        let mut variables = self.environment.way.clone();
        let entries = self.file.entries.iter().rev().filter(|entry| Variables::concern(&entry.name));
        variables.add_file(entries.map(|entry| (entry.name.as_str(), entry.value.expose(), entry.line)));
        self.environment.home.iter().for_each(|home| variables.add_home(home));
        variables
    }

    /// The names set in the environment and in the file, each with its place, without ours.
    pub fn other_names(&self) -> impl Iterator<Item = (&str, String)> {
        let in_environment =
            self.environment.names.iter().map(|name| (name.as_str(), "the environment".to_owned()));
        let in_file =
            self.file.entries.iter().map(|entry| (entry.name.as_str(), self.file.name().to_owned()));
        in_environment
            .chain(in_file)
            .filter(|(name, _)| Variable::ALL.iter().all(|ours| ours.name() != *name))
    }

    /// Where every variable's value comes from: the environment wins, even with an empty value.
    pub fn settings(&self) -> Vec<Setting> {
        Variable::ALL.into_iter().map(|variable| self.setting(variable)).collect()
    }

    fn setting(&self, variable: Variable) -> Setting {
        if let Some(value) = self.environment.value(variable) {
            return from_environment(variable, value);
        }
        let entry = self.in_file(variable);
        let (source, value) = match entry {
            Some(entry) => (Source::EnvFile, Some(entry.value.clone())),
            None if variable == Variable::Region => {
                (Source::Default, Some(Secret::new(lists::REGION.to_owned())))
            }
            None => (Source::Missing, None),
        };
        Setting { variable, source, value, undecodable: None, line: entry.map(|entry| entry.line) }
    }
}

fn from_environment(variable: Variable, value: &OsStr) -> Setting {
    let text = value.to_str().map(|text| Secret::new(text.to_owned()));
    let undecodable = text.is_none().then_some(value.as_encoded_bytes().len());
    Setting { variable, source: Source::Environment, value: text, undecodable, line: None }
}
