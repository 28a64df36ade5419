//! Who answers: R2, another provider, a program on a private machine, or an unknown server. Decided by the endpoint's host
//! first, and else by what the answers show of themselves.

mod profiles;

use std::net::IpAddr;

use crate::client::exchange::Answer;
use crate::client::storage::answer::{Document, document};
use crate::settings::endpoint::Endpoint;
use profiles::{Kind, Mark, PROFILES, Profile};

/// Names that only a network of one's own resolves: <https://www.rfc-editor.org/rfc/rfc6761>, RFC 6762, RFC 9476, and
/// those of Docker and Railway.
const PRIVATE: [&str; 6] = ["localhost", "internal", "local", "lan", "home.arpa", "test"];

/// The server at an endpoint, as far as it is known.
#[derive(Clone, Copy, Debug)]
pub struct Server<'a> {
    host: &'a str,
    profile: Option<&'static Profile>,
    /// Whether the host is the provider's own, so that nothing of anybody else stands in front of it.
    is_own_host: bool,
    /// Whether it plays R2, in the demo.
    plays_r2: bool,
}

impl<'a> Server<'a> {
    /// The server at an endpoint, with the answers that are known of it.
    pub fn at<'b>(
        endpoint: &'a Endpoint,
        answers: impl IntoIterator<Item = &'b Answer>,
        plays_r2: bool,
    ) -> Self {
        let host = endpoint.host();
        let by_host = PROFILES.iter().find(|profile| profile.has(host));
        // No provider is on this machine or a private network: there, a provider's mark is that of a program that imitates it.
        let anybody = endpoint.circumstance().is_none();
        let possible = |profile: &Profile| anybody || profile.kind == Kind::Program;
        let profile = by_host.or_else(|| answers.into_iter().find_map(|answer| shown_by(answer, possible)));
        // The simulator, which stands in for R2, can imitate another server, and its answers show that.
        Self { host, profile, is_own_host: by_host.is_some(), plays_r2: plays_r2 && profile.is_none() }
    }

    /// Its usual name; none if it is not known.
    pub fn known_name(&self) -> Option<&'static str> {
        if self.plays_r2 { Some("R2") } else { self.profile.map(|profile| profile.name) }
    }

    /// Its name, or where it is.
    pub fn name(&self) -> String {
        self.known_name().map_or_else(|| format!("the server at {}", self.host), str::to_owned)
    }

    /// Whether it is R2, or plays it: R2's pages are where its settings are.
    pub fn is_r2(&self) -> bool {
        self.plays_r2 || self.is_r2_host()
    }

    /// Whether its host is one of R2's own.
    pub fn is_r2_host(&self) -> bool {
        self.is_own_host && self.profile.is_some_and(|profile| profile.kind == Kind::R2)
    }

    /// Whether it is another provider than Cloudflare, which issues its own keys.
    pub fn is_other_provider(&self) -> bool {
        !self.is_r2() && self.profile.is_some_and(|profile| profile.kind == Kind::Provider)
    }

    /// Whether something of its owner's may stand in front of it and change requests: not at the hosts of providers.
    pub fn may_have_gateway(&self) -> bool {
        !self.is_r2() && !self.is_own_host
    }

    /// Whether the host may be a custom domain, set up at Cloudflare.
    pub fn may_be_custom_domain(&self) -> bool {
        let is_private = PRIVATE.iter().any(|domain| is_below(self.host, domain));
        let is_address = self.host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok();
        !self.is_own_host && !self.plays_r2 && self.host.contains('.') && !is_address && !is_private
    }
}

impl Profile {
    fn has(&self, host: &str) -> bool {
        self.hosts.iter().any(|domain| is_below(host, domain))
    }
}

fn is_below(host: &str, domain: &str) -> bool {
    host.strip_suffix(domain).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

/// Whose marks an answer has, of those that are possible.
fn shown_by(answer: &Answer, possible: impl Fn(&Profile) -> bool) -> Option<&'static Profile> {
    let message = match document(answer) {
        Document::Error(error) => error.message,
        Document::Listing(_) | Document::Empty | Document::Malformed(_) | Document::Foreign => String::new(),
    };
    let shows = |mark: &Mark| match mark {
        Mark::Header(field, beginning) => answer.header(*field).is_some_and(|value| begins(value, beginning)),
        Mark::Says(words) => message.contains(words),
    };
    PROFILES.iter().find(|profile| possible(profile) && profile.marks.iter().any(shows))
}

fn begins(value: &str, beginning: &str) -> bool {
    value.get(..beginning.len()).is_some_and(|start| start.eq_ignore_ascii_case(beginning))
}

#[cfg(test)]
mod tests;
