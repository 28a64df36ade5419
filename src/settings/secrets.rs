//! Everything in a run's settings that no output may hold: more than the secrets in use, because users put secrets into wrong
//! places.

use masking::Secret;

use super::confidential::{is_secret_name, logins_in, secret_made_of};
use super::extra::decoded;
use super::rules::keys::{is_token, secret_of_token};
use super::{Raw, Setting, Variable, disclosure};

/// The secrets in use; those of the env file, also if the environment overrides them, they are for another program or the
/// line cannot be parsed; the decoded forms of both; whatever looks like a secret in another value; the login in a URL; and
/// the secret that belongs to an API token. The most important come first.
pub fn values(raw: &Raw, settings: &[Setting]) -> Vec<Secret> {
    let used = settings.iter().filter(|setting| is_confidential(setting, settings));
    let used = used.filter_map(|setting| setting.value.clone());
    let hashed = settings.iter().filter_map(|setting| Some((setting.variable, setting.value.as_ref()?)));
    let hashed = hashed.flat_map(|(variable, secret)| secret_made_of(variable, secret));
    let in_file = raw
        .file
        .entries
        .iter()
        .filter(|entry| is_kept_secret(&entry.name, &entry.value))
        .map(|entry| entry.value.clone());
    let logins = settings.iter().filter_map(|setting| setting.value.as_ref()).map(Secret::expose);
    let in_urls = raw.file.entries.iter().map(|entry| entry.value.expose());
    let logins = logins.chain(in_urls).flat_map(logins_in);
    let read = settings.iter().filter(|setting| is_confidential(setting, settings));
    let read = read.filter_map(|setting| Some((setting.variable, setting.value.as_ref()?.expose())));
    let read_in_file = raw.file.entries.iter().filter_map(|entry| {
        let mut ours = Variable::ALL.into_iter().filter(|variable| variable.is_secret());
        Some((ours.find(|variable| variable.name() == entry.name)?, entry.value.expose()))
    });
    let read = read.chain(read_in_file).flat_map(|(variable, value)| {
        let kept = move |text: &Secret| variable.is_secret() || disclosure::looks_secret(text.expose());
        decoded(variable, value).into_iter().filter(kept)
    });
    let others = raw.environment.secrets().iter().chain(&raw.file.salvaged).cloned();
    let mut all: Vec<Secret> = used
        .chain(hashed)
        .chain(read)
        .chain(undecodable(raw))
        .chain(in_file)
        .chain(logins)
        .chain(others)
        .collect();
    let made: Vec<Secret> = all.iter().filter_map(of_token).collect();
    all.extend(made);
    all
}

/// The real secret of an API token: its SHA-256.
fn of_token(value: &Secret) -> Option<Secret> {
    let core = value.expose().trim().trim_matches(['"', '\'']);
    is_token(core).then(|| secret_of_token(core))
}

fn is_confidential(setting: &Setting, settings: &[Setting]) -> bool {
    let Some(value) = setting.value.as_ref().map(Secret::expose) else { return false };
    match setting.variable {
        Variable::SecretAccessKey | Variable::SessionToken => true,
        // The account id is public: used as a key id, it must stay readable in the endpoint.
        Variable::AccessKeyId => !settings.iter().any(|other| {
            let endpoint = other.value.as_ref().map(Secret::expose).unwrap_or_default();
            other.variable == Variable::Endpoint && endpoint.contains(value)
        }),
        Variable::Enabled | Variable::Endpoint | Variable::BucketName | Variable::Region => {
            disclosure::looks_secret(value)
        }
    }
}

fn is_kept_secret(name: &str, value: &Secret) -> bool {
    let ours = Variable::ALL.into_iter().find(|variable| variable.name() == name);
    let named = match ours {
        Some(Variable::AccessKeyId) => false,
        Some(variable) => variable.is_secret(),
        None => is_secret_name(name),
    };
    named || disclosure::looks_secret(value.expose())
}

