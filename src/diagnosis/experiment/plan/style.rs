//! The bucket's name in the other place of a URL: some servers take it in one place only.

use super::super::{Case, Experiment, ExperimentRequest, ProvenCause};
use crate::base::code::{Area, Code};
use crate::settings::Settings;
use crate::settings::endpoint::Provider;
use crate::settings::style::{Style, virtual_host};

/// What a server answers to a bucket in the path that it takes before its name only.
const REFUSED_IN_PATH: [Code; 6] = [
    Code::BucketNotFound,
    Code::PermissionDenied,
    Code::HttpRedirect,
    Code::HttpNotS3,
    Code::ServiceUnexpected,
    Code::ServiceNotImplemented,
];
/// The areas of what a host with the bucket's name before it can bring about: it need not have an address or a certificate,
/// and whoever answers there may take the name for part of another host.
const REFUSED_BEFORE_HOST: [Area; 7] =
    [Area::Network, Area::Tls, Area::Http, Area::Auth, Area::Permission, Area::Bucket, Area::Service];

/// The listing in the other style.
pub(super) fn other(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    match settings.style {
        Style::Path => before_host(case, settings),
        Style::Host => in_path(case, settings),
    }
    .into_iter()
    .collect()
}

/// The bucket's name before the host's, where a server that is not R2 refuses it in the path.
fn before_host(case: &Case<'_>, settings: &Settings) -> Option<Experiment> {
    let elsewhere = *settings.endpoint.provider() == Provider::Other && settings.endpoint.path().is_empty();
    let host = virtual_host(settings).filter(|_| elsewhere && REFUSED_IN_PATH.contains(&case.code))?;
    let what = format!("The same listing at {host}, with the bucket's name before the host's,");
    let proven_cause = ProvenCause::of(Code::BucketPathStyle).suggesting(host);
    Some(listing(case, what, Settings { style: Style::Host, ..settings.clone() }, proven_cause))
}

/// The bucket's name in the path, where boto3 is configured to write it before the host's, and that fails.
fn in_path(case: &Case<'_>, settings: &Settings) -> Option<Experiment> {
    let line = case.loaded.style_set.clone()?;
    // A proxy refuses what it cannot reach.
    if !REFUSED_BEFORE_HOST.contains(&case.code.area()) && case.code != Code::ProxyDenied {
        return None;
    }
    let host = settings.endpoint.host().to_owned();
    let what = format!("The same listing at {host}, with the bucket's name in the path,");
    let values = vec![("part", line), ("host", host)];
    let proven_cause = ProvenCause { values, ..ProvenCause::of(Code::BucketVirtualHost) };
    Some(listing(case, what, Settings { style: Style::Path, ..settings.clone() }, proven_cause))
}

fn listing(case: &Case<'_>, what: String, settings: Settings, proven_cause: ProvenCause) -> Experiment {
    let request =
        ExperimentRequest::Listing { settings: Box::new(settings), way: case.way.clone(), family: None };
    Experiment { what, request, shows: None, proven_cause: Some(proven_cause) }
}
