//! Only requests within the scope are sent, whatever the settings hold: with settings that no rule has judged, on a real socket.

use std::io::ErrorKind;
use std::net::TcpListener;
use std::time::Duration;

use hmac::Mac as _;
use masking::Secret;
use proptest::prelude::*;
use tokio::time::Instant;
use uuid::Uuid;

use super::sign::under;
use super::*;
use crate::base::probe::{LONGEST_RUN, Probe};
use crate::client::exchange::TransportErrorKind;
use crate::client::network;
use crate::settings::endpoint::Endpoint;
use crate::settings::payload::Payload;
use crate::settings::style::Style;

/// A port that never answers and records whether a connection came.
struct Door(TcpListener);

impl Door {
    fn open() -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").expect("port");
        listener.set_nonblocking(true).expect("non-blocking");
        Self(listener)
    }

    fn settings(&self, path: &str, bucket: &str) -> Settings {
        let secret = |text: &str| Secret::new(text.to_owned());
        let address = self.0.local_addr().expect("address");
        Settings {
            endpoint: Endpoint::parse(&format!("http://{address}{path}")).expect("endpoint"),
            access_key_id: secret("key"),
            secret_access_key: secret("secret"),
            session_token: None,
            bucket: bucket.to_owned(),
            region: "auto".to_owned(),
            style: Style::default(),
            payload: Payload::default(),
        }
    }

    fn got_a_connection(&self) -> bool {
        match self.0.accept() {
            Ok(_) => true,
            Err(error) if error.kind() == ErrorKind::WouldBlock => false,
            Err(error) => panic!("{error}"),
        }
    }
}

fn probe(prefix: &str) -> Probe {
    Probe::new(prefix, LONGEST_RUN)
}

/// Whether the request was refused by the sender, which then must not even have connected.
fn is_refused(door: &Door, settings: &Settings, scope: &Scope, intended: S3Request<'_>) -> bool {
    let limits = Limits { timeout: Duration::from_millis(100), retries: 0 };
    let mut storage = Storage::new(settings, scope.clone(), Way::direct(), limits).expect("storage");
    let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().expect("runtime");
    let call = runtime.block_on(async {
        let stop = Stop::at(Instant::now() + Duration::from_millis(100));
        storage.call(intended, XML_LIMIT, &stop).await
    });
    let error = call.last().expect("a try").outcome.as_ref().expect_err("nobody answers");
    let unsent = matches!(error.kind, TransportErrorKind::Foreign(_) | TransportErrorKind::Unbuildable(_));
    assert_eq!(unsent, !door.got_a_connection(), "{:?}", error.kind);
    assert!(!unsent || !call.may_have_been_received());
    unsent
}

fn put(key: &str) -> S3Request<'_> {
    S3Request::Put(NewObject { key, body: b"x", content_type: "text/csv", form: Form::Plain })
}

#[test]
fn a_bucket_that_ends_the_path_or_changes_it_gets_no_request() {
    let (door, probe) = (Door::open(), probe("p/"));
    let scope = Scope::of_run(&probe);
    for bucket in [
        "recordings#prod",
        "recordings#",
        "recordings?",
        "x?list-type=2",
        "x\\..\\other",
        ".",
        "..",
        "",
        "a/b",
        "a/../b",
        "adv%2Dfiles",
        "%2e%2e",
        "a b",
        "a;b",
        "a&b",
        "ä",
        "a\nb",
        "a\tb",
        "/x",
        "a@b:c",
    ] {
        let settings = door.settings("", bucket);
        let list = S3Request::List { prefix: "p/", max_keys: 1, from: None };
        for intended in [list, put(&probe.key), S3Request::Get(&probe.key), S3Request::Delete(&probe.key)] {
            assert!(is_refused(&door, &settings, &scope, intended), "{bucket:?}: {:?}", intended.operation());
        }
    }
}

#[test]
fn what_is_owned_is_sent_and_nothing_beside_it() {
    let (door, probe) = (Door::open(), probe("p/"));
    let run = Scope::of_run(&probe);
    let other = format!("p/{}/csvs/probe.csv", Uuid::now_v7());
    let settings = door.settings("/store/v1", "Recordings_2.old");
    let refused = |scope: &Scope, intended| is_refused(&door, &settings, scope, intended);
    let list = |prefix| S3Request::List { prefix, max_keys: 1, from: Some("+/=&?") };
    for own in [
        list("p/"),
        list(&probe.own_prefix),
        put(&probe.key),
        S3Request::Get(&probe.key),
        S3Request::Delete(&probe.key),
    ] {
        assert!(!refused(&run, own), "{:?}", own.operation());
    }
    let up = format!("{}../../x", probe.own_prefix);
    let empty = format!("{}/x", probe.own_prefix);
    for key in ["", "x", "p/x", &other, &up, &empty, &probe.own_prefix, "patients/recording.csv"] {
        for intended in [put(key), S3Request::Get(key), S3Request::Delete(key)] {
            assert!(refused(&run, intended), "{key}: {:?}", intended.operation());
        }
    }
    for prefix in ["", "p", "q/", "p/x/"] {
        assert!(refused(&run, list(prefix)), "{prefix}");
    }
    let clean = Scope::of_runs_under("p/");
    assert!(!refused(&clean, S3Request::Delete(&other)) && !refused(&clean, list("p/")));
    assert!(
        refused(&clean, put(&other))
            && refused(&clean, S3Request::Delete("p/x"))
            && refused(&clean, list(""))
    );
    let listing = Scope::of_listing("p/");
    assert!(!refused(&listing, list("p/")));
    assert!(
        refused(&listing, S3Request::Get(&other))
            && refused(&listing, S3Request::Delete(&other))
            && refused(&listing, list("q/"))
    );
}

