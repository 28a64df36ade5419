//! Settings that cannot work, one test for each way: the variables in, the codes and the named variable out. Nothing is
//! sent, which the proxy that everything would go through can tell.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::ffi::OsString;
use std::os::unix::ffi::OsStringExt as _;

use sha2::{Digest as _, Sha256};

use crate::support::cli::{Cli, Ran};
use crate::support::r2::{ACCOUNT, BUCKET, Fault, Jurisdiction, Op, Proxy, R2, Token};
use crate::support::report::Report;
use crate::support::run::{ALL, run, run_with};

const ENDPOINT: &str = "https://4f1c0e5ab27d4936a8c1f0b3d5e79a62.r2.cloudflarestorage.com";
const KEY: &str = "4a5b6c7d8e9f0a1b2c3d4e5f60718293";
const SECRET: &str = "9f8e7d6c5b4a39281706f5e4d3c2b1a09f8e7d6c5b4a39281706f5e4d3c2b1a0";
/// Settings of R2 that no rule objects to.
const SOUND: [(&str, &str); 5] = [
    ("R2_ENABLED", "true"),
    ("R2_ENDPOINT", ENDPOINT),
    ("R2_ACCESS_KEY_ID", KEY),
    ("R2_SECRET_ACCESS_KEY", SECRET),
    ("R2_BUCKET_NAME", BUCKET),
];

/// The sound settings as an env file, with one line in another's place.
fn file_with(name: &str, line: &str) -> String {
    let kept =
        SOUND.iter().filter(|(known, _)| *known != name).map(|(name, value)| format!("{name}={value}\n"));
    kept.chain([format!("{line}\n")]).collect::<Vec<_>>().concat()
}

/// The program with these variables and no others, through a proxy that lets nothing pass.
struct Case {
    cli: Cli,
    proxy: Proxy,
}

impl Case {
    fn new(arguments: &str) -> Self {
        let proxy = Proxy::builder().start();
        let cli = Cli::new("--json --retries 0").args(arguments).env("HTTPS_PROXY", proxy.url());
        Self { cli, proxy }
    }

    /// The sound settings with these changes; without a value, the variable is not set.
    fn sound_but(changes: &[(&str, Option<&str>)]) -> Self {
        let untouched =
            SOUND.into_iter().filter(|(name, _)| changes.iter().all(|(changed, _)| changed != name));
        let replaced = changes.iter().filter_map(|(name, value)| Some((*name, (*value)?)));
        let case = Self::new("--no-env-file");
        Self { cli: case.cli.envs(untouched.chain(replaced)), ..case }
    }

    fn file(content: &str) -> Self {
        let case = Self::new("--env-file app.env");
        Self { cli: case.cli.file("app.env", content), ..case }
    }

    /// The run that failed at `config`; nothing was sent, and no secret is shown.
    fn fails(self) -> Report {
        let ran = self.cli.run();
        assert!(self.proxy.asked().is_empty(), "something was sent");
        shows_no_secret(&ran);
        ran.config_failure()
    }

    /// The settings are used as they stand: the proxy is asked for this host.
    fn goes_on_to(self, host: &str) -> Report {
        let ran = self.cli.run();
        shows_no_secret(&ran);
        let report = ran.report();
        assert_eq!(report.root_cause(), Some("proxy.denied"), "{:#}", report.0);
        assert_eq!(self.proxy.asked()[0].target, format!("{host}:443"));
        report
    }
}

fn shows_no_secret(ran: &Ran) {
    for secret in [KEY, SECRET] {
        assert!(!ran.stdout.contains(&secret[4..12]), "{}", ran.stdout);
    }
}

/// Each of these values of a variable is this condition: the root cause, told with the variable's name in the evidence
/// and in what there is to do, and with this text.
fn each(variable: &str, code: &str, values: &[(&str, &str)]) {
    for (value, says) in values {
        let report = Case::sound_but(&[(variable, Some(value))]).fails();
        names(&report, code, variable, says);
    }
}

fn names(report: &Report, code: &str, variable: &str, says: &str) {
    assert_eq!(report.root_cause(), Some(code), "{:#}", report.0["checks"][0]);
    assert_eq!(report.codes(), [code], "one fault is one finding");
    let finding = report.finding(code);
    assert_eq!(finding["severity"], "error");
    assert!(report.evidence(code).contains(variable), "{finding:#}");
    assert!(report.evidence(code).contains(says), "no `{says}`: {finding:#}");
    assert!(finding["fix"].to_string().contains(variable), "{finding:#}");
}

