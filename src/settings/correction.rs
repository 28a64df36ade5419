//! Corrects faulty settings by changing one input. Pure: nothing is sent.
//!
//! A correction is used by experiments only, never by the checks, which use the settings as they are.

mod standing;

use masking::Secret;

use super::endpoint::{Endpoint, Provider};
use super::judge::judge;
use super::lists::R2_DOMAIN;
pub use super::rules::keys::{has_shape_of_r2, is_shaped_as_secret, look_swapped, secret_of_token};
use super::url_text::UrlText;
use super::{Environment, Loaded, Raw, Settings, Variable, characters};
use crate::base::code::Code;
use crate::base::finding::{Finding, Kind, Severity};
use crate::base::text::list;
pub use standing::Standing;
use standing::standing;

/// Settings that differ from the faulty ones in one input.
pub struct Correction {
    /// What was changed, without any secret: `R2_REGION set to auto`.
    pub change: String,
    /// Whether it shows the new value.
    pub is_shown: bool,
    /// The variables that were at fault.
    pub variables: Vec<Variable>,
    /// The corrected settings.
    pub settings: Settings,
    /// The original settings, as far as they may be sent.
    pub standing: Standing,
}

/// The settings with their only fault corrected, if there is only one and its correction is certain.
pub fn corrected(loaded: &Loaded) -> Option<Correction> {
    let errors: Vec<&Finding> =
        loaded.findings.iter().filter(|finding| finding.severity == Severity::Error).collect();
    // Nothing is sent to a host or a bucket whose name holds a secret.
    if errors.iter().any(|finding| finding.code == Code::ConfigSecretElsewhere) {
        return None;
    }
    let variable = errors.first()?.about?;
    let about_one = || errors.iter().all(|finding| finding.about == Some(variable));
    let mended = without_extra(loaded, &errors);
    let mended = mended.or_else(|| about_one().then(|| mend(loaded, variable, &errors)).flatten())?;
    let settings = judge_with(loaded, &mended.values)?;
    let has_endpoint = mended.values.iter().any(|(variable, _)| *variable == Variable::Endpoint);
    // A path that was extracted from other text may be another bucket's.
    let guessed = has_endpoint && errors.iter().any(|finding| EXTRA.contains(&finding.code));
    let is_whole = !guessed || settings.endpoint.path().trim_matches('/').is_empty();
    let same_place = !has_endpoint || (is_whole && is_same_place(loaded, &settings.endpoint));
    let standing = standing(loaded, &settings);
    let variables = mended.values.iter().map(|(variable, _)| *variable).collect();
    same_place.then_some(Correction {
        change: mended.change,
        is_shown: mended.is_shown,
        variables,
        settings,
        standing,
    })
}

/// The codes for extra text around a value.
const EXTRA: [Code; 5] = [
    Code::ConfigQuotes,
    Code::ConfigWhitespace,
    Code::ConfigInvisibleCharacter,
    Code::ConfigExtraText,
    Code::ConfigEndpointScheme,
];

/// The values without their extra text, if that is of the same kind for all of these errors and known for each.
fn without_extra(loaded: &Loaded, errors: &[&Finding]) -> Option<Mended> {
    let first = errors.first().filter(|first| EXTRA.contains(&first.code))?;
    if errors.iter().any(|other| other.code != first.code || other.kind != first.kind) {
        return None;
    }
    let repaired = |finding: &&Finding| {
        let wanted = finding.about?;
        let (_, value) = loaded.repaired.iter().find(|(variable, _)| *variable == wanted)?;
        Some((wanted, value.expose().to_owned()))
    };
    let values = errors.iter().map(repaired).collect::<Option<Vec<_>>>()?;
    if values.iter().all(|(variable, _)| *variable == Variable::Enabled) {
        return None;
    }
    let names: Vec<&str> = values.iter().map(|(variable, _)| variable.name()).collect();
    let extra: &str = match &first.kind {
        Some(Kind::Extra(extra)) => extra,
        Some(Kind::StandIn(_)) | None => "extra characters",
    };
    let suggestion = first.suggestion.as_ref().filter(|_| errors.len() == 1);
    let change = match suggestion {
        Some(suggestion) => format!("{} set to `{suggestion}`", list(&names)),
        None => format!("{} without {extra}", list(&names)),
    };
    Some(Mended { change, is_shown: suggestion.is_some(), values })
}

/// New values for some variables, and a description of the change.
struct Mended {
    change: String,
    /// Whether it shows the new value.
    is_shown: bool,
    values: Vec<(Variable, String)>,
}

