//! Which extra text is removed, and which is not.

use proptest::prelude::*;

use super::*;

const KEY: &str = "4a5b6c7d8e9f0a1b2c3d4e5f60718293";

fn peeled(variable: Variable, raw: &str, value: &str, particular: bool) -> Option<Vec<&'static str>> {
    let fits = |text: &str| text == value;
    let shape = Shape { variable, particular, anywhere: particular, fits: &fits };
    peel(raw, &shape).map(|peeled| peeled.layers.iter().map(|layer| layer.name).collect())
}

#[test]
fn each_thing_that_comes_along_has_a_name() {
    for (raw, names) in [
        (format!(" {KEY}\r\n"), vec!["white space"]),
        (format!("'{KEY}'"), vec!["quotation marks"]),
        (format!("{KEY}\u{200b}"), vec!["invisible characters"]),
        (format!("{KEY}\\n"), vec!["a written-out line end"]),
        (format!("{KEY}\\r\\n"), vec!["a written-out line end"]),
        (format!("{KEY} # prod"), vec!["a comment"]),
        (format!("{KEY}\t// prod"), vec!["a comment"]),
        (format!("{KEY}#prod"), vec!["a comment"]),
        (format!("R2_ACCESS_KEY_ID={KEY}"), vec!["the name of a variable"]),
        (format!("AWS_ACCESS_KEY_ID: {KEY}"), vec!["the name of a variable"]),
        (format!("KEY = {KEY}"), vec!["the name of a variable"]),
        (format!("setx R2_ACCESS_KEY_ID {KEY}"), vec!["the name of a variable"]),
        (format!("Access Key ID: {KEY}"), vec!["a label"]),
        (format!("The key of the day: {KEY}"), vec!["a label"]),
        (format!("-n {KEY}"), vec!["an option of `echo`"]),
        (format!("Bearer {KEY}"), vec!["the scheme of an HTTP header"]),
        (format!("{KEY},"), vec!["a comma"]),
        (format!("{KEY};"), vec!["a semicolon"]),
        (format!("{KEY}%"), vec!["a percent sign"]),
        (format!("[key]({KEY})"), vec!["a link around the value"]),
        (format!("\u{1b}[1m{KEY}\u{1b}[0m"), vec!["control sequences of a terminal"]),
        (format!("{{\"accessKeyId\":\"{KEY}\"}}"), vec!["JSON around the value"]),
        (format!("{{\"data\":{{\"id\":\"{KEY}\",\"n\":1}}}}"), vec!["JSON around the value"]),
        (format!("[\"{KEY}\"]"), vec!["JSON around the value"]),
        ("NGE1YjZjN2Q4ZTlmMGExYjJjM2Q0ZTVmNjA3MTgyOTM=".to_owned(), vec!["base64 encoding"]),
        ("NGE1YjZjN2Q4ZTlmMGExYjJjM2Q0ZTVmNjA3MTgyOTM".to_owned(), vec!["base64 encoding"]),
        (KEY.replace('4', "%34"), vec!["percent-encoding"]),
        (format!("&quot;{KEY}&quot;"), vec!["entities of HTML", "quotation marks"]),
        (format!("<{KEY}>"), vec!["angle brackets around the value"]),
        (format!("-n {KEY}\\n"), vec!["a written-out line end", "an option of `echo`"]),
        (format!("\"{KEY}\" # prod"), vec!["a comment", "quotation marks"]),
        (
            format!("export R2_ACCESS_KEY_ID=\"{KEY}\";"),
            vec!["the name of a variable", "a semicolon", "quotation marks"],
        ),
        (format!("key {KEY} of app"), vec!["other text"]),
        (format!("x/{KEY}/y"), vec!["other text"]),
        (KEY.to_owned(), vec![]),
        (format!("{KEY}0"), vec![]),
        (format!("https://{KEY}.example"), vec![]),
    ] {
        let found = peeled(Variable::AccessKeyId, &raw, KEY, true).unwrap_or_default();
        let mut sorted = (found.clone(), names.clone());
        sorted.0.sort_unstable();
        sorted.1.sort_unstable();
        sorted.0.dedup();
        assert_eq!(sorted.0, sorted.1, "{raw}: {found:?}");
    }
}

