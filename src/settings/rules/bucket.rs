//! `R2_BUCKET_NAME`: the bare name of a bucket.

use super::{Site, Subject};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::text::counted;
use crate::settings::disclosure::Disclosure;

/// What R2 accepts.
const ON_R2: &str = "an R2 bucket's name has 3 to 63 lower-case letters, digits and hyphens";
/// What S3 clients accept.
const ANYWHERE: &str =
    "a bucket's name has letters, digits, dots, hyphens and underscores, and at most 255 characters";
/// The longest name that boto3 accepts, in characters.
const LONGEST: usize = 255;

/// A name that no bucket can have. On R2, its rules
/// (<https://developers.cloudflare.com/r2/buckets/create-buckets/#bucket-level-operations>); elsewhere, those of the
/// application's client, which hold for any S3 server.
pub fn bucket_name(subject: &Subject, site: &Site, disclosure: &Disclosure) -> Option<Finding> {
    let name = subject.core();
    if name.is_empty() {
        return None;
    }
    let on_r2 = matches!(site, Site::R2(_));
    let faults = if on_r2 { r2_faults(name) } else { any_faults(name).into_iter().collect() };
    let (fault, others) = match (foreign_kind(name), faults.split_first()) {
        (Some(kind), _) => (kind.to_owned(), &[][..]),
        (None, Some((first, others))) => (format!("is {}, with {first}", disclosure.quote(name)), others),
        (None, None) => return None,
    };
    let finding = subject.error(Code::ConfigBucketName).because(format!("{} {fault}", subject.named()));
    let finding = finding.with_fault(fault).because(if on_r2 { ON_R2 } else { ANYWHERE });
    let mut finding = others
        .iter()
        .fold(finding, |finding, other| finding.because(format!("{} has {other}", subject.variable.name())));
    if let Some(shown) = disclosure.show(name) {
        finding = finding.with("bucket", shown);
    }
    match corrected(name) {
        Some(suggestion) => Some(subject.suggest(finding, &suggestion, disclosure)),
        None => Some(finding),
    }
}

/// Whether a bucket may have this name at this site.
pub fn is_sound(name: &str, site: &Site) -> bool {
    let faulty =
        if matches!(site, Site::R2(_)) { !r2_faults(name).is_empty() } else { any_faults(name).is_some() };
    foreign_kind(name).is_none() && !faulty
}

/// A value that names something else, or more, than a bucket.
fn foreign_kind(name: &str) -> Option<&'static str> {
    if name.starts_with("s3://") || name.starts_with("r2://") {
        Some("is an address, not a bucket's name")
    } else if name.starts_with("arn:") {
        Some("is an ARN, not a bucket's name")
    } else if name.contains("://") {
        Some("is a URL, not a bucket's name")
    } else if name.contains('/') {
        Some("has a slash, which no bucket's name has")
    } else {
        None
    }
}

/// What a name has that no bucket on R2 has, as nouns.
fn r2_faults(name: &str) -> Vec<String> {
    let length = name.chars().count();
    let mut faults = Vec::new();
    if !(3..=63).contains(&length) {
        faults.push(counted(length, "character"));
    }
    if name.chars().any(char::is_uppercase) {
        faults.push("upper-case letters".to_owned());
    }
    if let Some(odd) = name.chars().find(|c| !c.is_ascii_alphanumeric() && *c != '-' && !c.is_uppercase()) {
        faults.push(character_name(odd));
    }
    if name.starts_with('-') || name.ends_with('-') {
        faults.push("a hyphen at its start or end".to_owned());
    }
    faults
}

/// What boto3 rejects before it sends anything (`botocore.handlers.VALID_BUCKET`), and the names `.` and `..`, which have
/// another meaning in a path.
fn any_faults(name: &str) -> Option<String> {
    let length = name.chars().count();
    let odd = name.chars().find(|c| !c.is_ascii_alphanumeric() && !".-_".contains(*c));
    if let Some(odd) = odd {
        Some(character_name(odd))
    } else if name == "." || name == ".." {
        Some("the meaning of a relative path".to_owned())
    } else {
        (length > LONGEST).then(|| counted(length, "character"))
    }
}

fn character_name(character: char) -> String {
    match character {
        '_' => "an underscore".to_owned(),
        '.' => "a dot".to_owned(),
        other if other.is_ascii_graphic() && other != '`' => format!("the character `{other}`"),
        other => format!("the character U+{:04X}", u32::from(other)),
    }
}

/// The name that was probably meant, if R2 would accept it.
fn corrected(name: &str) -> Option<String> {
    let after_scheme = name.split_once("://").filter(|(scheme, _)| ["s3", "r2"].contains(scheme));
    let path = after_scheme.map_or(name, |(_, rest)| rest);
    if path.contains("://") {
        return None;
    }
    let first = path.split('/').find(|part| !part.is_empty())?.to_lowercase();
    r2_faults(&first).is_empty().then_some(first)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn r2_takes_three_to_sixty_three_lower_case_letters_digits_and_hyphens() {
        let longest = "a".repeat(63);
        for name in ["abc", "a-b", "123", "my-photos-2", longest.as_str()] {
            assert!(r2_faults(name).is_empty(), "{name}");
        }
        let too_long = "a".repeat(64);
        for (name, faults) in [
            ("ab", 1),
            (too_long.as_str(), 1),
            ("Photos", 1),
            ("my_photos", 1),
            ("my.photos", 1),
            ("-photos", 1),
            ("photos-", 1),
            ("P_", 3),
            ("fotografías", 1),
        ] {
            assert_eq!(r2_faults(name).len(), faults, "{name}: {:?}", r2_faults(name));
        }
    }

    #[test]
    fn other_servers_take_what_boto3_takes() {
        let longest = "a".repeat(255);
        for name in ["a", "My_Bucket.old", "-x", "..a", longest.as_str()] {
            assert_eq!(any_faults(name), None, "{name}");
        }
        let too_long = "a".repeat(256);
        for name in [
            ".",
            "..",
            "a#b",
            "a?",
            "x\\y",
            "adv%2Dfiles",
            "a;b",
            "a&b",
            "a b",
            "ä",
            "a:b",
            too_long.as_str(),
        ] {
            assert!(any_faults(name).is_some(), "{name}");
        }
    }

    #[test]
    fn the_name_that_was_meant_is_suggested_where_it_is_plain() {
        for (name, meant) in [
            ("s3://photos/2024", Some("photos")),
            ("photos/2024", Some("photos")),
            ("/photos", Some("photos")),
            ("Photos", Some("photos")),
            ("my_photos", None),
            ("https://x.r2.dev/photos", None),
            ("/", None),
        ] {
            assert_eq!(corrected(name).as_deref(), meant, "{name}");
        }
    }
}
