//! Secrets in other values: in the bucket's name, a host, a region, a prefix. There they would get into URLs, DNS queries and
//! foreign logs, so nothing is sent or looked up with them.

use masking::{Redactor, Secret};

use super::confidential::{is_secret_name, secret_made_of};
use super::extra::decoded;
use super::{Raw, Setting, Variable};

/// Upper bound of a generated key, in bytes.
const LONGEST_KEY: usize = 256;

/// The secrets of this run, to be found in other values in all forms that the last filter knows.
#[derive(Default)]
pub struct Strays(Vec<Stray>);

struct Stray {
    whose: String,
    parts: Redactor,
    /// How many bytes in a row count as a part of it, and not as a word that both values have in common. Of a generated
    /// one, any part counts.
    fewest: usize,
}

impl Strays {
    /// Collects the secret access key, the session token, the secrets that R2 derives from them, and other secrets of the
    /// env file that have the shape of keys: a database's password `postgres` is part of many harmless names.
    pub fn new(raw: &Raw, settings: &[Setting]) -> Self {
        let endpoint = value(settings, Variable::Endpoint).unwrap_or_default();
        let mut strays = Self::default();
        for variable in [Variable::SecretAccessKey, Variable::SessionToken] {
            let used = settings.iter().filter(|setting| setting.variable == variable);
            let used = used.filter_map(|setting| setting.value.as_ref());
            // Some loaders use the first one in the file, others the last.
            let mut in_file = raw.file.entries.iter().filter(|entry| entry.name == variable.name());
            let in_file = [in_file.next(), in_file.next_back()].into_iter().flatten();
            for secret in used.chain(in_file.map(|entry| &entry.value)) {
                let mut made = secret_made_of(variable, secret);
                made.extend(decoded(variable, secret.expose()));
                for secret in made.iter().chain([secret]).filter(|secret| !is_account(secret, endpoint)) {
                    let any = secret.is_unguessable();
                    let fewest = if any { 1 } else { secret.expose().len().div_ceil(2) };
                    strays.add(variable.name(), Redactor::of_own([secret]), fewest);
                }
            }
        }
        let ours = |name: &str| Variable::ALL.iter().any(|variable| variable.name() == name);
        let others =
            raw.file.entries.iter().filter(|entry| !ours(&entry.name) && is_secret_name(&entry.name));
        let others =
            others.map(|entry| &entry.value).chain(raw.environment.secrets()).chain(&raw.file.salvaged);
        let others = others.filter(|secret| is_key(secret) && !is_account(secret, endpoint));
        // A key id under another name may be the right one here.
        let id = value(settings, Variable::AccessKeyId);
        let others = others.filter(|secret| Some(secret.expose()) != id);
        strays.add("another variable", Redactor::of_others(others), 1);
        strays
    }

    fn add(&mut self, whose: &str, parts: Redactor, fewest: usize) {
        self.0.push(Stray { whose: whose.to_owned(), parts, fewest });
    }

    /// The name of the secret that a text holds: all of it, eight characters in a row of a generated one, or half of another.
    pub fn in_text(&self, text: &str) -> Option<&str> {
        self.0.iter().find(|stray| stray.is_in(text)).map(|stray| stray.whose.as_str())
    }

    /// The same for an access key id. Servers for development use one word for both, which is no mistake.
    pub fn in_key_id(&self, id: &str) -> Option<&str> {
        self.0.iter().find(|stray| stray.fewest == 1 && stray.is_in(id)).map(|stray| stray.whose.as_str())
    }
}

impl Stray {
    fn is_in(&self, text: &str) -> bool {
        let found = self.parts.longest_hit(text);
        found > 0 && found >= self.fewest
    }
}

/// Whether a value is a generated key and nothing else. A document with a key in it also holds names that are no secrets.
fn is_key(secret: &Secret) -> bool {
    let letters = |byte: u8| byte.is_ascii_alphanumeric() || b"+/=_-".contains(&byte);
    secret.is_unguessable() && secret.expose().len() <= LONGEST_KEY && secret.expose().bytes().all(letters)
}

