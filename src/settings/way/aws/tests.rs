//! Each variable on which boto3 fails, and those on which it does not. The values were tested with botocore.

use masking::Secret;

use super::*;
use crate::settings::endpoint::Endpoint;

const R2: &str = "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com";

fn settings(endpoint: &str, bucket: &str) -> Settings {
    let secret = |text: &str| Secret::new(text.to_owned());
    Settings {
        endpoint: Endpoint::parse(endpoint).expect("an endpoint"),
        access_key_id: secret("key"),
        secret_access_key: secret("secret"),
        session_token: None,
        bucket: bucket.to_owned(),
        region: "auto".to_owned(),
        style: Style::default(),
        payload: Payload::default(),
    }
}

fn refused_with(variables: &[(&str, &str)]) -> Vec<String> {
    let variables: Variables = variables.iter().copied().collect();
    let findings =
        complete(&Worker::of_a_test(), &variables, Some(&settings(R2, "my-bucket")), None).findings;
    findings.iter().map(|finding| finding.values["variable"].to_string()).collect()
}

#[test]
fn a_value_is_refused_where_botocore_refuses_it() {
    for (name, good, bad) in [
        ("AWS_RETRY_MODE", &["legacy", "standard", "adaptive"][..], &["", "bogus", "STANDARD"][..]),
        (
            "AWS_MAX_ATTEMPTS",
            &["1", " 3 ", "1_0", "+2", "99999999999999999999", "\u{1c}1"],
            &["", "x", "0", "-1", "3.0", "1__0", "_1", "-99999999999999999999"],
        ),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", &["WHEN_REQUIRED", "when_supported"], &["", "x"]),
        ("AWS_RESPONSE_CHECKSUM_VALIDATION", &["when_required"], &["", "x"]),
        ("AWS_DEFAULTS_MODE", &["standard", "auto"], &["", "x"]),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", &["required"], &["", "x"]),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", &["10240"], &["x", "-1", "99999999"]),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", &["legacy"], &["", "x", "LEGACY"]),
        ("AWS_STS_REGIONAL_ENDPOINTS", &["regional", ""], &["x", "Legacy"]),
        ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", &["true"], &["x"]),
        ("AWS_USE_FIPS_ENDPOINT", &["true", "bogus"], &[]),
        ("AWS_USE_DUALSTACK_ENDPOINT", &["true"], &[]),
        ("AWS_DATA_PATH", &["", "/absent", "/", "/absent:/"], &[]),
        ("BOTOCORE_EXPERIMENTAL__PLUGINS", &["", "x", "DISABLED", "a=b=c"], &["a=b", "x,a=b"]),
        ("BOTO_EXPERIMENTAL__ADD_PROXY_HOST_HEADER", &["true"], &[]),
        ("AWS_ENDPOINT_URL", &["garbage"], &[]),
        ("AWS_PROFILE", &[], &["", "foo", "default"]),
        ("AWS_CA_BUNDLE", &[], &["", " ", "/no-such-folder/roots.pem", "/"]),
        ("REQUESTS_CA_BUNDLE", &[], &["", "/no-such-folder/roots.pem"]),
    ] {
        for value in good {
            assert_eq!(refused_with(&[(name, value)]), [""; 0], "{name}={value:?}");
        }
        for value in bad {
            assert_eq!(refused_with(&[(name, value)]), [name], "{name}={value:?}");
        }
    }
}

