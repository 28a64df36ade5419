//! Where a run takes place, by an allow-list of facts.

use super::{Environment, Railway, SdkFacts};
use crate::settings::sdk::Sdk;
use crate::settings::way::ClientKind;

/// Reads the allowed facts from the process environment.
pub fn observe(
    env_file: Option<&str>,
    proxy: Option<String>,
    sdk: Option<&Sdk>,
    client: ClientKind,
) -> Environment {
    Environment {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        container: is_container(),
        railway: railway(),
        proxy,
        env_file: env_file.map(str::to_owned),
        client: Some(client.name().to_owned()),
        sdk: sdk.map(|sdk| SdkFacts { version: sdk.name(), found: sdk.found.clone() }),
    }
}

/// The files that Docker and Podman put into containers, and what Kubernetes and Railway set.
fn is_container() -> bool {
    let set = |name| std::env::var_os(name).is_some();
    ["/.dockerenv", "/run/.containerenv"].iter().any(|path| std::path::Path::new(path).exists())
        || set("KUBERNETES_SERVICE_HOST")
        || set("RAILWAY_DEPLOYMENT_ID")
}

/// What Railway provides to a deployment (<https://docs.railway.com/reference/variables>).
fn railway() -> Option<Railway> {
    let get = |name| std::env::var(name).ok().filter(|value| !value.is_empty());
    let facts = Railway {
        environment: get("RAILWAY_ENVIRONMENT_NAME"),
        service: get("RAILWAY_SERVICE_NAME"),
        deployment_id: get("RAILWAY_DEPLOYMENT_ID"),
        region: get("RAILWAY_REPLICA_REGION"),
        commit: get("RAILWAY_GIT_COMMIT_SHA"),
    };
    (facts.environment.is_some() || facts.service.is_some() || facts.deployment_id.is_some()).then_some(facts)
}
