//! Which experiments a failure calls for, the likeliest cause first. Pure: nothing is sent.

mod payload;
mod style;

use super::{Case, Experiment, ExperimentRequest, ProvenCause};
use crate::base::circumstance::Circumstance;
use crate::base::code::{Area, Code};
use crate::client::exchange::Stage;
use crate::client::network::{self, Family};
use crate::settings::correction::{Correction, is_shaped_as_secret, look_swapped, secret_of_token};
use crate::settings::endpoint::{Endpoint, Jurisdiction, Provider, url_on_r2};
use crate::settings::lists::{R2_DOMAIN, REGION};
use crate::settings::way::{ClientKind, Trust};
use crate::settings::{Settings, Variable};

/// The experiments, in the order in which to make them.
pub(super) fn plan(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    let kinds: [fn(&Case<'_>, &Settings) -> Vec<Experiment>; 9] = [
        payload::hashed,
        keys,
        names,
        style::other,
        jurisdictions,
        system_roots,
        without_proxy,
        families,
        control,
    ];
    kinds.iter().flat_map(|kind| kind(case, settings)).collect()
}

/// The same listing, with settings of which one differs.
fn listing(case: &Case<'_>, change: &str, settings: Settings) -> Experiment {
    Experiment {
        what: format!("The same listing with {change}"),
        request: ExperimentRequest::Listing {
            settings: Box::new(settings),
            way: case.way.clone(),
            family: None,
        },
        shows: None,
        proven_cause: None,
    }
}

/// What `config` refused, mended: nothing was sent yet, so this is the first listing.
pub(super) fn with_correction(case: &Case<'_>, correction: Correction) -> Experiment {
    let what = format!("A listing with {}", correction.change);
    let bucket = correction.settings.bucket.clone();
    let is_shown = correction.variables == [Variable::BucketName] && correction.is_shown;
    let proven_cause = is_shown.then(|| about(case.code, Variable::BucketName).suggesting(bucket));
    Experiment { what, proven_cause, ..listing(case, "", correction.settings) }
}

/// Keys in the place of others. A secret is never tried as a key id unless it has the shape of one: it would be sent
/// in the clear.
fn keys(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    let (id, secret) = (settings.access_key_id.expose(), settings.secret_access_key.expose());
    let mut experiments = Vec::new();
    if case.code == Code::AuthSignature && !is_shaped_as_secret(secret) {
        let hashed = Settings { secret_access_key: secret_of_token(secret), ..settings.clone() };
        let change = "the SHA-256 of R2_SECRET_ACCESS_KEY in its place";
        let proven_cause = about(Code::ConfigSecretIsApiToken, Variable::SecretAccessKey);
        experiments.push(Experiment { proven_cause: Some(proven_cause), ..listing(case, change, hashed) });
    }
    let refused =
        [Code::AuthSignature, Code::AuthUnauthorized, Code::ConfigAccessKeyShape].contains(&case.code);
    if refused && look_swapped(id, secret) {
        let exchanged = Settings {
            access_key_id: settings.secret_access_key.clone(),
            secret_access_key: settings.access_key_id.clone(),
            ..settings.clone()
        };
        let change = "R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY exchanged";
        let proven_cause = about(Code::ConfigKeysSwapped, Variable::AccessKeyId);
        experiments.push(Experiment { proven_cause: Some(proven_cause), ..listing(case, change, exchanged) });
    }
    experiments
}

/// The bucket's name in lower case, and the region that R2 knows or the server names.
fn names(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    let mut experiments = Vec::new();
    let lower = settings.bucket.to_lowercase();
    let unknown = matches!(case.code, Code::BucketNotFound | Code::ConfigBucketName);
    if unknown && lower != settings.bucket {
        let proven_cause = about(Code::ConfigBucketName, Variable::BucketName).suggesting(lower.clone());
        let changed = Settings { bucket: lower.clone(), ..settings.clone() };
        let change = format!("R2_BUCKET_NAME set to `{lower}`");
        experiments.push(Experiment { proven_cause: Some(proven_cause), ..listing(case, &change, changed) });
    }
    let region = case.suggestion.as_deref().unwrap_or(REGION);
    if case.code == Code::ConfigRegion && settings.region != region {
        let changed = Settings { region: region.to_owned(), ..settings.clone() };
        experiments.push(listing(case, &format!("R2_REGION set to `{region}`"), changed));
    }
    experiments
}

/// The same account's endpoints in the other jurisdictions.
fn jurisdictions(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    let Provider::R2 { account_id, jurisdiction: own } = settings.endpoint.provider() else {
        return Vec::new();
    };
    // An unknown label may have no host at all.
    let no_host = case.code == Code::NetworkDns && !own.is_known();
    let code = if no_host || matches!(case.code, Code::BucketNotFound | Code::TlsHandshake) {
        Code::BucketJurisdiction
    } else if case.code == Code::PermissionDenied && !case.works_otherwise {
        Code::PermissionJurisdiction
    } else {
        return Vec::new();
    };
    let others = Jurisdiction::known().filter(|other| other != own);
    let experiment = |other: Jurisdiction| {
        let endpoint = Endpoint::parse(&url_on_r2(account_id, &other)).ok()?;
        let url = endpoint.as_str().to_owned();
        let change = format!("R2_ENDPOINT set to `{url}`");
        let mut proven_cause = about(code, Variable::Endpoint).suggesting(url);
        proven_cause.values.push(("elsewhere", other.as_str().to_owned()));
        let changed = Settings { endpoint, ..settings.clone() };
        Some(Experiment {
            proven_cause: Some(proven_cause),
            // A name says nothing of what is in a bucket: each jurisdiction may have one of this name.
            shows: Some("it has a bucket of this name".to_owned()),
            ..listing(case, &change, changed)
        })
    };
    others.filter_map(experiment).collect()
}

/// The system's root certificates, where boto3's own do not vouch for the server: other programs trust it, and that misleads.
fn system_roots(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    let trust = Trust::of_the_system(&case.loaded.variables);
    // Where no destination has a proxy, it is a demo, whose way is no client's.
    let is_boto3 = case.way.client == ClientKind::Boto3 && !case.way.has_no_proxies();
    if case.code != Code::TlsUntrusted || !is_boto3 || trust == case.way.trust {
        return Vec::new();
    }
    let file = match &trust {
        Trust::Chosen(places) => places.file.clone(),
        Trust::Bundled | Trust::System => network::system_roots(),
    };
    let file = file.map(|file| ("ca_file", file.display().to_string()));
    let whose = trust.chosen_by().map_or("this machine's root certificates".to_owned(), |variable| {
        format!("the root certificates that {variable} names")
    });
    vec![Experiment {
        what: format!("A TLS connection with {whose}"),
        shows: Some("they include the certificate's issuer, and boto3 does not read them".to_owned()),
        proven_cause: Some(ProvenCause {
            values: file.into_iter().collect(),
            ..ProvenCause::of(Code::TlsClientRoots)
        }),
        request: ExperimentRequest::Connection {
            settings: Box::new(settings.clone()),
            way: case.way.trusting(trust),
        },
    }]
}

/// The direct way, where a proxy is in use and may be what fails, or what changes requests and answers.
fn without_proxy(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    let Some(proxy) = case.connection.and_then(|facts| facts.proxy.as_ref()) else { return Vec::new() };
    let at_proxy = case.error.is_some_and(|error| error.stage == Stage::Proxy);
    let changes_requests = matches!(case.code, Code::AuthSignature | Code::AuthUnsigned);
    let answers_itself = matches!(case.code, Code::TlsUntrusted | Code::TlsHostname);
    if !(at_proxy
        || changes_requests
        || answers_itself
        || [Area::Proxy, Area::Http].contains(&case.code.area()))
    {
        return Vec::new();
    }
    let proven_cause = ProvenCause {
        values: vec![("proxy", proxy.address.clone()), ("proxy_variable", proxy.variable.clone())],
        known: Some(Circumstance::DirectWorks),
        ..ProvenCause::of(if changes_requests { Code::ProxyAlters } else { case.code })
    };
    vec![Experiment {
        what: format!("The same listing without the proxy {}", proxy.address),
        request: ExperimentRequest::Listing {
            settings: Box::new(settings.clone()),
            way: case.way.without_proxies(),
            family: None,
        },
        shows: Some(format!("the fault lies with the proxy that {} names", proxy.variable)),
        proven_cause: Some(proven_cause),
    }]
}

/// The host's addresses of one kind only, where it has both and a connection came to nothing.
fn families(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    let Some(facts) = case.connection.filter(|facts| facts.proxy.is_none()) else { return Vec::new() };
    let has = |family| facts.addresses.iter().any(|address| Family::of(*address) == family);
    if !is_below_http(case.code) || !has(Family::V4) || !has(Family::V6) {
        return Vec::new();
    }
    let experiment = |(family, other): (Family, Family)| Experiment {
        what: format!("The same listing over {} only", family.name()),
        request: ExperimentRequest::Listing {
            settings: Box::new(settings.clone()),
            way: case.way.clone(),
            family: Some(family),
        },
        shows: Some(format!("{} does not work between this machine and the server", other.name())),
        proven_cause: None,
    };
    [(Family::V4, Family::V6), (Family::V6, Family::V4)].map(experiment).into()
}

/// Whether it is this account's host that fails, or the whole network.
fn control(case: &Case<'_>, settings: &Settings) -> Vec<Experiment> {
    if !is_below_http(case.code) || *settings.endpoint.provider() == Provider::Other {
        return Vec::new();
    }
    vec![Experiment {
        what: format!("A TLS connection to {R2_DOMAIN}, which belongs to no account,"),
        request: ExperimentRequest::Control,
        shows: Some(format!(
            "names, routes and TLS work from here, and the fault lies with {}",
            settings.endpoint.host()
        )),
        proven_cause: None,
    }]
}

fn is_below_http(code: Code) -> bool {
    [Area::Network, Area::Tls].contains(&code.area())
}

fn about(code: Code, variable: Variable) -> ProvenCause {
    ProvenCause { about: Some(variable), ..ProvenCause::of(code) }
}

#[cfg(test)]
mod tests;