#[test]
fn the_files_are_read_as_botocore_reads_them() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    let refused = |text: &str, profile: Option<&str>| {
        std::fs::write(&path, text).expect("a file");
        let mut variables = vec![("AWS_CONFIG_FILE", path.to_str().expect("text"))];
        variables.extend(profile.map(|profile| ("AWS_PROFILE", profile)));
        refused_with(&variables)
    };
    let at = |key: &str, line: usize| vec![format!("`{key}` on line {line} of {}", path.display())];
    let named = vec!["AWS_CONFIG_FILE".to_owned()];
    for bad in [
        "garbage\n",
        "[]\n",
        "[default\n",
        "\u{feff}[default]\n",
        "[default]\na = 1\na = 2\n",
        "[default]\n[default]\n",
        "[default]\nregion\n",
        "[default]\ns3 =\n  garbage\n",
        "[default]\ns3 =\n  a : b\n",
        "[profile other]\nx =\n\n  a = b\n  garbage\n",
    ] {
        assert_eq!(refused(bad, None), named, "{bad}");
    }
    for good in [
        "# x\n[default]\nregion = eu\ns3 =\n  max_concurrent_requests = 2\n",
        "[default]\nfoo = 1\n  bad\n",
        "[default]\n  a = 1\n    retry_mode = bogus\n",
        "[DEFAULT]\nretry_mode = bogus\n",
        "[default]\ns3 =\n  a = b\n# c\n  addressing_style\t=\tpath\n",
        "[default]\ns3 =\n  addressing_style = x\n  addressing_style = auto\n  use_accelerate_endpoint = yes\n",
        "[default]\napi_versions =\n  s3 = 2006-03-01\n  ec2 = 1999-01-01\n",
        "[default]\ncsm_port = x\n",
        "[default]\ncsm_enabled = true\ncsm_client_id =\n  a = b\n",
        "[default]\ns3 =\n  use_dualstack_endpoint = true\n  payload_signing_enabled = x\n",
        "[default]\nsso_session = q\n[sso-session q]\nsso_region = x\nsso_start_url = y\n",
        "[profile default]\nretry_mode = bogus\n[default]\n",
        "[DEFAULT]\ns3 =\n  a : b\n",
        "[DEFAULT]\ns3 =\n  a : b\n[other]\ns3 =\n",
        "[default]\n\u{1c}\n",
        "[default]\ra = 1\r",
    ] {
        assert_eq!(refused(good, None), [""; 0], "{good}");
    }
    assert_eq!(refused("[default]\nretry_mode = bogus\n[profile foo]\n", Some("foo")), [""; 0]);
    for none in
        ["[foo]\n", "[profilefoo]\n", "[profile \"foo]\n", "[profile foo bar]\n", "[profile foo\\ ]\n"]
    {
        assert_eq!(refused(none, Some("foo")), ["AWS_PROFILE"], "{none}");
    }
    for same in ["[profile \\foo]\n", "[profile 'foo']\n", "[profile f\"o\"o]x\n", "[profiles foo]\n"] {
        assert_eq!(refused(same, Some("foo")), [""; 0], "{same}");
    }
    for (text, profile, key, line) in [
        ("[default]\nretry_mode = bogus\n", None, "retry_mode", 2),
        ("[default]\n  a = 1\n  retry_mode = bogus\n", None, "retry_mode", 3),
        ("[default]\nretry_mode = legacy\n  x\n", None, "retry_mode", 2),
        ("[DEFAULT]\nretry_mode = bogus\n[default]\n", None, "retry_mode", 2),
        ("[default]\n[profile default]\nretry_mode = bogus\n", None, "retry_mode", 3),
        ("[profile \"foo\"]\nmax_attempts: x\n", Some("foo"), "max_attempts", 2),
        ("[default]\nmax_attempts =\n  a = b\n", None, "max_attempts", 2),
        ("[default]\nca_bundle = /absent\n", None, "ca_bundle", 2),
        ("[default]\ns3 =\n  x = 1\n  addressing_style = VIRTUAL\n", None, "addressing_style", 4),
        ("[default]\ns3 =\n  addressing_style =\n", None, "addressing_style", 3),
        ("[default]\ns3 =\n  use_accelerate_endpoint = True\n", None, "use_accelerate_endpoint", 3),
        ("[default]\ns3 =\n  us_east_1_regional_endpoint = x\n", None, "us_east_1_regional_endpoint", 3),
        ("[default]\ns3 = x\n", None, "s3", 2),
        ("[default]\ns3 =\n", None, "s3", 2),
        ("[default]\napi_versions = x\n", None, "api_versions", 2),
        ("[default]\napi_versions =\n  s3 = 1999-01-01\n", None, "s3", 3),
        ("[default]\ncsm_enabled = True\ncsm_port = x\n", None, "csm_port", 3),
        ("[default]\nsso_session = q\n[sso-session q]\nsso_region = x\n", None, "sso_session", 2),
        ("[default]\nsso_session =\n", None, "sso_session", 2),
        ("[default]\nsso_session =\n  a = b\n", None, "sso_session", 2),
        ("[default]\nca_bundle =\n  a = b\n", None, "ca_bundle", 2),
        ("[default]\ns3 =\n  accelerate = false\n", None, "accelerate", 3),
        ("[default]\ns3 =\n  force_path_style =\n", None, "force_path_style", 3),
        ("[default]\ndata_path =\n  a = b\n", None, "data_path", 2),
    ] {
        assert_eq!(refused(text, profile), at(key, line), "{text}");
    }
}

