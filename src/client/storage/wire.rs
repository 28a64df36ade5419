//! A listing as it is sent: the route, and every byte of the request but for its time. If two are equal, the settings they
//! were made from produce the same request.

use http::{HeaderMap, Uri};
use time::OffsetDateTime;

use super::Storage;
use super::request::S3Request;
use crate::client::network::Destination;
use crate::settings::way::{NoWay, Trust, Way};

/// A listing as it is sent. It cannot be printed: it may hold a session token.
#[derive(Clone, PartialEq, Eq)]
pub struct Wire {
    destination: Destination,
    proxy: Result<Option<String>, NoWay>,
    trust: Trust,
    target: Uri,
    fields: HeaderMap,
}

impl Storage {
    /// A listing of at most one object under this prefix, as it would be sent on this route. Nothing is sent.
    ///
    /// # Errors
    /// When no such request can be built from the settings, or it must not be sent.
    pub fn wire(&self, prefix: &str, way: &Way) -> Result<Wire, String> {
        let intended = S3Request::List { prefix, max_keys: 1, from: None };
        let request = self.sign_at(intended, OffsetDateTime::UNIX_EPOCH)?.request;
        self.sender.permit(&intended, &request)?;
        let destination = self.sender.destination().clone();
        let proxy = way.proxy_for(destination.tls, &destination.host, destination.port);
        Ok(Wire {
            proxy: proxy.map(|proxy| proxy.map(|proxy| proxy.shown())),
            trust: way.trust.clone(),
            target: request.uri().clone(),
            fields: request.headers().clone(),
            destination,
        })
    }
}

#[cfg(test)]
mod tests {
    use std::time::Duration;

    use masking::Secret;

    use super::*;
    use crate::client::network::Family;
    use crate::client::storage::{Limits, Scope};
    use crate::settings::Settings;
    use crate::settings::endpoint::Endpoint;
    use crate::settings::payload::Payload;
    use crate::settings::style::Style;

    const HOST: &str = "0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com";

    fn with(host: &str, secret: &str, region: &str, bucket: &str, family: Option<Family>) -> Wire {
        let text = |text: &str| Secret::new(text.to_owned());
        let settings = Settings {
            endpoint: Endpoint::parse(&format!("https://{host}")).expect("an endpoint"),
            access_key_id: text("key"),
            secret_access_key: text(secret),
            session_token: None,
            bucket: bucket.to_owned(),
            region: region.to_owned(),
            style: Style::default(),
            payload: Payload::default(),
        };
        let (way, limits) = (Way::direct(), Limits { timeout: Duration::from_secs(1), retries: 0 });
        let scope = Scope::of_listing("prefix/");
        let storage = Storage::new(&settings, scope, way.clone(), limits);
        storage.expect("a client").over(family).wire("prefix/", &way).expect("a listing")
    }

    #[test]
    fn settings_that_make_one_request_are_equal_on_the_wire() {
        let own = with(HOST, "secret", "auto", "files", None);
        for same in [HOST.to_owned(), HOST.to_uppercase(), format!("{HOST}/"), format!("{HOST}:443")] {
            assert!(own == with(&same, "secret", "auto", "files", None), "{same}");
        }
        assert!(own != with(&HOST.replace(".r2.", ".eu.r2."), "secret", "auto", "files", None));
        assert!(own != with(HOST, "another", "auto", "files", None));
        assert!(own != with(HOST, "secret", "weur", "files", None));
        assert!(own != with(HOST, "secret", "auto", "others", None));
        assert!(own != with(HOST, "secret", "auto", "files", Some(Family::V4)));
    }
}
