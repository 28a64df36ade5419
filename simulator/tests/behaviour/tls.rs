//! Each way in which TLS goes, as a client sees it that trusts the server's authority and no other.

use std::io::{Read, Write};
use std::sync::Arc;

use tokio_rustls::rustls::pki_types::pem::PemObject;
use tokio_rustls::rustls::pki_types::{CertificateDer, ServerName};
use tokio_rustls::rustls::{ClientConfig, ClientConnection, ProtocolVersion, RootCertStore, StreamOwned};

use crate::client::{Answer, Client, connect, exchange};
use simulator::{ACCOUNT, Jurisdiction, R2, Tls};

/// One signed listing over TLS; the protocol's version with it.
fn list(r2: &R2, name: &str) -> Result<(Answer, ProtocolVersion), String> {
    let mut roots = RootCertStore::empty();
    roots.add(CertificateDer::from_pem_file(r2.authority_file()).unwrap()).unwrap();
    let config = ClientConfig::builder().with_root_certificates(roots).with_no_client_auth();
    let name = ServerName::try_from(name.to_owned()).unwrap();
    let connection = ClientConnection::new(Arc::new(config), name).unwrap();
    let mut stream = StreamOwned::new(connection, connect(r2.address));
    let request = Client::of(r2).request("GET", "/app-files?list-type=2", &[], b"");
    stream.write_all(&request).map_err(|error| error.to_string())?;
    let mut received = Vec::new();
    stream.read_to_end(&mut received).map_err(|error| error.to_string())?;
    Ok((Answer::parse(&received), stream.conn.protocol_version().unwrap()))
}

fn failure(tls: Tls) -> String {
    list(&R2::builder().tls(tls).start(), "127.0.0.1").map(|_| ()).unwrap_err()
}

#[test]
fn a_good_server_is_trusted_by_each_of_its_names() {
    let r2 = R2::builder().tls(Tls::Good).named("s3.example.com").start();
    let hosts = [
        "127.0.0.1".to_owned(),
        "localhost".to_owned(),
        "s3.example.com".to_owned(),
        "r2.cloudflarestorage.com".to_owned(),
        Jurisdiction::Eu.host(ACCOUNT),
    ];
    for host in &hosts {
        let (answer, version) = list(&r2, host).unwrap();
        assert_eq!((answer.status, version), (200, ProtocolVersion::TLSv1_3), "{host}");
    }
    let names: Vec<_> = r2.server_names().into_iter().flatten().collect();
    assert_eq!(names, hosts[1..], "an address is no server name");
    assert!(r2.endpoint().starts_with("https://127.0.0.1:"));
}

#[test]
fn one_version_can_be_the_only_one() {
    let version = |tls| list(&R2::builder().tls(tls).start(), "localhost").unwrap().1;
    assert_eq!(version(Tls::Only12), ProtocolVersion::TLSv1_2);
    assert_eq!(version(Tls::Only13), ProtocolVersion::TLSv1_3);
}

#[test]
fn each_bad_certificate_is_bad_in_its_own_way() {
    let contains = |tls, text: &str| {
        let failure = failure(tls);
        assert!(failure.contains(text), "{tls:?}: {failure}");
    };
    contains(Tls::UnknownIssuer, "UnknownIssuer");
    contains(Tls::SelfSigned, "invalid peer certificate");
    contains(Tls::Expired, "certificate expired");
    contains(Tls::NotYetValid, "not valid yet");
    contains(Tls::WrongName, "wrong.example");
}

#[test]
fn a_handshake_can_end_before_any_certificate() {
    assert!(failure(Tls::Alert(40)).contains("HandshakeFailure"));
    assert!(failure(Tls::Alert(70)).contains("ProtocolVersion"));
    assert!(failure(Tls::Reset).to_lowercase().contains("reset"));
    assert_eq!(failure(Tls::Close), "unexpected end of file");
    assert!(failure(Tls::Plain).contains("corrupt message"));
}

#[test]
fn an_alert_is_seven_bytes_on_the_wire() {
    let r2 = R2::builder().tls(Tls::Alert(40)).start();
    let config = ClientConfig::builder().with_root_certificates(RootCertStore::empty()).with_no_client_auth();
    let name = ServerName::try_from("localhost").unwrap();
    let mut greeting = Vec::new();
    ClientConnection::new(Arc::new(config), name).unwrap().write_tls(&mut greeting).unwrap();
    assert_eq!(exchange(r2.address, &greeting).unwrap(), [0x15, 3, 3, 0, 2, 2, 40]);
}

#[test]
fn one_host_can_fail_where_another_succeeds() {
    let wrong = Jurisdiction::Default.host("00000000000000000000000000000001");
    let r2 = R2::builder().tls(Tls::Good).tls_for(&wrong, Tls::Alert(40)).start();
    assert!(list(&r2, &wrong).unwrap_err().contains("HandshakeFailure"));
    assert!(list(&r2, "r2.cloudflarestorage.com").is_ok());
}
