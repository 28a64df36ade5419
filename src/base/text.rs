//! Helpers for wording that all wings share.

/// `1 character`, `2 characters`.
pub fn counted(number: usize, thing: &str) -> String {
    if number == 1 { format!("1 {thing}") } else { format!("{number} {thing}s") }
}

/// `a`, `a and b`, `a, b and c`.
pub fn list(things: &[impl AsRef<str>]) -> String {
    let things: Vec<&str> = things.iter().map(AsRef::as_ref).collect();
    match things.split_last() {
        None => String::new(),
        Some((only, [])) => (*only).to_owned(),
        Some((last, others)) => format!("{} and {last}", others.join(", ")),
    }
}

/// A sentence as it goes on after a colon: in lower case, unless it begins with a name.
pub fn within_sentence(sentence: &str) -> String {
    let word = sentence.split(' ').next().unwrap_or_default();
    let is_plain = word == "A"
        || (word.len() > 1 && word.bytes().skip(1).all(|byte| byte.is_ascii_lowercase() || byte == b'-'));
    let is_name = !is_plain || word.starts_with("Cloudflare");
    let mut letters = sentence.chars();
    match letters.next().filter(|_| !is_name) {
        Some(first) => first.to_lowercase().collect::<String>() + letters.as_str(),
        None => sentence.to_owned(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_list_has_commas_and_one_and() {
        assert_eq!([list(&["a"]), list(&["a", "b"]), list(&["a", "b", "c"])], ["a", "a and b", "a, b and c"]);
        assert_eq!(list(&[""; 0]), "");
    }

    #[test]
    fn a_sentence_after_a_colon_begins_in_lower_case_unless_it_begins_with_a_name() {
        for (alone, within) in [
            ("There is no bucket", "there is no bucket"),
            ("A lifecycle rule", "a lifecycle rule"),
            ("Line 7 of .env", "line 7 of .env"),
            ("Percent-encode the password", "percent-encode the password"),
            ("R2 is not enabled", "R2 is not enabled"),
            ("R2_BUCKET_NAME is empty", "R2_BUCKET_NAME is empty"),
            ("PutObject succeeded", "PutObject succeeded"),
            ("HTTPS_PROXY names a SOCKS proxy", "HTTPS_PROXY names a SOCKS proxy"),
            ("Cloudflare's edge", "Cloudflare's edge"),
            ("boto3 does not trust", "boto3 does not trust"),
            ("", ""),
        ] {
            assert_eq!(within_sentence(alone), within);
        }
    }
}