/// Whether a request of rust-s3, changed by `spoil`, is still taken for the intended one.
fn passes_when(spoil: impl FnOnce(&mut network::Request)) -> bool {
    let door = Door::open();
    let (settings, probe) = (door.settings("", "recordings"), probe("p/"));
    let limits = Limits { timeout: Duration::from_secs(1), retries: 0 };
    let storage = Storage::new(&settings, Scope::of_run(&probe), Way::direct(), limits).expect("storage");
    let intended = put(&probe.key);
    let mut request = storage.sign(intended).expect("request").request;
    spoil(&mut request);
    target::verify(&request, &intended, &Place::of(&settings)).is_ok()
}

/// Where a server returns what it signed, the two texts are compared, so ours must be the one that was signed.
#[test]
fn the_text_that_was_signed_is_made_again_from_what_was_sent() {
    let (door, probe) = (Door::open(), probe("p/"));
    let limits = Limits { timeout: Duration::from_secs(1), retries: 0 };
    let token = Some(Secret::new("a session's token".to_owned()));
    for payload in [Payload::Usual, Payload::Unsigned] {
        let settings =
            Settings { payload, session_token: token.clone(), ..door.settings("/v1", "recordings") };
        let storage = Storage::new(&settings, Scope::of_run(&probe), Way::direct(), limits).expect("storage");
        let storage = storage.comparing(true);
        let key = probe.key.as_str();
        let upload = |form| S3Request::Put(NewObject { key, body: b"x", content_type: "text/csv", form });
        let list = S3Request::List { prefix: &probe.own_prefix, max_keys: 2, from: Some("a=b/c d") };
        let uploads = [Form::Plain, Form::Unhashed, Form::Header, Form::Trailer].map(upload);
        let others = [list, S3Request::HeadBucket, S3Request::Get(key), S3Request::Delete(key)];
        for intended in others.into_iter().chain(uploads) {
            let signed = storage.sign(intended).and_then(|signed| under(Some("\"etag\""), signed));
            let signed = signed.expect("a request");
            let time = signed.request.headers()["x-amz-date"].to_str().expect("a time");
            let text = storage.signed_text(&signed);
            assert!(text.starts_with(&format!("AWS4-HMAC-SHA256\n{time}\n")), "{text}");
            let key = ["AWS4secret", &time[..8], "auto", "s3", "aws4_request"].map(str::as_bytes);
            let key =
                key.into_iter().map(<[u8]>::to_vec).reduce(|key, text| hmac(&key, &text)).expect("a key");
            let stated = signed.request.headers()["authorization"].to_str().expect("text");
            let made = hex::encode(hmac(&key, text.as_bytes()));
            assert!(stated.ends_with(&format!("Signature={made}")), "{:?}: {stated}", intended.operation());
        }
    }
}

fn hmac(key: &[u8], text: &[u8]) -> Vec<u8> {
    let mut code = hmac::Hmac::<sha2::Sha256>::new_from_slice(key).expect("a key");
    code.update(text);
    code.finalize().into_bytes().to_vec()
}

#[test]
fn each_part_of_a_request_that_is_not_as_it_was_asked_for_is_seen() {
    assert!(passes_when(|_| {}));
    for uri in ["/recordings", "/recordings/", "/", "/other/p/x", "http://other.example/recordings/p/x"] {
        assert!(!passes_when(|request| *request.uri_mut() = uri.parse().expect("uri")), "{uri}");
    }
    assert!(!passes_when(|request| {
        *request.uri_mut() = format!("{}?acl", request.uri()).parse().expect("uri");
    }));
    assert!(!passes_when(|request| *request.method_mut() = http::Method::DELETE));
    for (name, value) in [
        ("host", "other.example"),
        ("x-amz-copy-source", "/other/key"),
        ("cf-create-bucket-if-missing", "true"),
        ("if-none-match", "\"etag\""),
    ] {
        assert!(
            !passes_when(|request| {
                request.headers_mut().insert(name, http::HeaderValue::from_static(value));
            }),
            "{name}"
        );
    }
    assert!(!passes_when(|request| {
        request.headers_mut().remove("if-none-match");
    }));
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(64) })]

    #[test]
    fn no_bucket_and_no_key_lead_astray(
        bucket in prop_oneof![any::<String>(), "[a-z#?\\\\%;&. /]{0,8}"], name in prop_oneof![any::<String>(), "[a-z#?\\\\%;&./ ]{0,8}"],
    ) {
        let (door, probe) = (Door::open(), probe("p/"));
        let settings = door.settings("/v1", &bucket);
        let key = format!("{}{name}", probe.own_prefix);
        let refused = is_refused(&door, &settings, &Scope::of_run(&probe), S3Request::Delete(&key));
        let plain = |byte: u8| byte.is_ascii_alphanumeric() || b".-_".contains(&byte);
        let sound = bucket.bytes().all(plain) && !["", ".", ".."].contains(&bucket.as_str());
        prop_assert!(sound || refused, "{:?}", bucket);
        let misread = name.split('/').any(|part| ["", ".", ".."].contains(&part));
        prop_assert!(!misread || refused, "{:?}", name);
        let harmless = name.bytes().all(|byte| plain(byte) || byte == b'/');
        prop_assert!(!(sound && harmless && !misread && refused), "{:?} {:?}", bucket, name);
    }
}
