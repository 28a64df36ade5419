//! What has boto3 do as no check here can.

use super::config;
use crate::support::r2::{BUCKET, R2};
use crate::support::run::{ALL, run_with};

const CODE: &str = "config.client-unfollowed";

#[test]
fn another_description_of_s3_is_named_with_what_leads_to_it() {
    let folder = tempfile::tempdir().unwrap();
    let models = folder.path().join("models");
    let versions = models.join("s3/2006-03-01");
    std::fs::create_dir_all(&versions).unwrap();
    std::fs::write(versions.join("paginators-1.json"), "{}").unwrap();
    let (r2, models) = (R2::start(), models.display().to_string());
    let set = [("AWS_DATA_PATH", models.as_str())];
    run_with(&r2, &set, &[]).passes_with(&[]).sends(&ALL);
    std::fs::write(versions.join("service-2.json"), "{}").unwrap();
    let run = run_with(&r2, &set, &[]);
    run.fails_at("config", CODE).says("service-2.json").sends(&ALL);
    assert_eq!(run.finding(CODE)["fix"][0]["command"], "unset AWS_DATA_PATH");
    let (_folder, path) = config(&format!("[default]\ndata_path = /absent:{models}\n"));
    let run = run_with(&r2, &[("AWS_CONFIG_FILE", &path)], &[]);
    run.fails_at("config", CODE).says(&format!("`data_path` on line 2 of {path} leads boto3 to"));
    // The folder that is read in any case.
    std::fs::create_dir_all(folder.path().join(".aws")).unwrap();
    std::fs::rename(&models, folder.path().join(".aws/models")).unwrap();
    let home = folder.path().display().to_string();
    let run = run_with(&r2, &[("HOME", &home)], &[]);
    run.fails_at("config", CODE).says(".aws/models/s3/2006-03-01/service-2.json");
    run_with(&r2, &[("HOME", &home)], &["--client", "native"]).passes_with(&[]);
}

#[test]
fn a_bucket_before_the_host_and_below_a_path_is_out_of_reach() {
    let r2 = R2::builder().path_prefix("/store").start();
    let endpoint = format!("http://localhost:{}/store", r2.address.port());
    let (_folder, path) = config("[default]\ns3 =\n  addressing_style = virtual\n");
    let env = [("R2_ENDPOINT", endpoint.as_str()), ("AWS_CONFIG_FILE", &path)];
    let run = run_with(&r2, &env, &[]);
    run.fails_at("config", CODE).says(&format!("to {BUCKET}.localhost, below the path")).sends(&[]);
}

#[test]
fn switches_that_no_documentation_has_are_named() {
    let r2 = R2::start();
    for (name, value, passes) in [
        ("BOTOCORE_EXPERIMENTAL__PLUGINS", "a=b", false),
        ("BOTOCORE_EXPERIMENTAL__PLUGINS", "DISABLED", true),
        ("BOTOCORE_EXPERIMENTAL__PLUGINS", "a", true),
        ("BOTO_EXPERIMENTAL__ADD_PROXY_HOST_HEADER", "True", false),
        ("BOTO_EXPERIMENTAL__ADD_PROXY_HOST_HEADER", "1", true),
    ] {
        let run = run_with(&r2, &[(name, value)], &[]);
        if passes {
            run.passes_with(&[]);
        } else {
            run.fails_at("config", CODE).says(name);
        }
    }
}

#[test]
fn a_bucket_that_boto3_takes_for_one_of_awss_other_kinds_is_named() {
    let long = "recordings-of-all-our-patients-in-the-clinic--op-s3";
    for (bucket, host, ending) in [
        ("files--x-s3", "localhost", Some("--x-s3")),
        ("files--xa-s3", "localhost", Some("--xa-s3")),
        ("files--x-s3", "127.0.0.1", None),
        ("files--op-s3", "localhost", None),
        (long, "127.0.0.1", Some("--op-s3")),
    ] {
        let r2 = R2::builder().bucket(bucket).start();
        let endpoint = format!("http://{host}:{}", r2.address.port());
        let env = [("R2_ENDPOINT", endpoint.as_str())];
        let run = run_with(&r2, &env, &[]);
        match ending {
            Some(ending) => {
                run.fails_at("config", CODE).says(&format!("R2_BUCKET_NAME ends with `{ending}`")).sends(&[]);
                let fix = run.finding(CODE)["fix"][0]["text"].to_string();
                assert!(fix.contains("a bucket whose name ends otherwise"), "{fix}");
                run_with(&r2, &env, &["--client", "native"]).passes_with(&[]);
            }
            None => {
                run.passes_with(&[]);
            }
        }
    }
}