#[test]
fn endpoints_of_both_kinds_of_addresses_are_missing_in_some_regions() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    let refused = |text: &str, variable: &str, region: &str| {
        std::fs::write(&path, format!("[default]\n{text}\n")).expect("a file");
        let mut variables = vec![("AWS_CONFIG_FILE", path.to_str().expect("text"))];
        variables.extend((!variable.is_empty()).then_some(("AWS_USE_DUALSTACK_ENDPOINT", variable)));
        let variables = variables.into_iter().collect();
        let settings = Settings { region: region.to_owned(), ..settings(R2, "my-bucket") };
        complete(&Worker::of_a_test(), &variables, Some(&settings), None).findings.len()
    };
    let (in_s3, key) = ("s3 =\n  use_dualstack_endpoint = true", "use_dualstack_endpoint = TRUE");
    for (text, variable, region, expected) in [
        ("", "True", "eu-isoe-west-1", 1),
        ("", "1", "eu-isoe-west-1", 0),
        ("", "true", "eu-isoe-west", 0),
        ("", "true", "eu-isoe--1", 0),
        ("", "true", "auto", 0),
        (in_s3, "", "us-isof-south-1", 1),
        (in_s3, "false", "us-isof-south-1", 1),
        ("s3 =\n  use_dualstack_endpoint = TRUE", "", "us-isof-south-1", 0),
        (key, "", "us-isof-south-1", 1),
        (key, "false", "us-isof-south-1", 0),
        (key, "", "us-isob-east-1", 0),
    ] {
        assert_eq!(refused(text, variable, region), expected, "{text} {variable} {region}");
    }
}

#[test]
fn the_home_folder_is_the_one_that_python_takes() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::create_dir(folder.path().join(".aws")).expect("a folder");
    std::fs::write(folder.path().join(".aws/config"), "garbage\n").expect("a file");
    let found = |variables: Variables| complete(&Worker::of_a_test(), &variables, None, None).findings.len();
    let home = folder.path().to_str().expect("text");
    assert_eq!(found([("HOME", home)].into_iter().collect()), 1);
    // What the system says counts where no variable does, also not an empty one, which is the root.
    let mut unset = Variables::default();
    assert_eq!(found(unset.clone()), 0);
    unset.add_home(folder.path());
    assert_eq!(found(unset), 1);
    let mut empty: Variables = [("HOME", "")].into_iter().collect();
    empty.add_home(folder.path());
    assert_eq!(empty.at_home("~/.aws/config"), std::path::Path::new("/.aws/config"));
}

#[test]
fn variables_in_a_files_path_stand_for_their_values() {
    let folder = tempfile::tempdir().expect("a folder");
    std::fs::write(folder.path().join("config"), "garbage\n").expect("a file");
    let home = folder.path().to_str().expect("text");
    for path in ["$HOME/config", "${HOME}/config", "~/config", "$HOME/./config"] {
        assert_eq!(refused_with(&[("HOME", home), ("AWS_CONFIG_FILE", path)]), ["AWS_CONFIG_FILE"], "{path}");
    }
    for path in ["$HOMES/config", "${HOME/config", "$/config", "HOME/config"] {
        assert_eq!(refused_with(&[("HOME", home), ("AWS_CONFIG_FILE", path)]), [""; 0], "{path}");
    }
}