#[test]
fn sound_settings_are_used_as_they_stand() {
    let report = Case::sound_but(&[]).goes_on_to(&ENDPOINT[8..]);
    assert_eq!(report.check("config")["status"], "pass");
}

#[test]
fn a_switch_that_is_off_fails_and_is_never_skipped() {
    let words = [("false", "R2 is switched off"), ("0", "switched off"), ("no", "switched off")];
    each("R2_ENABLED", "config.disabled", &words);
}

#[test]
fn a_switch_that_only_looks_on_is_told_from_one_that_is_off() {
    each(
        "R2_ENABLED",
        "config.enabled-not-true",
        &[("1", "reads this as no"), ("yes", "`yes`"), ("on", "`on`")],
    );
    for value in ["true", "True", "TRUE"] {
        Case::sound_but(&[("R2_ENABLED", Some(value))]).goes_on_to(&ENDPOINT[8..]);
    }
}

#[test]
fn each_variable_that_is_absent_or_empty_is_named() {
    for (variable, _) in SOUND {
        let absent = Case::sound_but(&[(variable, None)]).fails();
        names(&absent, "config.missing", variable, "is not set in the environment");
        let empty = Case::sound_but(&[(variable, Some(""))]).fails();
        names(&empty, "config.missing", variable, "but empty");
    }
}

#[test]
fn a_variable_under_another_name_is_told_with_the_name_that_is_set() {
    for (variable, other) in [
        ("R2_BUCKET_NAME", "R2_BUCKET"),
        ("R2_SECRET_ACCESS_KEY", "R2_SECRET_KEY"),
        ("R2_ENDPOINT", "R2_ENDPOINT_URL"),
        ("R2_ACCESS_KEY_ID", "R2_ACESS_KEY_ID"),
    ] {
        let report = Case::sound_but(&[(variable, None), (other, Some("somewhat"))]).fails();
        names(&report, "config.missing", variable, &format!("{other} is set in the environment, but"));
        assert!(!report.0.to_string().contains("somewhat"));
    }
}

/// As in a phase of a deploy that gets no variables: at build time, in `railway run` with sealed ones, in a copy.
#[test]
fn without_any_variable_all_that_are_needed_are_named_at_once() {
    let report = Case::new("--no-env-file").fails();
    assert_eq!(report.codes(), ["config.missing"; 5]);
    let told = report.0["checks"][0]["findings"].to_string();
    assert!(SOUND.iter().all(|(name, _)| told.contains(name)) && told.contains("sealed"), "{told}");
}

#[test]
fn aws_variables_are_told_and_never_used() {
    let (id, secret) = ("AKIAIOSFODNN7EXAMPLE", "wJalrXUtnFEMIK7MDENGbPxRfiCYEXAMPLEKEYXX");
    let aws = [("AWS_ACCESS_KEY_ID", Some(id)), ("AWS_SECRET_ACCESS_KEY", Some(secret))];
    let none = [("R2_ACCESS_KEY_ID", None), ("R2_SECRET_ACCESS_KEY", None)];
    let report = Case::sound_but(&[aws, none].concat()).fails();
    assert_eq!(report.codes(), ["config.missing"; 2]);
    assert!(report.evidence("config.missing").contains("AWS_ACCESS_KEY_ID is set in the environment, but"));
    assert!(!report.0.to_string().contains(id));
    let r2 = R2::start();
    run_with(&r2, &aws.map(|(name, value)| (name, value.unwrap())), &[]).passes_with(&[]).sends(&ALL);
    for request in r2.requests() {
        let signed = request.header("authorization").unwrap();
        assert!(signed.contains(&r2.token().id) && !signed.contains(id));
    }
}

#[test]
fn the_buckets_name_at_the_end_of_the_endpoint_is_said_verbatim() {
    let said = format!("has the bucket's name as its path, `/{BUCKET}`");
    each(
        "R2_ENDPOINT",
        "config.endpoint-path",
        &[
            (&format!("{ENDPOINT}/{BUCKET}"), &said),
            (&format!("{ENDPOINT}/{BUCKET}/"), "the bucket's name"),
            (&format!("{ENDPOINT}/uploads"), "`/uploads`"),
        ],
    );
}