/// A bucket may have almost any name: what may be a part of one is not removed.
#[test]
fn of_a_shape_that_is_not_particular_only_what_is_plain_is_taken_off() {
    let bucket = |raw| peeled(Variable::BucketName, raw, "files", false);
    for raw in ["files # prod", "files,", "Bucket: files", "R2_BUCKET_NAME=files", "{\"bucket\":\"files\"}"] {
        assert!(bucket(raw).is_some(), "{raw}");
    }
    for raw in ["app files", "<files>", "app\tfiles", "app=files", "app: files", "%66iles", "files#old"] {
        assert_eq!(bucket(raw), None, "{raw}");
    }
}

#[test]
fn a_second_scheme_is_taken_off_an_endpoint() {
    for raw in ["https://https://host", "http://https://host", "HTTPS://https://host", "https:https://host"] {
        let found = peeled(Variable::Endpoint, raw, "https://host", true);
        assert_eq!(found.as_deref(), Some(&["a second scheme"][..]), "{raw}");
    }
    assert_eq!(peeled(Variable::BucketName, "https://https://host", "https://host", true), None);
}

#[test]
fn what_a_secret_is_to_somebody_who_decodes_it_is_as_secret() {
    let decoded = |raw: &str| -> Vec<String> {
        super::decoded(Variable::SecretAccessKey, raw).iter().map(|text| text.expose().to_owned()).collect()
    };
    assert_eq!(decoded("aHVudGVyLXR3by00Mg=="), ["hunter-two-42"]);
    assert_eq!(decoded("\"aHVudGVyLXR3by00Mg==\"\n"), ["hunter-two-42"]);
    assert_eq!(decoded("YUhWdWRHVnlMWFIzYnkwME1nPT0="), ["aHVudGVyLXR3by00Mg==", "hunter-two-42"]);
    assert_eq!(decoded("{\"secret\":\"hunter\\u002dtwo\"}"), ["hunter-two"]);
    assert_eq!(decoded("hunter%2Dtwo"), ["hunter-two"]);
    assert!(decoded("hunter-two-42").is_empty() && decoded(KEY).is_empty());
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(256) })]

    #[test]
    fn no_text_panics_and_each_thing_taken_off_is_one(
        text in prop_oneof![any::<String>(), "[a-z0-9:=#,;%<>\\[\\](){}\"' \\\\\\n\u{1b}-]{0,40}"],
        place in 0..7_usize,
    ) {
        let variable = Variable::ALL[place];
        for strip in STRIPS.iter().map(|(strip, _)| strip).chain(&WORDS).chain(&PLAIN) {
            if let Some((layer, rest)) = strip(variable, &text) {
                prop_assert!(rest != text, "{}", layer.name);
                prop_assert!(!layer.seen.is_empty());
            }
        }
        let _ = super::decoded(variable, &text);
    }

    #[test]
    fn whatever_two_things_come_along_are_taken_off(
        first in prop::sample::select(WAYS.to_vec()), second in prop::sample::select(WAYS.to_vec()),
    ) {
        let raw = first.replace('@', &second.replace('@', KEY));
        prop_assert!(raw == KEY || peeled(Variable::AccessKeyId, &raw, KEY, true).is_some(), "{raw}");
    }
}

/// Kinds of extra text, with `@` for the value.
const WAYS: [&str; 12] = [
    "@",
    "\"@\"",
    " @\n",
    "@ # x",
    "-n @",
    "@\\n",
    "@,",
    "R2_ACCESS_KEY_ID=@",
    "Access Key ID: @",
    "<@>",
    "[@](@)",
    "@;",
];
