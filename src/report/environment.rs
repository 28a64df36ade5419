//! Where a run takes place, by an allow-list of facts.

use super::{Environment, Railway, SdkFacts};
use crate::base::platform;
use crate::base::surroundings::Surroundings;
use crate::settings::ShownSettings;
use crate::settings::way::ClientKind;

/// The allowed facts about the program's surroundings.
pub fn observe(
    around: &Surroundings,
    shown: &ShownSettings,
    client: ClientKind,
    proxy: Option<String>,
) -> Environment {
    Environment {
        os: std::env::consts::OS.to_owned(),
        arch: std::env::consts::ARCH.to_owned(),
        container: platform::is_container(around),
        railway: railway(around),
        proxy,
        env_file: shown.env_file.clone(),
        client: Some(client.name().to_owned()),
        sdk: shown.sdk.as_ref().map(|sdk| SdkFacts { version: sdk.name(), found: sdk.found.clone() }),
    }
}

/// What Railway provides to a deployment (<https://docs.railway.com/reference/variables>).
fn railway(around: &Surroundings) -> Option<Railway> {
    let get = |name| around.text(name).filter(|value| !value.is_empty()).map(str::to_owned);
    platform::is_railway(around).then(|| Railway {
        environment: get("RAILWAY_ENVIRONMENT_NAME"),
        service: get("RAILWAY_SERVICE_NAME"),
        deployment_id: get("RAILWAY_DEPLOYMENT_ID"),
        region: get("RAILWAY_REPLICA_REGION"),
        commit: get("RAILWAY_GIT_COMMIT_SHA"),
        project_id: get("RAILWAY_PROJECT_ID"),
        service_id: get("RAILWAY_SERVICE_ID"),
        environment_id: get("RAILWAY_ENVIRONMENT_ID"),
    })
}