#[test]
fn the_buckets_name_before_the_account_is_named() {
    let host = ENDPOINT.replace("https://", "");
    each(
        "R2_ENDPOINT",
        "config.endpoint-bucket-host",
        &[
            (&format!("https://{BUCKET}.{host}"), "has the bucket's name `app-files` before the account id"),
            (&format!("https://photos.{host}"), "`photos`"),
        ],
    );
}

#[test]
fn an_endpoint_without_or_with_another_scheme_is_named() {
    let host = ENDPOINT.replace("https://", "");
    each(
        "R2_ENDPOINT",
        "config.endpoint-scheme",
        &[
            (&host, "does not begin with https://"),
            (&format!("htps://{host}"), "`htps`"),
            (&format!("s3://{BUCKET}"), "`s3`"),
            (&format!("https:/{host}"), "https://"),
        ],
    );
}

#[test]
fn plain_http_to_r2_is_named_before_the_keys_travel() {
    let plain = ENDPOINT.replace("https://", "http://");
    each("R2_ENDPOINT", "config.endpoint-insecure", &[(&plain, "is plain http to")]);
}

#[test]
fn a_slash_at_the_end_of_the_endpoint_is_no_fault() {
    Case::sound_but(&[("R2_ENDPOINT", Some(&format!("{ENDPOINT}/")))]).goes_on_to(&ENDPOINT[8..]);
    let r2 = R2::builder().r2_host(Jurisdiction::Default).start();
    run_with(&r2, &[("R2_ENDPOINT", &format!("{}/", r2.endpoint()))], &[]).passes_with(&[]).sends(&ALL);
}

#[test]
fn quotes_that_are_part_of_a_value_are_named_for_every_variable() {
    for (variable, value) in SOUND {
        each(
            variable,
            "config.quotes",
            &[
                (&format!("\"{value}\""), "starts and ends with a double quote"),
                (&format!("'{value}'"), "single quote"),
            ],
        );
    }
}

#[test]
fn white_space_around_a_value_is_named_for_every_variable() {
    for (variable, value) in SOUND {
        each(
            variable,
            "config.whitespace",
            &[
                (&format!("{value} "), "ends with a space"),
                (&format!("{value}\n"), "ends with a line feed"),
                (&format!("{value}\r\n"), "a carriage return and a line feed"),
                (&format!("\t{value}"), "starts with a tab"),
            ],
        );
    }
}

#[test]
fn characters_that_nobody_sees_are_named_by_code_point_and_place() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.invisible-character",
        &[
            (&format!("{SECRET}\u{200b}"), "U+200B (zero width space) at character 65 of 65"),
            (&format!("\u{feff}{SECRET}"), "U+FEFF (byte order mark)"),
            (&format!("\u{a0}{SECRET}"), "U+00A0 (no-break space)"),
            (&format!("\u{201c}{SECRET}\u{201d}"), "a typographic quote"),
        ],
    );
    let cyrillic = ENDPOINT.replace("cloudflare", "cloudfl\u{430}re");
    each("R2_ENDPOINT", "config.invisible-character", &[(&cyrillic, "U+0430")]);
}

#[test]
fn bytes_that_are_no_text_are_named_for_every_variable() {
    for (variable, _) in SOUND {
        let case = Case::sound_but(&[]);
        let bytes = OsString::from_vec(b"abc\xff".to_vec());
        let report = Case { cli: case.cli.env(variable, bytes), ..case }.fails();
        names(&report, "config.not-unicode", variable, "byte 4 is not UTF-8");
    }
}

#[test]
fn what_was_never_filled_in_is_named() {
    each(
        "R2_ENDPOINT",
        "config.placeholder",
        &[
            ("https://<ACCOUNT_ID>.r2.cloudflarestorage.com", "a name in brackets"),
            ("https://your_account_id.r2.cloudflarestorage.com", "words of a template"),
            ("https://xxxxxxxx.r2.cloudflarestorage.com", "a row of `x`"),
        ],
    );
    each("R2_ACCESS_KEY_ID", "config.placeholder", &[("changeme", "words of a template"), ("****", "mask")]);
    each("R2_BUCKET_NAME", "config.placeholder", &[("your-bucket-name", "words of a template")]);
}

#[test]
fn a_reference_that_the_platform_did_not_resolve_is_named() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.placeholder",
        &[("${{shared.R2_SECRET}}", "a reference that nothing resolved")],
    );
    each("R2_BUCKET_NAME", "config.placeholder", &[("${R2_BUCKET}", "reference"), ("$BUCKET", "reference")]);
}