fn mend(loaded: &Loaded, variable: Variable, errors: &[&Finding]) -> Option<Mended> {
    let is = |code| errors.iter().any(|finding| finding.code == code);
    let raw = value(loaded, variable)?;
    if is(Code::ConfigKeysSwapped) {
        let other = value(loaded, Variable::SecretAccessKey)?;
        return Some(Mended {
            change: "R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY exchanged".to_owned(),
            is_shown: false,
            values: vec![
                (Variable::AccessKeyId, other.to_owned()),
                (Variable::SecretAccessKey, raw.to_owned()),
            ],
        });
    }
    let name = variable.name();
    // Only the ends are corrected: a correction within a value would be a guess, and guesses are not sent.
    let core = characters::without_ends(variable, raw)?;
    let (change, is_shown, value) = match variable {
        Variable::SecretAccessKey if is(Code::ConfigSecretIsApiToken) => {
            let change = format!("the SHA-256 of {name} in its place");
            (change, false, secret_of_token(&core).expose().to_owned())
        }
        Variable::AccessKeyId | Variable::SecretAccessKey | Variable::SessionToken => {
            (format!("{name} without quotes, white space and invisible characters around it"), false, core)
        }
        Variable::Endpoint | Variable::BucketName | Variable::Region => {
            let suggestion = errors.iter().find_map(|finding| finding.suggestion.as_ref())?;
            (format!("{name} set to `{suggestion}`"), true, suggestion.to_string())
        }
        // No request depends on it.
        Variable::Enabled => return None,
    };
    Some(Mended { change, is_shown, values: vec![(variable, value)] })
}

/// The settings with these values instead of their own, if they are sound.
fn judge_with(loaded: &Loaded, values: &[(Variable, String)]) -> Option<Settings> {
    let pairs = Variable::ALL.into_iter().filter_map(|variable| {
        let changed = values.iter().find(|(of, _)| *of == variable).map(|(_, value)| value.as_str());
        Some((variable.name(), changed.or_else(|| value(loaded, variable))?))
    });
    judge(&Raw::without_file(Environment::from_pairs(pairs))).settings
}

/// Whether requests would still go to the written host, or to the host of R2 for the account in it. If there is a login
/// before the host, or something that may be one, the intended host is unknown.
fn is_same_place(loaded: &Loaded, endpoint: &Endpoint) -> bool {
    let Some(raw) = value(loaded, Variable::Endpoint) else { return false };
    let repaired = loaded.repaired.iter().find(|(variable, _)| *variable == Variable::Endpoint);
    let repaired = repaired.map(|(_, value)| value.expose().to_owned());
    // A decoded value is not part of the written one: then only a host of R2 is certain.
    let foreign = *endpoint.provider() == Provider::Other;
    if repaired.as_ref().is_some_and(|value| foreign && !raw.contains(value)) {
        return false;
    }
    let Some(written) = repaired.or_else(|| characters::without_ends(Variable::Endpoint, raw)) else {
        return false;
    };
    if written.contains('@') {
        return false;
    }
    let host = UrlText::split(&written).host;
    let same_account = match endpoint.provider() {
        Provider::R2 { account_id, .. } => {
            host.ends_with(R2_DOMAIN) && host.split('.').any(|label| label == account_id)
        }
        Provider::Other => false,
    };
    host.eq_ignore_ascii_case(endpoint.host()) || same_account
}

fn value(loaded: &Loaded, variable: Variable) -> Option<&str> {
    let setting = loaded.provenance.iter().find(|setting| setting.variable == variable)?;
    setting.value.as_ref().map(Secret::expose)
}

#[cfg(test)]
mod tests {
    use super::*;

    const ACCOUNT: &str = "4f1c0e5ab27d4936a8c1f0b3d5e79a62";
    const KEY: &str = "4a5b6c7d8e9f0a1b2c3d4e5f60718293";
    const SECRET: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0";

    const TOKEN: &str = "cfat_AbCdEfGhIjKlMnOpQrStUvWxYz0123456789abcdefghijkl";
    /// Computed by `sha256sum`.
    const TOKENS_SHA_256: &str = "3f0fac3ee080ece206b7954f61b099997adf8ac8ccf335dd7403a223a76c46f8";

    fn with(changes: &[(Variable, &str)]) -> Option<Correction> {
        let endpoint = format!("https://{ACCOUNT}.{R2_DOMAIN}");
        let mut pairs = std::collections::BTreeMap::from([
            (Variable::Enabled, "true"),
            (Variable::Endpoint, endpoint.as_str()),
            (Variable::AccessKeyId, KEY),
            (Variable::SecretAccessKey, SECRET),
            (Variable::BucketName, "app-files"),
        ]);
        pairs.extend(changes.iter().copied());
        let named = pairs.into_iter().map(|(variable, value)| (variable.name(), value));
        corrected(&judge(&Raw::without_file(Environment::from_pairs(named))))
    }

