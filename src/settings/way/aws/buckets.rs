//! Names of buckets by which boto3 takes a bucket of R2 for one of AWS's other kinds, whatever the endpoint is
//! (`endpoint-rule-set-1.json` of botocore's description of S3).

use std::net::Ipv4Addr;

use super::Fault;
use crate::base::circumstance::Circumstance;
use crate::settings::Settings;

/// The endings of directory buckets and of their access points (S3 Express), which boto3 addresses before the host's name, and
/// with other requests; not where the host is an address.
const EXPRESS: [&str; 2] = ["--x-s3", "--xa-s3"];
/// The ending of an alias of AWS Outposts, which is read in names of at least so many characters.
const OUTPOSTS: (&str, usize) = ("--op-s3", 50);

/// Such a name.
pub fn of_aws(settings: &Settings) -> Option<Fault> {
    let (name, host) = (settings.bucket.as_str(), settings.endpoint.host());
    let is_address = host.starts_with('[') || host.parse::<Ipv4Addr>().is_ok();
    let express = EXPRESS.into_iter().find(|ending| name.ends_with(ending) && !is_address);
    let (ending, shortest) = OUTPOSTS;
    let outposts = Some(ending).filter(|ending| name.ends_with(ending) && name.chars().count() >= shortest);
    let (ending, kind) = match (express, outposts) {
        (Some(ending), _) => (ending, "a directory bucket (S3 Express)"),
        (None, Some(ending)) => (ending, "an alias of AWS Outposts"),
        (None, None) => return None,
    };
    let what =
        format!("R2_BUCKET_NAME ends with `{ending}`, by which boto3 takes the bucket for {kind} of AWS");
    Some(
        Fault::new(what)
            .changed(|finding| super::named(finding.under(Circumstance::AwsBucketName), "R2_BUCKET_NAME"))
            .unfollowed(),
    )
}