#[test]
fn a_host_that_is_not_the_api_of_r2_is_named() {
    let typo = |domain: &str| format!("https://{ACCOUNT}.{domain}");
    each(
        "R2_ENDPOINT",
        "config.endpoint-host",
        &[
            (&typo("r2.cloudflarestorage.con"), "resembles r2.cloudflarestorage.com"),
            (&typo("r2.cloudflatestorage.com"), "resembles"),
            (&typo("cloudflarestorage.com"), "cloudflarestorage.com"),
            ("https://pub-0123456789abcdef.r2.dev", "r2.dev"),
            ("https://dash.cloudflare.com/x/r2/overview", "dash.cloudflare.com"),
            ("https://api.cloudflare.com/client/v4", "api.cloudflare.com"),
            ("https://r2.cloudflarestorage.com", "no account id"),
            (&format!("{ENDPOINT}:8080"), "names port 8080"),
            (&format!("{ENDPOINT}:443abc"), "is no URL: invalid port number"),
            (&format!("{ENDPOINT}?x=1"), "`?`"),
            (ACCOUNT, "it is shaped as an account id"),
        ],
    );
}

#[test]
fn an_account_id_of_another_shape_is_named_with_its_length() {
    each(
        "R2_ENDPOINT",
        "config.endpoint-account",
        &[
            ("https://abc123.r2.cloudflarestorage.com", "6 characters, where 32 hexadecimal digits belong"),
            (&ENDPOINT.replace("62.r2", ".r2"), "30 characters"),
            (&ENDPOINT.replace("4f1c", "4g1c"), "where 32 hexadecimal digits belong"),
            (&format!("https://{}.r2.cloudflarestorage.com", ACCOUNT.to_uppercase()), "upper-case"),
        ],
    );
}

#[test]
fn a_location_hint_is_no_jurisdiction() {
    for label in ["us", "weur", "auto"] {
        let endpoint = ENDPOINT.replace(".r2.", &format!(".{label}.r2."));
        each("R2_ENDPOINT", "config.endpoint-jurisdiction", &[(&endpoint, &format!("`{label}`"))]);
    }
    for label in ["eu", "fedramp"] {
        let host = ENDPOINT.replace("https://", "").replace(".r2.", &format!(".{label}.r2."));
        Case::sound_but(&[("R2_ENDPOINT", Some(&format!("https://{host}")))]).goes_on_to(&host);
    }
}

#[test]
fn another_server_is_a_warning_and_then_judged_by_its_answers() {
    let name = "files.example";
    let page = "<html><title>404 Not Found</title></html>";
    let r2 = R2::builder()
        .r2_host(Jurisdiction::Default)
        .named(name)
        .fault(Fault::on(Op::Any).html(404, page))
        .start();
    let run = run_with(&r2, &[("R2_ENDPOINT", &format!("https://{name}"))], &[]);
    run.fails_at("connect", "http.not-s3").says("404 Not Found").statuses("wfssss").leaves_nothing();
    let warning = run.finding("config.endpoint-not-r2");
    assert_eq!(warning["severity"], "warning");
    assert!(warning.to_string().contains(name) && warning.to_string().contains("R2_ENDPOINT"), "{warning:#}");
}

#[test]
fn the_length_of_an_access_key_id_tells_where_it_came_from() {
    each(
        "R2_ACCESS_KEY_ID",
        "config.access-key-shape",
        &[
            ("AKIAIOSFODNN7EXAMPLF", "20 characters, where R2's have 32: so long is an access key id of AWS"),
            (&"a".repeat(25), "other S3 providers"),
            (&"a".repeat(31), "a character was probably lost"),
            (&"a".repeat(33), "a character too many"),
            ("4a5b6c7d-8e9f-0a1b-2c3d-4e5f60718293", "so long is a UUID"),
            (&"a".repeat(38), "global API key"),
            (&"a".repeat(40), "API token made before 2026"),
            (&format!("cfut_{}", "a".repeat(48)), "begins as Cloudflare's API tokens do"),
            (&"b".repeat(64), "so long is a secret access key"),
            (&KEY.to_uppercase(), "upper-case"),
            (&KEY.replace('4', "g"), "cannot be in a hexadecimal number"),
        ],
    );
}

#[test]
fn the_account_id_in_the_place_of_the_access_key_id_is_named() {
    let report = Case::sound_but(&[("R2_ACCESS_KEY_ID", Some(ACCOUNT))]).fails();
    names(
        &report,
        "config.access-key-is-account-id",
        "R2_ACCESS_KEY_ID",
        "is the account id that stands in R2_ENDPOINT",
    );
}

