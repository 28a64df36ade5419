//! Where a finding is met, as far as it decides which steps of a fix are of use. Plain data; a fix asks for nothing that a
//! run knows.

use std::collections::BTreeSet;

use serde::Deserialize;

use crate::base::surroundings::Surroundings;

/// What Railway sets in each of its containers, and for `railway run`
/// (<https://docs.railway.com/reference/variables>).
const OF_RAILWAY: [&str; 3] = ["RAILWAY_ENVIRONMENT_NAME", "RAILWAY_SERVICE_NAME", "RAILWAY_DEPLOYMENT_ID"];

/// One thing that a run knows of the place of a finding.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Circumstance {
    /// The run takes place on Railway, or with its variables.
    Railway,
    /// It takes place in a container, on Railway or elsewhere.
    Container,
    /// The endpoint is this machine itself.
    Loopback,
    /// The endpoint is on a private network.
    Private,
    /// An experiment found that the server speaks no TLS.
    NoTls,
    /// The variable that it is about has its value from the env file.
    EnvFile,
    /// Variables are set under names that other applications use.
    OtherNames,
}

/// All that a run knows of the place of a finding.
pub type Circumstances = BTreeSet<Circumstance>;

/// What surrounds the program, as far as it decides which steps are of use.
pub fn of(around: &Surroundings) -> Circumstances {
    let set = |name: &str| around.text(name).is_some_and(|value| !value.is_empty());
    let container = is_container(around).then_some(Circumstance::Container);
    let railway = OF_RAILWAY.iter().any(|name| set(name)).then_some(Circumstance::Railway);
    container.into_iter().chain(railway).collect()
}

/// The files that Docker and Podman put into containers, and what Kubernetes and Railway set.
pub fn is_container(around: &Surroundings) -> bool {
    let set = |name| around.value(name).is_some();
    around.has_container_file || set("KUBERNETES_SERVICE_HOST") || set("RAILWAY_DEPLOYMENT_ID")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_container_and_railway_are_known_by_what_they_set() {
        use Circumstance::{Container, Railway};
        for (variables, expected) in [
            (&[][..], &[][..]),
            (&[("KUBERNETES_SERVICE_HOST", "10.0.0.1")], &[Container]),
            (&[("RAILWAY_ENVIRONMENT_NAME", "production")], &[Railway]),
            (&[("RAILWAY_ENVIRONMENT_NAME", "")], &[]),
            (&[("RAILWAY_DEPLOYMENT_ID", "d")], &[Container, Railway]),
        ] {
            let known = of(&Surroundings::of_a_test(variables));
            assert!(known.iter().copied().eq(expected.iter().copied().rev()), "{variables:?}: {known:?}");
        }
    }
}
