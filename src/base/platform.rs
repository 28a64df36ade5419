//! Where the program runs, as far as the surroundings show it: on Railway, in a container, in a CI system.

use super::surroundings::Surroundings;

/// The variables by which a deployment on Railway is known (<https://docs.railway.com/reference/variables>, 2026-11).
const OF_RAILWAY: [&str; 3] = ["RAILWAY_ENVIRONMENT_NAME", "RAILWAY_SERVICE_NAME", "RAILWAY_DEPLOYMENT_ID"];
/// What GitHub Actions, GitLab CI and most others set.
const OF_CI: &str = "CI";

/// Whether this is a Railway environment. `railway run` makes one of a laptop, too.
pub fn is_railway(around: &Surroundings) -> bool {
    OF_RAILWAY.iter().any(|name| around.text(name).is_some_and(|value| !value.is_empty()))
}

/// The service on Railway, if its name is known.
pub fn railway_service(around: &Surroundings) -> Option<&str> {
    around.text("RAILWAY_SERVICE_NAME").filter(|name| !name.is_empty())
}

/// Whether this is a container: the files that Docker and Podman put there, and what Kubernetes and Railway set.
pub fn is_container(around: &Surroundings) -> bool {
    let set = |name| around.value(name).is_some();
    around.has_container_file || set("KUBERNETES_SERVICE_HOST") || set("RAILWAY_DEPLOYMENT_ID")
}

/// Whether a CI system runs the program.
pub fn is_ci(around: &Surroundings) -> bool {
    around.text(OF_CI).is_some_and(|value| !matches!(value, "" | "0" | "false"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_empty_variable_is_no_railway_and_no_ci() {
        let around = Surroundings::of_a_test(&[("RAILWAY_SERVICE_NAME", ""), ("CI", "")]);
        assert!(!is_railway(&around) && !is_ci(&around) && railway_service(&around).is_none());
        let around = Surroundings::of_a_test(&[("RAILWAY_SERVICE_NAME", "web"), ("CI", "true")]);
        assert!(is_railway(&around) && is_ci(&around));
        assert_eq!(railway_service(&around), Some("web"));
    }
}