#[test]
fn swapped_keys_are_one_finding() {
    let swapped = [("R2_ACCESS_KEY_ID", Some(SECRET)), ("R2_SECRET_ACCESS_KEY", Some(KEY))];
    let report = Case::sound_but(&swapped).fails();
    names(&report, "config.keys-swapped", "R2_ACCESS_KEY_ID", "R2_SECRET_ACCESS_KEY");
}

#[test]
fn an_api_tokens_value_in_the_place_of_the_secret_is_named() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.secret-is-api-token",
        &[
            (&format!("cfut_{}", "Ab1".repeat(16)), "it begins as Cloudflare's own tokens do"),
            (&format!("cfat_{}", "Ab1".repeat(16)), "SHA-256"),
            (&format!("{}x", "Ab3".repeat(13)), "letters and digits"),
        ],
    );
}

#[test]
fn a_secret_of_another_shape_is_named_with_its_length() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.secret-shape",
        &[
            (&SECRET[..63], "63 characters, where R2's have 64: a character was probably lost"),
            (&format!("{SECRET}{SECRET}"), "pasted twice"),
            (&SECRET.to_uppercase(), "upper-case"),
            ("wJalrXUtnFEMI/K7MDENG/bPxRfiCYEXAMPLEKEZ", "so long is a secret access key of AWS"),
        ],
    );
}

/// A script that hashes a token's value, run on the secret, which is that hash already: of the right shape, and wrong.
#[test]
fn a_secret_that_was_hashed_twice_is_a_wrong_signature() {
    let r2 = R2::start();
    let twice = hex::encode(Sha256::digest(r2.token().secret.as_bytes()));
    let run = run_with(&r2, &[("R2_SECRET_ACCESS_KEY", &twice)], &[]);
    run.fails_at("connect", "auth.signature").says("403 SignatureDoesNotMatch").leaves_nothing();
    assert!(!run.report.to_string().contains(&twice[..8]));
}

#[test]
fn temporary_credentials_without_their_token_are_told_as_unknown() {
    let r2 = R2::builder().token(Token::read_write().temporary()).start();
    run(&r2).passes_with(&[]).leaves_nothing();
    let without = run_with(&r2, &[("R2_SESSION_TOKEN", "")], &[]);
    without.fails_at("connect", "auth.unauthorized").leaves_nothing();
    let empty = without.finding("config.missing");
    assert_eq!(empty["severity"], "warning");
    assert!(empty.to_string().contains("R2_SESSION_TOKEN"));
}

#[test]
fn a_region_of_another_provider_is_named_and_auto_suggested() {
    each(
        "R2_REGION",
        "config.region",
        &[("ap-southeast-1", "`ap-southeast-1`"), ("eu", "`eu`"), ("cn-north-1", "")],
    );
    let report = Case::sound_but(&[("R2_REGION", Some("eu-west-1"))]).fails();
    assert!(report.finding("config.region")["fix"].to_string().contains("auto"));
}

#[test]
fn a_region_that_r2_only_tolerates_passes_with_a_warning() {
    for region in ["us-east-1", "weur", ""] {
        let r2 = R2::builder().r2_host(Jurisdiction::Default).start();
        let run = run_with(&r2, &[("R2_REGION", region)], &[]);
        run.passes_with(&["config.region"]).statuses("wppppp").leaves_nothing();
    }
}

/// A client that reads the region from text takes an unknown one for a host.
#[test]
fn a_regions_name_is_never_taken_for_a_host() {
    let r2 = R2::start();
    run_with(&r2, &[("R2_REGION", "auto")], &[]).passes_with(&[]).sends(&ALL);
    assert!(r2.requests().iter().all(|request| request.host == r2.address.to_string()));
}

#[test]
fn a_bucket_name_that_r2_refuses_is_named() {
    each(
        "R2_BUCKET_NAME",
        "config.bucket-name",
        &[
            ("App-Files", "upper-case"),
            ("app_files", "an underscore"),
            ("app.files", "a dot"),
            ("ab", "2 characters"),
            (&"a".repeat(64), "64 characters"),
            ("-app", "a hyphen"),
            ("s3://app-files", "is an address"),
            ("app-files/csvs", "has a slash"),
            ("https://app-files.example", "is a URL"),
        ],
    );
}

