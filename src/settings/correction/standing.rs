//! Whether a request may be made of faulty settings as they stand, to be compared with one of the corrected settings.

use masking::Secret;

use super::value;
use crate::settings::endpoint::{Endpoint, Unfit};
use crate::settings::{Loaded, Settings, Variable, judge};

/// Faulty settings, as far as a request may be made with them.
pub enum Standing {
    /// A request may be sent: it exposes no more of a secret than with the corrected settings, and goes to the same place.
    Sendable(Box<Settings>),
    /// No client can make a request with them.
    Unmade,
    /// A request must not be sent, for this reason.
    Withheld(&'static str),
}

/// Whether a request may be sent with the settings as they are, to be compared with the corrected ones.
pub(super) fn standing(loaded: &Loaded, changed: &Settings) -> Standing {
    let endpoint = value(loaded, Variable::Endpoint).unwrap_or_default();
    // No URL has other characters (RFC 3986, section 2): boto3 takes such an endpoint for invalid.
    let is_url = |c: char| c.is_ascii_graphic() && !"\"<>\\^`{|}".contains(c);
    match Endpoint::parse(endpoint) {
        Err(Unfit::NoUrl(_)) => return Standing::Unmade,
        Err(Unfit::Unfaithful(_)) if !endpoint.chars().all(is_url) => return Standing::Unmade,
        Err(Unfit::Unfaithful(_)) => return Standing::Withheld("a URL parser rewrites the endpoint"),
        Ok(_) => {}
    }
    let Some(settings) = judge::settings(&loaded.provenance) else { return Standing::Unmade };
    let (own, other) = (&settings.endpoint, &changed.endpoint);
    if own.is_tls() != other.is_tls() {
        Standing::Withheld("it would travel without TLS")
    } else if (own.authority(), own.path()) != (other.authority(), other.path()) {
        Standing::Withheld("it would be another request than a listing, or go to another host")
    } else if in_the_clear(&settings) == in_the_clear(changed) {
        Standing::Sendable(Box::new(settings))
    } else {
        Standing::Withheld("a secret would be sent in the clear")
    }
}

/// The letters and digits of the confidential values that are sent in the clear: the key id and the session token.
fn in_the_clear(settings: &Settings) -> String {
    let token = settings.session_token.as_ref().map_or("", Secret::expose);
    let both = [settings.access_key_id.expose(), token].join(" ");
    both.chars().filter(|character| character.is_alphanumeric()).collect()
}