#[test]
fn monitoring_is_read_where_it_is_on() {
    let long = "x".repeat(256);
    for (variable, bad) in [("AWS_CSM_PORT", "x"), ("AWS_CSM_PORT", ""), ("AWS_CSM_CLIENT_ID", &long)] {
        assert_eq!(refused_with(&[("AWS_CSM_ENABLED", "TRUE"), (variable, bad)]), [variable]);
        for off in ["", "1", "false"] {
            assert_eq!(refused_with(&[("AWS_CSM_ENABLED", off), (variable, bad)]), [""; 0]);
        }
    }
    assert_eq!(refused_with(&[("AWS_CSM_ENABLED", "true"), ("AWS_CSM_PORT", "99999")]), [""; 0]);
}

#[test]
fn a_file_for_keys_of_tls_is_looked_at_and_not_made() {
    let folder = tempfile::tempdir().expect("a folder");
    let new = folder.path().join("keys");
    assert_eq!(refused_with(&[("SSLKEYLOGFILE", new.to_str().expect("text"))]), [""; 0]);
    assert!(!new.exists());
    let within = new.join("keys").display().to_string();
    for bad in [folder.path().to_str().expect("text"), "/absent/keys", &within] {
        assert_eq!(refused_with(&[("SSLKEYLOGFILE", bad)]), ["SSLKEYLOGFILE"], "{bad}");
    }
    assert_eq!(refused_with(&[("SSLKEYLOGFILE", "")]), [""; 0]);
}

#[test]
fn the_bucket_stands_before_the_host_where_botocore_puts_it_there() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    std::fs::write(&path, "[default]\ns3 =\n  addressing_style = virtual\n").expect("a file");
    let variables = [("AWS_CONFIG_FILE", path.to_str().expect("text"))].into_iter().collect();
    let style = |endpoint, bucket| {
        let beside = complete(&Worker::of_a_test(), &variables, Some(&settings(endpoint, bucket)), None);
        (beside.style, beside.findings.len())
    };
    for (endpoint, bucket, expected) in [
        (R2, "my-bucket", Style::Host),
        (R2, "my.bucket", Style::Path),
        (R2, "MyBucket", Style::Path),
        (R2, "ab", Style::Path),
        (R2, "a_b", Style::Path),
        ("http://localhost:9", "my-bucket", Style::Host),
        ("http://localhost:9", "my.bucket", Style::Host),
        ("http://localhost:9", "a..b", Style::Path),
        ("http://localhost:9", "1.2.3.4", Style::Path),
        ("http://127.0.0.1:9", "my-bucket", Style::Path),
        ("http://[::1]:9", "my-bucket", Style::Path),
    ] {
        assert_eq!(style(endpoint, bucket), (expected, 0), "{endpoint} {bucket}");
    }
    assert_eq!(style("https://s3.example.com/prefix", "my-bucket"), (Style::Path, 1));
}

#[test]
fn a_version_of_boto3_is_judged_by_what_it_judges() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("config");
    std::fs::write(&path, "[default]\ns3 =\n  disable_s3_express_session_auth = true\n").expect("a file");
    let config = path.to_str().expect("text");
    let plain = settings("http://127.0.0.1:9", "my-bucket");
    for (variable, value, old, new) in [
        ("AWS_REQUEST_CHECKSUM_CALCULATION", "x", 0, 1),
        ("AWS_RESPONSE_CHECKSUM_VALIDATION", "", 0, 1),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", "x", 0, 1),
        ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", "1", 0, 1),
        ("AWS_CA_BUNDLE", "", 0, 1),
        ("AWS_RETRY_MODE", "x", 1, 1),
        ("AWS_CONFIG_FILE", config, 1, 0),
    ] {
        let variables: Variables = [(variable, value)].into_iter().collect();
        let found = |version: &str| {
            let sdk = Sdk::parse(&format!("boto3=={version}")).expect("a version");
            complete(&Worker::of_a_test(), &variables, Some(&plain), Some(&sdk)).findings.len()
        };
        assert_eq!((found("1.34.144"), found("1.44.8")), (old, new), "{variable}={value:?}");
        // Of an unknown version, the strictest counts.
        let unknown = complete(&Worker::of_a_test(), &variables, Some(&plain), None).findings.len();
        assert_eq!(unknown, 1, "{variable}={value:?}");
    }
}
