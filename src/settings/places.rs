//! Where a variable is set, or is to be set: lines of a file on a laptop, Variables on Railway.

use super::{Loaded, Source, Variable};
use crate::base::platform;
use crate::base::surroundings::Surroundings;
use crate::base::text::list;

/// The places of all variables.
#[derive(Clone, Default)]
pub struct Places {
    railway: Option<Service>,
    /// The env file, or the one to make; none, if none is read.
    env_file: Option<String>,
    found: Vec<(Variable, Source, Option<usize>)>,
    /// The lines on which the env file sets other variables.
    others: Vec<(String, usize)>,
}

/// A service on Railway, by its name if that is known.
#[derive(Clone)]
struct Service(Option<String>);

impl Places {
    /// The places of these settings.
    pub fn of(loaded: &Loaded, around: &Surroundings) -> Self {
        let service = || Service(platform::railway_service(around).map(str::to_owned));
        let setting = |setting: &super::Setting| (setting.variable, setting.source, setting.line);
        Self {
            railway: platform::is_railway(around).then(service),
            env_file: loaded.env_file.clone().or_else(|| loaded.reads_env_file.then(|| ".env".to_owned())),
            found: loaded.provenance.iter().map(setting).collect(),
            others: loaded.variables.in_file().map(|(name, line)| (name.to_owned(), line)).collect(),
        }
    }

    /// Where to set another variable than those of the application, as the end of a sentence, if that is not the shell.
    pub fn of_other(&self, name: &str) -> Option<String> {
        let line = self.others.iter().find(|(known, _)| known == name).map(|(_, line)| *line);
        let file = self.env_file.as_deref().unwrap_or("the env file");
        line.map(|line| format!("on line {line} of {file}")).or_else(|| Some(self.railway.as_ref()?.words()))
    }

    /// Where to set these variables, as the end of a sentence. Without any, where most variables are set.
    pub fn of_variables(&self, variables: &[Variable]) -> String {
        let concerned = || self.found.iter().filter(|(of, ..)| variables.contains(of));
        let in_file = concerned().any(|(_, source, _)| *source == Source::EnvFile);
        let mut lines: Vec<usize> = concerned().filter_map(|(.., line)| *line).collect();
        lines.sort_unstable();
        let lines: Vec<String> = lines.iter().map(usize::to_string).collect();
        let file = self.env_file.as_deref().unwrap_or("the env file");
        match lines.as_slice() {
            [line] => format!("on line {line} of {file}"),
            [_, ..] => format!("on lines {} of {file}", list(&lines)),
            [] if in_file => format!("in {file}"),
            [] => match &self.railway {
                Some(service) => service.words(),
                None if self.env_file.is_none() => "in the environment".to_owned(),
                None if concerned().any(|(_, source, _)| *source == Source::Environment) => {
                    "in the environment".to_owned()
                }
                None => format!("in {file}"),
            },
        }
    }
}

impl Service {
    fn words(&self) -> String {
        match &self.0 {
            Some(name) => format!("in the Variables of the Railway service `{name}`, then press Deploy"),
            None => "in the service's Variables on Railway, then press Deploy".to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn places(railway: Option<Service>, found: Vec<(Variable, Source, Option<usize>)>) -> Places {
        let others = vec![("https_proxy".to_owned(), 7)];
        Places { railway, env_file: Some("app/.env".to_owned()), found, others }
    }

    #[test]
    fn a_place_is_a_line_a_file_the_environment_or_a_service() {
        use Variable::{AccessKeyId, BucketName, SecretAccessKey};
        let found = || {
            vec![
                (AccessKeyId, Source::EnvFile, Some(3)),
                (SecretAccessKey, Source::EnvFile, Some(5)),
                (BucketName, Source::Missing, None),
                (Variable::Endpoint, Source::Environment, None),
            ]
        };
        let laptop = places(None, found());
        assert_eq!(laptop.of_variables(&[AccessKeyId]), "on line 3 of app/.env");
        assert_eq!(laptop.of_variables(&[AccessKeyId, SecretAccessKey]), "on lines 3 and 5 of app/.env");
        assert_eq!(laptop.of_variables(&[BucketName]), "in app/.env");
        assert_eq!(laptop.of_variables(&[Variable::Endpoint]), "in the environment");
        assert_eq!(laptop.of_other("https_proxy").as_deref(), Some("on line 7 of app/.env"));
        assert_eq!(laptop.of_other("HTTPS_PROXY"), None);
        let railway = places(Some(Service(Some("web".to_owned()))), found());
        let words = "in the Variables of the Railway service `web`, then press Deploy";
        assert_eq!(railway.of_variables(&[BucketName]), words);
        assert_eq!(railway.of_variables(&[Variable::Endpoint]), words);
        assert_eq!(railway.of_variables(&[AccessKeyId]), "on line 3 of app/.env");
        assert_eq!(railway.of_other("https_proxy").as_deref(), Some("on line 7 of app/.env"));
        assert_eq!(railway.of_other("HTTPS_PROXY").as_deref(), Some(words));
        assert_eq!(Places::default().of_variables(&[BucketName]), "in the environment");
    }
}
