//! What a certificate says: for whom, by whom, until when, and for what. Whether it is trusted is decided elsewhere: one that
//! is refused is read, too.

use std::net::IpAddr;

use time::OffsetDateTime;
use tokio_rustls::rustls::pki_types::{CertificateDer, UnixTime};
use x509_cert::TbsCertificate;
use x509_cert::der::Decode as _;
use x509_cert::der::asn1::ObjectIdentifier;
use x509_cert::der::oid::db::{rfc4519, rfc5280};
use x509_cert::ext::pkix::name::{DirectoryString, GeneralName};
use x509_cert::ext::pkix::{ExtendedKeyUsage, KeyUsage, SubjectAltName};
use x509_cert::name::Name;
use x509_cert::time::Time;

use crate::base::clock;
use crate::client::exchange::CertificateFacts;

/// How many names of a certificate are kept; some list hundreds.
const NAME_LIMIT: usize = 8;
/// The length to which a name is cut, in characters.
const NAME_LENGTH: usize = 200;

/// A certificate that could be read.
pub struct Certificate(x509_cert::Certificate);

impl Certificate {
    /// Reads a certificate; none if it is not one by RFC 5280.
    pub fn read(der: &CertificateDer<'_>) -> Option<Self> {
        x509_cert::Certificate::from_der(der).ok().map(Self)
    }

    fn content(&self) -> &TbsCertificate {
        self.0.tbs_certificate()
    }

    /// What a report says about it.
    pub fn facts(&self) -> CertificateFacts {
        CertificateFacts {
            subject: short_name(self.content().subject()),
            issuer: short_name(self.content().issuer()),
            names: self.names(),
            not_before: date(self.content().validity().not_before),
            not_after: date(self.content().validity().not_after),
            shown: clock::now(),
        }
    }

    fn names(&self) -> Vec<String> {
        let names = self.content().get_extension::<SubjectAltName>().ok().flatten();
        let names = names.map(|(_, names)| names.0).unwrap_or_default();
        names.iter().filter_map(host_name).take(NAME_LIMIT).collect()
    }

    /// Whether it names itself as its issuer.
    pub fn is_its_own_issuer(&self) -> bool {
        self.content().issuer() == self.content().subject()
    }

    /// Whether it holds at this time.
    pub fn is_valid_at(&self, now: UnixTime) -> bool {
        let validity = self.content().validity();
        let [from, until] = [validity.not_before, validity.not_after].map(Time::to_unix_duration);
        (from.as_secs()..=until.as_secs()).contains(&now.as_secs())
    }

    /// Whether it is for servers, where it says what it is for: what OpenSSL's `check_purpose_ssl_server` wants.
    pub fn is_for_servers(&self) -> bool {
        let Ok(usage) = self.content().get_extension::<KeyUsage>() else { return false };
        let Ok(extended) = self.content().get_extension::<ExtendedKeyUsage>() else { return false };
        let by_usage = usage.is_none_or(|(_, usage)| {
            usage.digital_signature() || usage.key_encipherment() || usage.key_agreement()
        });
        let servers = [rfc5280::ID_KP_SERVER_AUTH, rfc5280::ANY_EXTENDED_KEY_USAGE];
        by_usage && extended.is_none_or(|(_, usage)| usage.0.iter().any(|purpose| servers.contains(purpose)))
    }
}

fn date(time: Time) -> OffsetDateTime {
    let seconds = i64::try_from(time.to_unix_duration().as_secs()).unwrap_or_default();
    OffsetDateTime::from_unix_timestamp(seconds).unwrap_or(OffsetDateTime::UNIX_EPOCH)
}

/// A host name, or an address.
fn host_name(name: &GeneralName) -> Option<String> {
    if let GeneralName::DnsName(name) = name {
        return Some(cut(name.as_str()));
    }
    let GeneralName::IpAddress(bytes) = name else { return None };
    address(bytes.as_bytes()).map(|address| address.to_string())
}

fn address(bytes: &[u8]) -> Option<IpAddr> {
    let v4 = || <[u8; 4]>::try_from(bytes).ok().map(IpAddr::from);
    let v6 = || <[u8; 16]>::try_from(bytes).ok().map(IpAddr::from);
    v4().or_else(v6)
}

/// `organisation, common name`, as far as the certificate has them.
fn short_name(name: &Name) -> String {
    let parts: Vec<String> =
        texts(name, rfc4519::ORGANIZATION_NAME).chain(texts(name, rfc4519::COMMON_NAME)).collect();
    if parts.is_empty() { cut(&name.to_string()) } else { cut(&parts.join(", ")) }
}

fn texts(name: &Name, kind: ObjectIdentifier) -> impl Iterator<Item = String> + '_ {
    let attributes = name.iter().filter(move |attribute| attribute.oid == kind);
    attributes
        .filter_map(|attribute| Some(DirectoryString::try_from(&attribute.value).ok()?.value().into_owned()))
}

fn cut(name: &str) -> String {
    name.chars().take(NAME_LENGTH).collect()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn certificate(name: &str) -> Vec<u8> {
        let mut params = rcgen::CertificateParams::new(vec!["host.example".to_owned()]).expect("parameters");
        params.distinguished_name.push(rcgen::DnType::CommonName, name);
        let key = rcgen::KeyPair::generate().expect("key");
        params.self_signed(&key).expect("certificate").der().to_vec()
    }

    fn facts(der: Vec<u8>) -> Option<CertificateFacts> {
        Certificate::read(&der.into()).map(|read| read.facts())
    }

    #[test]
    fn a_certificate_is_read_and_a_name_without_end_is_cut() {
        let read = facts(certificate("Example")).expect("facts");
        assert_eq!((read.subject.as_str(), read.issuer.as_str()), ("Example", "Example"));
        assert_eq!(read.names, ["host.example"]);
        let read = facts(certificate(&"x".repeat(60_000))).expect("facts");
        assert_eq!(read.subject.len(), NAME_LENGTH);
    }

    proptest! {
        #[test]
        fn no_bytes_are_a_certificate_that_panics(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
            let _ = facts(bytes);
        }

        #[test]
        fn no_damage_to_a_certificate_panics(at in any::<prop::sample::Index>(), byte in any::<u8>(), cut in any::<prop::sample::Index>()) {
            static GOOD: std::sync::LazyLock<Vec<u8>> = std::sync::LazyLock::new(|| certificate("Example"));
            let mut bytes = GOOD.clone();
            let place = at.index(bytes.len());
            bytes[place] = byte;
            let _ = facts(bytes.clone());
            bytes.truncate(cut.index(bytes.len()));
            let _ = facts(bytes);
        }
    }
}
