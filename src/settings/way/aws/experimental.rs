//! Switches of botocore that its documentation does not have (`plugin.py`, `httpsession.py`).

use super::{Fault, Variables};
use crate::settings::Settings;

/// Modules that change the client once it is made.
const PLUGINS: &str = "BOTOCORE_EXPERIMENTAL__PLUGINS";
/// The value by which botocore switches them off for clients of its own.
const NO_PLUGINS: &str = "DISABLED";
/// The host without its port in the field `Host`, whether there is a proxy or not, and also where the signature covers the port.
const HOST: &str = "BOTO_EXPERIMENTAL__ADD_PROXY_HOST_HEADER";

/// What is switched on, and changes requests in ways that no check here can follow.
pub fn switched_on(variables: &Variables, settings: Option<&Settings>) -> Vec<Fault> {
    let plugins = plugins(variables).then(|| {
        let evidence = format!("{PLUGINS} names modules that change the requests of boto3's clients");
        Fault::in_variable(PLUGINS, evidence)
    });
    let host = host(variables, settings).then(|| {
        let evidence = format!("{HOST} takes the port of R2_ENDPOINT out of the field Host of requests");
        Fault::in_variable(HOST, evidence)
    });
    plugins.into_iter().chain(host).map(Fault::unfollowed).collect()
}

fn plugins(variables: &Variables) -> bool {
    let named = variables.text(PLUGINS).filter(|named| named != NO_PLUGINS).unwrap_or_default();
    named.split(',').any(|plugin| plugin.matches('=').count() == 1)
}

fn host(variables: &Variables, settings: Option<&Settings>) -> bool {
    let is_on = variables.text(HOST).is_some_and(|value| value.eq_ignore_ascii_case("true"));
    let Some(endpoint) = settings.map(|settings| &settings.endpoint).filter(|_| is_on) else { return false };
    endpoint.port() != if endpoint.is_tls() { 443 } else { 80 }
}
