//! Each variable on which boto3 fails, and those on which it does not. The values were tested with botocore.

use super::*;

fn refused_with(variables: &[(&str, &str)]) -> Vec<String> {
    let variables: Variables = variables.iter().copied().collect();
    let (_, findings) = complete(&Worker::of_a_test(), &variables, true);
    findings.iter().map(|finding| finding.values["variable"].to_string()).collect()
}

#[test]
fn a_value_is_refused_where_botocore_refuses_it() {
    for (name, good, bad) in [
        ("AWS_RETRY_MODE", &["legacy", "standard", "adaptive"][..], &["", "bogus", "STANDARD"][..]),
        ("AWS_MAX_ATTEMPTS", &["1", " 3 ", "1_0", "+2"], &["", "x", "0", "-1", "3.0", "1__0", "_1"]),
        ("AWS_REQUEST_CHECKSUM_CALCULATION", &["WHEN_REQUIRED", "when_supported"], &["", "x"]),
        ("AWS_RESPONSE_CHECKSUM_VALIDATION", &["when_required"], &["", "x"]),
        ("AWS_DEFAULTS_MODE", &["standard", "auto"], &["", "x"]),
        ("AWS_ACCOUNT_ID_ENDPOINT_MODE", &["required"], &["", "x"]),
        ("AWS_REQUEST_MIN_COMPRESSION_SIZE_BYTES", &["10240"], &["x", "-1", "99999999"]),
        ("AWS_S3_US_EAST_1_REGIONAL_ENDPOINT", &["legacy"], &["", "x"]),
        ("AWS_STS_REGIONAL_ENDPOINTS", &["regional"], &["x"]),
        ("AWS_S3_DISABLE_EXPRESS_SESSION_AUTH", &["true"], &["x"]),
        ("AWS_USE_FIPS_ENDPOINT", &["true", "bogus"], &[]),
        ("AWS_ENDPOINT_URL", &["garbage"], &[]),
        ("AWS_PROFILE", &[], &["", "foo", "default"]),
        ("AWS_CA_BUNDLE", &[], &["", " ", "/absent/roots.pem", "/"]),
        ("REQUESTS_CA_BUNDLE", &[], &["", "/absent/roots.pem"]),
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
    assert_eq!(refused("garbage\n", None), ["AWS_CONFIG_FILE"]);
    assert_eq!(refused("[default]\na = 1\na = 2\n", None), ["AWS_CONFIG_FILE"]);
    assert_eq!(refused("[default]\n[default]\n", None), ["AWS_CONFIG_FILE"]);
    assert_eq!(refused("[default]\nregion\n", None), ["AWS_CONFIG_FILE"]);
    assert_eq!(refused("# x\n[default]\nregion = eu\ns3 =\n  max_concurrent_requests = 2\n", None), [""; 0]);
    assert_eq!(refused("[default]\nretry_mode = bogus\n", None), ["AWS_RETRY_MODE"]);
    assert_eq!(refused("[default]\nretry_mode = bogus\n[profile foo]\n", Some("foo")), [""; 0]);
    assert_eq!(refused("[profile \"foo\"]\nmax_attempts: x\n", Some("foo")), ["AWS_MAX_ATTEMPTS"]);
    assert_eq!(refused("[foo]\n", Some("foo")), ["AWS_PROFILE"]);
    assert_eq!(refused("[default]\nca_bundle = /absent\n", None), ["AWS_CA_BUNDLE"]);
}