    #[test]
    fn sound_settings_need_no_correction() {
        assert!(with(&[]).is_none());
    }

    #[test]
    fn a_value_is_used_without_what_does_not_belong_to_it() {
        for spoilt in [format!("\"{SECRET}\""), format!("{SECRET}\n"), format!(" {SECRET}\u{200b}")] {
            let correction = with(&[(Variable::SecretAccessKey, &spoilt)]).expect("a correction");
            assert_eq!(correction.settings.secret_access_key.expose(), SECRET);
            assert!(correction.change.starts_with("R2_SECRET_ACCESS_KEY "), "{}", correction.change);
            assert!(!correction.change.contains(&SECRET[..8]));
        }
    }

    #[test]
    fn a_token_is_replaced_by_its_hash_and_swapped_keys_are_exchanged() {
        let hashed = with(&[(Variable::SecretAccessKey, TOKEN)]).expect("a correction");
        assert_eq!(hashed.settings.secret_access_key.expose(), TOKENS_SHA_256);
        let exchanged =
            with(&[(Variable::AccessKeyId, SECRET), (Variable::SecretAccessKey, KEY)]).expect("a correction");
        assert_eq!(exchanged.settings.access_key_id.expose(), KEY);
        assert_eq!(exchanged.settings.secret_access_key.expose(), SECRET);
    }

    #[test]
    fn an_endpoint_is_corrected_only_within_its_own_account() {
        let with_bucket = format!("https://{ACCOUNT}.{R2_DOMAIN}/app-files");
        let correction = with(&[(Variable::Endpoint, &with_bucket)]).expect("a correction");
        assert_eq!(correction.settings.endpoint.as_str(), format!("https://{ACCOUNT}.{R2_DOMAIN}"));
        let misspelt = format!("https://{ACCOUNT}.r2.cloudflarestorage.con");
        assert!(with(&[(Variable::Endpoint, &misspelt)]).is_none());
    }

    #[test]
    fn a_host_that_does_not_stand_there_is_no_correction() {
        let own = format!("{ACCOUNT}.{R2_DOMAIN}");
        for endpoint in [
            format!("https://{own}@evil.example"),
            format!("https://evil.example/{own}/@"),
            format!("https://evil.example@{own}"),
            format!("https://{ACCOUNT}.r2.cloudﬂarestorage.com"),
            format!("https://{ACCOUNT}.r2.cloudfl\u{430}restorage.com"),
            "https://ana:p@tr0ub4dor#9@host.example".to_owned(),
            "https://hⓞst.example".to_owned(),
            "http://127.1".to_owned(),
        ] {
            assert!(with(&[(Variable::Endpoint, &endpoint)]).is_none(), "{endpoint}");
        }
        for endpoint in [format!(" https://{own}/"), format!("https://eu.{own}"), format!("{own}?x")] {
            assert!(with(&[(Variable::Endpoint, &endpoint)]).is_some(), "{endpoint}");
        }
    }

    #[test]
    fn nothing_is_taken_out_of_the_middle_of_a_value() {
        let secret = format!("{} {}", &SECRET[..32], &SECRET[32..]);
        assert!(with(&[(Variable::SecretAccessKey, &secret)]).is_none());
        for name in ["app files", "app\u{200b}files", "app\tfiles ", "аpp-files"] {
            assert!(with(&[(Variable::BucketName, name)]).is_none(), "{name}");
        }
    }

    #[test]
    fn two_faults_or_one_that_nobody_can_mend_are_left_alone() {
        assert!(with(&[(Variable::Region, "eu"), (Variable::BucketName, "App-Files")]).is_none());
        assert!(with(&[(Variable::SecretAccessKey, "short")]).is_none());
        assert!(with(&[(Variable::Enabled, "yes")]).is_none());
        assert!(with(&[(Variable::BucketName, "<BUCKET>")]).is_none());
    }

    #[test]
    fn a_region_and_a_bucket_name_become_what_was_suggested() {
        let region = with(&[(Variable::Region, "eu-west-1")]).expect("a correction");
        assert_eq!(
            (region.change.as_str(), region.settings.region.as_str()),
            ("R2_REGION set to `auto`", "auto")
        );
        let bucket = with(&[(Variable::BucketName, "App-Files")]).expect("a correction");
        assert_eq!(bucket.settings.bucket, "app-files");
    }
}