/// The readable parts of secrets that are not Unicode.
fn undecodable(raw: &Raw) -> Vec<Secret> {
    let secret = Variable::ALL.into_iter().filter(|variable| variable.is_secret());
    let values = secret.filter_map(|variable| raw.environment.value(variable));
    let broken = values.filter(|value| value.to_str().is_none());
    broken
        .flat_map(|value| {
            let text = value.to_string_lossy();
            text.split(char::REPLACEMENT_CHARACTER)
                .map(|part| Secret::new(part.to_owned()))
                .collect::<Vec<_>>()
        })
        .collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::settings::Environment;
    use crate::settings::env_file::FileRead;

    fn kept(pairs: &[(&str, &str)], file: &str) -> Vec<String> {
        let environment = Environment::from_pairs(pairs.iter().copied());
        let raw = Raw { environment, file: FileRead::parse(".env".to_owned(), file.as_bytes(), &|_| None) };
        values(&raw, &raw.settings()).iter().map(|secret| secret.expose().to_owned()).collect()
    }

    #[test]
    fn the_secret_variables_are_kept_and_no_others() {
        for variable in Variable::ALL {
            let found = kept(&[(variable.name(), "some-value")], "");
            assert_eq!(!found.is_empty(), variable.is_secret(), "{}", variable.name());
        }
    }

    #[test]
    fn an_account_id_that_is_used_as_a_key_id_can_still_be_read_in_the_endpoint() {
        let account = "4f1c0e5ab27d4936a8c1f0b3d5e79a62";
        let endpoint = format!("https://{account}.r2.cloudflarestorage.com");
        assert!(kept(&[("R2_ENDPOINT", &endpoint), ("R2_ACCESS_KEY_ID", account)], "").is_empty());
    }

    #[test]
    fn a_secret_in_the_place_of_another_value_is_kept() {
        let secret = "9f8e7d6c5b4a3928".repeat(4);
        for name in ["R2_BUCKET_NAME", "R2_REGION", "R2_ENABLED", "R2_ENDPOINT"] {
            assert_eq!(kept(&[(name, &secret)], ""), [secret.as_str()], "{name}");
            assert_eq!(
                kept(&[], &format!("{name}={secret}\n")),
                [secret.as_str(), secret.as_str()],
                "{name}"
            );
        }
        let found = kept(&[("R2_ENDPOINT", "https://ada:lovelace@host")], "");
        assert!(found.contains(&"lovelace".to_owned()), "{found:?}");
    }

    #[test]
    fn the_env_files_secrets_are_kept_whether_they_are_used_or_not() {
        let file = "R2_SECRET_ACCESS_KEY=shadowed\nDATABASE_URL=postgres://app:db-pass@db/app\nSTRIPE_API_KEY=sk_live\n\
                    PORT=8787\nR2_SECRET_ACCESS_KEY=second\nLOG_LEVEL=debug\n";
        let found = kept(&[("R2_SECRET_ACCESS_KEY", "used")], file);
        for secret in ["used", "shadowed", "second", "sk_live", "db-pass"] {
            assert!(found.iter().any(|kept| kept == secret), "{secret}: {found:?}");
        }
        for public in ["8787", "debug"] {
            assert!(!found.iter().any(|kept| kept == public), "{public}");
        }
    }

    #[cfg(unix)]
    #[test]
    fn what_can_be_read_of_a_secret_that_is_no_text_is_kept() {
        use std::os::unix::ffi::OsStringExt as _;
        let value = std::ffi::OsString::from_vec(b"first\xFFsecond".to_vec());
        let environment = Environment::from_pairs([("R2_SECRET_ACCESS_KEY", value)]);
        let raw = Raw::without_file(environment);
        let found: Vec<_> =
            values(&raw, &raw.settings()).iter().map(|secret| secret.expose().to_owned()).collect();
        assert_eq!(found, ["first", "second"]);
    }

    #[test]
    fn the_login_of_a_url_is_found_wherever_its_parts_end() {
        for (url, password, joined) in [
            ("http://ada:lovelace@proxy:3128", "lovelace", "ada:lovelace"),
            ("http://ada:p%40ss@proxy", "p%40ss", "ada:p@ss"),
            ("http://ada:p@ss/w#rd@proxy:3128", "p@ss/w#rd", "ada:p@ss/w#rd"),
            ("http://token@proxy", "token", ":token"),
        ] {
            let logins = logins_in(url);
            let found: Vec<_> = logins.iter().map(Secret::expose).collect();
            assert!(found.contains(&password) && found.contains(&joined), "{url}: {found:?}");
        }
        assert!(logins_in("http://proxy:3128").is_empty() && logins_in("me@example.com").is_empty());
    }
}
