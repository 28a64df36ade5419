//! What findings know of where a run takes place and of the way to the server: by this the steps of a fix are chosen and
//! worded.

use std::collections::BTreeSet;
use std::net::IpAddr;

use crate::base::circumstance::Circumstance;
use crate::base::finding::Finding;
use crate::base::platform;
use crate::base::surroundings::Surroundings;
use crate::client::exchange::ConnectionFacts;
use crate::settings::endpoint::Endpoint;
use crate::settings::lists::R2_DOMAIN;
use crate::settings::places::Places;
use crate::settings::way::{ClientKind, Way};
use crate::settings::{Loaded, Settings, Variable};

/// What is known of the place before anything was sent.
#[derive(Clone, Default)]
pub struct Here {
    /// What holds there.
    pub circumstances: BTreeSet<Circumstance>,
    /// Where each variable is set.
    pub places: Places,
    /// The line of the client's file that determines what signatures say of bodies.
    pub payload_line: Option<String>,
    /// What fills the placeholders for the way to the server: the proxy, and which variables name it and the roots.
    way: Vec<(&'static str, String)>,
}

impl Here {
    /// The place of a run with these settings that takes this way.
    pub fn of(loaded: &Loaded, way: &Way, around: &Surroundings) -> Self {
        use Circumstance as It;
        let has = |what: fn(&Settings) -> bool| loaded.settings.as_ref().is_some_and(what);
        let endpoint = loaded.settings.as_ref().map(|settings| &settings.endpoint);
        let proxy = endpoint.and_then(|it| way.proxy_for(it.is_tls(), it.host(), it.port()).ok().flatten());
        let roots = way.trust.chosen_by();
        let login = proxy.as_ref().is_some_and(|proxy| proxy.login.is_some());
        let circumstances = BTreeSet::from([
            one_of(platform::is_railway(around), It::Railway, It::OffRailway),
            one_of(platform::is_container(around), It::Container, It::OutsideContainer),
            one_of(has(|it| it.session_token.is_some()), It::SessionToken, It::NoSessionToken),
            one_of(has(|it| is_address(it.endpoint.host())), It::EndpointIsAddress, It::EndpointIsName),
            one_of(proxy.is_some(), It::Proxy, It::NoProxy),
            one_of(login, It::ProxyLogin, It::NoProxyLogin),
            one_of(roots.is_some(), It::RootsNamed, It::RootsUnnamed),
        ]);
        // Without a choice, the one to make: each client reads its own variable.
        let roots_variable = roots.unwrap_or(match way.client {
            ClientKind::Boto3 => "AWS_CA_BUNDLE",
            ClientKind::Native => "SSL_CERT_FILE",
        });
        let is_tls = endpoint.is_none_or(Endpoint::is_tls);
        let mut words = vec![
            ("roots_variable", roots_variable.to_owned()),
            ("no_proxy", way.exempting()),
            ("set_proxy", way.naming(is_tls)),
        ];
        words.extend(
            proxy
                .iter()
                .flat_map(|proxy| [("proxy", proxy.shown()), ("proxy_variable", proxy.variable.clone())]),
        );
        let payload_line = loaded.payload_set.clone();
        Self { circumstances, places: Places::of(loaded, around), payload_line, way: words }
    }

    /// What fills placeholders here; and where to set what a code is about once it is settled, whichever variable the
    /// finding was about at first.
    pub(super) fn fillings(&self) -> impl Iterator<Item = (&'static str, String)> {
        use Variable::{AccessKeyId, BucketName, Endpoint, SecretAccessKey};
        let places = [
            ("where_endpoint", self.places.of_variables(&[Endpoint])),
            ("where_bucket", self.places.of_variables(&[BucketName])),
            ("where_keys", self.places.of_variables(&[AccessKeyId, SecretAccessKey])),
        ];
        places.into_iter().chain(self.way.iter().cloned())
    }
}

/// The variables that a finding may name besides the application's: the placeholder of the name, that of its place, and
/// the circumstances for the shell and for another place.
const NAMED: [(&str, &str, Circumstance, Circumstance); 4] = [
    ("variable", "where_variable", Circumstance::ClientInShell, Circumstance::ClientInPlace),
    ("proxy_variable", "where_proxy", Circumstance::ProxyInShell, Circumstance::ProxyInPlace),
    ("no_proxy", "where_no_proxy", Circumstance::ExemptInShell, Circumstance::ExemptInPlace),
    ("roots_variable", "where_roots", Circumstance::RootsInShell, Circumstance::RootsInPlace),
];

/// Says of each variable that a finding names where it is set.
pub(super) fn with_places(mut finding: Finding, places: &Places) -> Finding {
    for (name, place, shell, elsewhere) in NAMED {
        let Some(variable) = finding.values.get(name) else { continue };
        let set = places.of_other(variable);
        finding.circumstances.retain(|known| ![shell, elsewhere].contains(known));
        finding.circumstances.insert(one_of(set.is_some(), elsewhere, shell));
        finding.values.insert(place, set.unwrap_or_else(|| "in the environment".to_owned()).into());
    }
    finding
}

fn one_of(holds: bool, one: Circumstance, other: Circumstance) -> Circumstance {
    if holds { one } else { other }
}

/// Whether a host is an address and no name.
pub(super) fn is_address(host: &str) -> bool {
    host.trim_matches(['[', ']']).parse::<IpAddr>().is_ok()
}

/// Adds what the last connection of a check shows of the way to the server. A check without one used an earlier one.
pub(super) fn with_connection_facts(mut finding: Finding, connections: &[ConnectionFacts]) -> Finding {
    let facts = connections.last();
    let connected = facts.is_none_or(|facts| facts.peer.is_some());
    let overridden = facts.and_then(overridden_address).is_some();
    finding.circumstances.extend([
        one_of(overridden, Circumstance::OverriddenName, Circumstance::PlainName),
        one_of(connected, Circumstance::Connected, Circumstance::NotConnected),
    ]);
    finding.circumstances.extend(facts.is_some_and(has_only_ipv6).then_some(Circumstance::OnlyIpv6));
    finding
}

/// Whether there are addresses, none of which is of IPv4.
pub(super) fn has_only_ipv6(facts: &ConnectionFacts) -> bool {
    !facts.addresses.is_empty() && facts.addresses.iter().all(IpAddr::is_ipv6)
}

/// An address at which no host of R2 can be, if one was looked up and has such an address.
pub(super) fn overridden_address(facts: &ConnectionFacts) -> Option<IpAddr> {
    let is_r2 =
        facts.looked_up.strip_suffix(R2_DOMAIN).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'));
    facts.addresses.iter().copied().find(|address| is_r2 && !is_public(*address))
}

fn is_public(address: IpAddr) -> bool {
    match address.to_canonical() {
        IpAddr::V4(v4) => {
            !(v4.is_loopback()
                || v4.is_unspecified()
                || v4.is_private()
                || v4.is_link_local()
                || v4.is_broadcast())
        }
        IpAddr::V6(v6) => {
            !(v6.is_loopback() || v6.is_unspecified() || v6.is_unique_local() || v6.is_unicast_link_local())
        }
    }
}
