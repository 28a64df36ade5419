//! Variables that are set and whose names resemble one of ours. Only names are compared, never values.

use crate::settings::Variable;
use crate::settings::lists::{NAME_PREFIXES, other_names};

/// The names that resemble a variable's, each with its place.
pub fn near_misses<'a>(
    names: impl Iterator<Item = (&'a str, String)>,
    variable: Variable,
) -> Vec<(String, String)> {
    let mut found: Vec<_> = names
        .filter(|(name, _)| Spelling::of(name).is_near(variable))
        .map(|(name, place)| (name.trim().to_owned(), place))
        .collect();
    found.sort();
    found.dedup();
    found
}

/// A name, compared with those of our variables.
struct Spelling {
    /// In upper case.
    upper: String,
    /// The same with underscores for hyphens and dots, and without the prefixes of other tools.
    plain: String,
}

impl Spelling {
    fn of(name: &str) -> Self {
        let upper = name.trim().to_uppercase();
        let plain = upper.replace(['-', '.'], "_");
        let bare = NAME_PREFIXES.iter().find_map(|prefix| plain.strip_prefix(prefix)).map(str::to_owned);
        Self { upper, plain: bare.unwrap_or(plain) }
    }

    /// Whether it was probably meant for the variable: an alias of other tools, another spelling, or a slip.
    fn is_near(&self, variable: Variable) -> bool {
        let plain = self.plain.as_str();
        if !plain.bytes().all(|byte| byte.is_ascii_alphanumeric() || byte == b'_') {
            return false;
        }
        if let Some(own) = Variable::ALL.iter().find(|ours| plain.ends_with(ours.name())) {
            return *own == variable;
        }
        other_names(variable).contains(&plain) || is_slip(plain, variable.name(), 2)
    }
}

/// Whether a name is that of a file with a variable's value, as images of Docker read it: `R2_SECRET_ACCESS_KEY_FILE`.
pub fn is_file_of(name: &str, variable: Variable) -> bool {
    let plain = name.trim().to_uppercase();
    let bare = ["_FILE", "_PATH", "__FILE"].iter().find_map(|ending| plain.strip_suffix(ending));
    bare.is_some_and(|bare| bare == variable.name() || Spelling::of(bare).is_near(variable))
}

/// Whether a name was probably meant for one of the secret variables. One more typing error is allowed than for
/// advice: masking a value too much does no harm.
pub fn is_near_secret(name: &str) -> bool {
    let spelling = Spelling::of(name);
    let mut secret = Variable::ALL.into_iter().filter(|variable| variable.is_secret());
    secret.any(|variable| spelling.is_near(variable) || is_slip(&spelling.upper, variable.name(), 3))
}

/// Whether two names differ by at most this many typing errors. Lengths and letters decide first, because an env file can hold
/// tens of thousands of names.
fn is_slip(name: &str, meant: &str, errors: usize) -> bool {
    name.len().abs_diff(meant.len()) <= errors
        && lacking(name, meant) <= errors
        && strsim::osa_distance(name, meant) <= errors
}

/// How many letters of one name the other lacks, whatever their order: no more than there are typing errors between them.
fn lacking(name: &str, meant: &str) -> usize {
    let mut rest = [0_u8; 256];
    for byte in meant.bytes() {
        rest[usize::from(byte)] += 1;
    }
    let is_there = |byte: u8| {
        let left = rest[usize::from(byte)].checked_sub(1);
        rest[usize::from(byte)] = left.unwrap_or_default();
        left.is_some()
    };
    name.bytes().map(is_there).filter(|is_there| !is_there).count()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_is_near_the_variable_it_was_meant_for_and_no_other() {
        for (name, variable) in [
            ("R2_BUCKET", Variable::BucketName),
            ("r2_bucket_name", Variable::BucketName),
            ("R2_BUCKET_NAME ", Variable::BucketName),
            ("R2_BUKCET_NAME", Variable::BucketName),
            ("CLOUDFLARE_R2_BUCKET_NAME", Variable::BucketName),
            ("APP_R2_BUCKET_NAME", Variable::BucketName),
            ("R2-BUCKET-NAME", Variable::BucketName),
            ("R2_ACCESS_KEY", Variable::AccessKeyId),
            ("CLOUDFLARE_R2_ACCESS_KEY", Variable::AccessKeyId),
            ("AWS_ACCESS_KEY_ID", Variable::AccessKeyId),
            ("R2_SECRET_KEY", Variable::SecretAccessKey),
            ("AWS_SECRET_ACCESS_KEY", Variable::SecretAccessKey),
            ("R2_ENDPOINT_URL", Variable::Endpoint),
            ("R2_ACCOUNT_ID", Variable::Endpoint),
            ("CLOUDFLARE_ACCOUNT_ID", Variable::Endpoint),
            ("AWS_ENDPOINT_URL_S3", Variable::Endpoint),
            ("R2_ENABLE", Variable::Enabled),
        ] {
            let near: Vec<_> =
                Variable::ALL.into_iter().filter(|variable| Spelling::of(name).is_near(*variable)).collect();
            assert_eq!(near, [variable], "{name}");
        }
        for name in ["PATH", "R2", "HOME", "DATABASE_URL", "S3", "", "R2_PUBLIC_DOMAIN"] {
            assert!(
                Variable::ALL.into_iter().all(|variable| !Spelling::of(name).is_near(variable)),
                "{name}"
            );
        }
    }
}