fn value(settings: &[Setting], variable: Variable) -> Option<&str> {
    let setting = settings.iter().find(|setting| setting.variable == variable)?;
    setting.value.as_ref().map(Secret::expose)
}

/// Whether a value is the account id in the endpoint, which is public even if it is used as a secret.
fn is_account(secret: &Secret, endpoint: &str) -> bool {
    let labels = endpoint.split(|c: char| !c.is_ascii_alphanumeric());
    secret.expose().len() == 32 && labels.into_iter().any(|label| label == secret.expose())
}

#[cfg(test)]
mod tests {
    use crate::settings::tests::{ACCOUNT, KEY, SECRET, found_codes, judged, with, with_file};

    #[test]
    fn a_secret_in_another_setting_is_reported_and_an_innocent_name_is_not() {
        let drawn = "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE";
        let minio = |id: &str, secret: &str, bucket: &str| {
            let loaded = judged(&[
                ("R2_ENDPOINT", Some("http://127.0.0.1:9000")),
                ("R2_ACCESS_KEY_ID", Some(id)),
                ("R2_SECRET_ACCESS_KEY", Some(secret)),
                ("R2_BUCKET_NAME", Some(bucket)),
            ]);
            found_codes(&loaded).into_iter().find(|line| line.starts_with("secret-elsewhere"))
        };
        for (id, secret, bucket) in [
            ("minio", SECRET, &SECRET[5..13]),
            ("minio", SECRET, &format!("x-{}-y", &SECRET[20..28].to_uppercase())),
            ("minio", "hunter-two-42", "hunter-two-42"),
            ("minio", "hunter-two-42", "files-hunter-two"),
            ("minio", "xyzzy9", "files-xyzzy9"),
            ("minio", drawn, "wJalrXUt"),
        ] {
            assert_eq!(
                minio(id, secret, bucket).as_deref(),
                Some("secret-elsewhere BUCKET_NAME"),
                "{secret} {bucket}"
            );
        }
        let id = &drawn[..20];
        assert_eq!(minio(id, drawn, "photos").as_deref(), Some("secret-elsewhere ACCESS_KEY_ID"));
        for (id, secret, bucket) in [
            ("minioadmin", "minioadmin", "photos"),
            ("minio", "recordings-dev-secret", "recordings"),
            ("minio", "admin", "administration"),
            (KEY, SECRET, "photos"),
            ("minio", SECRET, &SECRET[5..12]),
        ] {
            assert_eq!(minio(id, secret, bucket), None, "{secret} {bucket}");
        }
    }

    #[test]
    fn an_id_is_no_secret_where_it_belongs() {
        for swapped in [("R2_ACCESS_KEY_ID", ACCOUNT), ("R2_SECRET_ACCESS_KEY", ACCOUNT)] {
            let lines = found_codes(&with(swapped.0, swapped.1)).join("\n");
            assert!(!lines.contains("secret-elsewhere"), "{lines}");
        }
        let sound = format!(
            "R2_ENABLED=true\nR2_ENDPOINT=https://{ACCOUNT}.r2.cloudflarestorage.com\nR2_ACCESS_KEY_ID={KEY}\n\
             R2_SECRET_ACCESS_KEY={SECRET}\nR2_BUCKET_NAME=clinic-recordings\nR2_TOKEN_ID={KEY}\nACCOUNT_TOKEN={ACCOUNT}\n\
             POSTGRES_PASSWORD=clinic-recordings\n\
             GCP_CREDENTIALS='{{\"bucket\":\"clinic-recordings\",\"key\":\"wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE\"}}'\n"
        );
        assert_eq!(found_codes(&with_file(&[], &sound)), [""; 0]);
        let stray = sound.replace("R2_BUCKET_NAME=clinic-recordings", "R2_BUCKET_NAME=${STRIPE_SECRET}");
        let stray = format!("STRIPE_SECRET=4eC39HqLyjWDarjtT1zdp7dc4eC39HqLyjWDarj\n{stray}");
        let lines = found_codes(&with_file(&[], &stray)).join("\n");
        assert!(lines.contains("secret-elsewhere BUCKET_NAME"), "{lines}");
    }
}