#[test]
fn a_dollar_that_the_loader_replaces_is_told_with_its_line() {
    let report = Case::file(&file_with("R2_SECRET_ACCESS_KEY", "R2_SECRET_ACCESS_KEY=9f8e$d6c5b4a3")).fails();
    assert_eq!(report.root_cause(), Some("config.secret-shape"));
    let finding = report.finding("config.substitution");
    assert_eq!(finding["severity"], "warning");
    assert!(report.evidence("config.substitution").contains("line 5 of app.env holds a `$`"));
    assert!(finding["fix"].to_string().contains("single quotes"));
}

#[test]
fn a_line_of_the_env_file_that_cannot_be_read_is_named_by_number_and_variable() {
    for (line, says) in [
        ("R2_BUCKET_NAME=app files", "a value with a blank in it is not in quotes"),
        ("R2_BUCKET_NAME='app-files", "a quote or `${` is opened and never closed"),
        ("R2_BUCKET_NAME=app\\files", "a backslash"),
    ] {
        let report = Case::file(&file_with("R2_BUCKET_NAME", line)).fails();
        assert_eq!(report.codes(), ["config.env-file"], "what is missing because of it is not told apart");
        let evidence = report.evidence("config.env-file");
        assert!(evidence.contains("line 5 of app.env (R2_BUCKET_NAME) cannot be read"), "{evidence}");
        assert!(evidence.contains(says), "{evidence}");
        assert!(report.finding("config.env-file")["fix"].to_string().contains("the line of `app.env`"));
    }
}

#[test]
fn a_hash_in_the_env_file_is_a_comment_only_after_a_blank() {
    let kept = Case::file(&file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files#old")).fails();
    names(&kept, "config.bucket-name", "R2_BUCKET_NAME", "#");
    let dropped = Case::file(&file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files #old"));
    assert_eq!(dropped.goes_on_to(&ENDPOINT[8..]).0["target"]["bucket"], BUCKET);
}

#[test]
fn a_value_of_the_env_file_that_the_environment_hides_is_a_warning() {
    let case = Case::file(&file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files"));
    let report =
        Case { cli: case.cli.env("R2_BUCKET_NAME", "older-files"), ..case }.goes_on_to(&ENDPOINT[8..]);
    assert_eq!(
        (&report.0["target"]["bucket"], report.check("config")["status"].as_str()),
        (&"older-files".into(), Some("warn"))
    );
    assert!(
        report.evidence("config.shadowed").contains("R2_BUCKET_NAME in the environment is `older-files`")
    );
    let case = Case::file(&file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files"));
    let report = Case { cli: case.cli.env("R2_BUCKET_NAME", ""), ..case }.fails();
    assert_eq!(report.root_cause(), Some("config.missing"));
    assert!(report.evidence("config.missing").contains("the environment wins, even with an empty value"));
}

#[test]
fn an_env_file_that_a_folder_above_brings_is_told_with_its_path() {
    let case = Case::new("");
    let cli = case.cli.file(".env", file_with("R2_BUCKET_NAME", "R2_BUCKET_NAME=App_Files"));
    let below = cli.here().join("one/two");
    std::fs::create_dir_all(&below).unwrap();
    let mut case = Case { cli, ..case };
    case.cli.command().current_dir(below);
    let report = case.fails();
    names(&report, "config.bucket-name", "R2_BUCKET_NAME", "(from ../../.env)");
    assert_eq!(report.0["environment"]["env_file"], "../../.env");
}

#[test]
fn an_env_file_that_is_not_there_is_named() {
    let report = Case::new("--env-file absent.env").fails();
    assert_eq!(report.codes(), ["config.env-file"]);
    assert!(report.evidence("config.env-file").contains("absent.env does not exist"));
}

/// Two places with different secrets: the fingerprints tell, and nothing else does.
#[test]
fn a_secret_that_differs_between_two_places_differs_in_its_fingerprint() {
    let fingerprint = |secret: &str| {
        let report = Case::sound_but(&[("R2_SECRET_ACCESS_KEY", Some(secret))]).goes_on_to(&ENDPOINT[8..]);
        let settings = report.0["settings"].as_array().unwrap().clone();
        let setting = settings.into_iter().find(|setting| setting["name"] == "R2_SECRET_ACCESS_KEY").unwrap();
        setting["fingerprint"].as_str().unwrap().to_owned()
    };
    let other = SECRET.replacen('9', "8", 1);
    assert_eq!(fingerprint(SECRET), fingerprint(SECRET));
    assert_ne!(fingerprint(SECRET), fingerprint(&other));
}
