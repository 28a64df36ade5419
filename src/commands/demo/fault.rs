//! The faults that the demo can have: their names, what is wrong, and the code that each must end with.
//!
//! [`mod@super::staging`] produces the faults. The run under test knows nothing of them.

use std::fmt::Write as _;
use std::time::Duration;

use crate::base::code::Code;
use crate::report::text::Layout;

macro_rules! faults {
    ($($fault:ident = $name:literal, $code:ident, $what:literal;)*) => {
        /// A fault of a demo, which its run really meets.
        #[derive(Clone, Copy, Debug, PartialEq, Eq)]
        pub enum DemoFault {
            $(#[doc = concat!("`", $name, "`: ", $what)] $fault,)*
        }

        impl DemoFault {
            /// All of them, in the order of the codes' areas.
            pub const ALL: &'static [Self] = &[$(Self::$fault),*];

            /// The name on the command line.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$fault => $name),* }
            }

            /// What is wrong, in a few words.
            pub const fn what(self) -> &'static str {
                match self { $(Self::$fault => $what),* }
            }

            /// The code that a run with this fault must name: as the root cause, or as a warning.
            pub const fn code(self) -> Code {
                match self { $(Self::$fault => Code::$code),* }
            }
        }
    };
}

faults! {
    Missing = "missing", ConfigMissing, "R2_BUCKET_NAME is not set";
    Disabled = "disabled", ConfigDisabled, "R2_ENABLED is `false`";
    EnabledYes = "enabled-yes", ConfigEnabledNotTrue, "R2_ENABLED is `yes`";
    Placeholder = "placeholder", ConfigPlaceholder, "R2_ENDPOINT is from an example";
    Quotes = "quotes", ConfigQuotes, "R2_BUCKET_NAME has quotation marks";
    EndpointPath = "endpoint-path", ConfigEndpointPath, "R2_ENDPOINT ends with the bucket";
    ApiToken = "api-token", ConfigSecretIsApiToken, "the secret is the API token";
    ProvenToken = "proven-token", ConfigSecretIsApiToken, "the token is used as the secret";
    SwappedKeys = "swapped-keys", ConfigKeysSwapped, "key id and secret are swapped";
    OtherRegion = "other-region", ConfigRegion, "a server that expects another region";
    Refused = "refused", NetworkRefused, "nobody listens at the port";
    Timeout = "timeout", NetworkTimeout, "the server never responds";
    Reset = "reset", NetworkReset, "the connection is reset";
    Closed = "closed", NetworkClosed, "the server closes the connection";
    Truncated = "truncated", NetworkTruncated, "the response breaks off";
    NotHttp = "not-http", NetworkNotHttp, "an SSH server listens at the port";
    ProxyDown = "proxy-down", ProxyUnreachable, "nobody listens at the proxy's port";
    ProxyAuth = "proxy-auth", ProxyAuth, "the proxy responds with 407";
    ProxyDenied = "proxy-denied", ProxyDenied, "the proxy responds with 403";
    TlsUntrusted = "tls-untrusted", TlsUntrusted, "a certificate that nobody trusts";
    TlsVersion = "tls-version", TlsVersion, "the server has no common TLS version";
    TlsHandshake = "tls-handshake", TlsHandshake, "TLS alert 40, as of a wrong account";
    NotTls = "not-tls", TlsNotTls, "https to a port of plain HTTP";
    WrongPort = "wrong-port", HttpWrongPort, "the port is that of a console";
    Redirect = "redirect", HttpRedirect, "every request is redirected";
    CaptivePortal = "captive-portal", HttpNotS3, "a hotspot's page with 200";
    Waf = "waf", HttpBlocked, "a firewall's page with 403";
    Garbled = "garbled", HttpMalformed, "the listing's XML is damaged";
    UnknownKey = "unknown-key", AuthUnauthorized, "no such access key";
    WrongSecret = "wrong-secret", AuthSignature, "the secret is not this key's";
    ClockSkew = "clock-skew", AuthClockSkew, "the server's clock is an hour ahead";
    LostSignature = "lost-signature", AuthUnsigned, "the signature is lost on the way";
    Expired = "expired", AuthExpired, "the request counts as expired";
    Denied = "denied", PermissionDenied, "the token may do nothing";
    ReadOnly = "read-only", PermissionReadOnly, "the token may only read";
    HeadBucket = "head-bucket", PermissionHeadBucket, "listing works, HeadBucket is refused";
    NotEntitled = "not-entitled", AccountNotEntitled, "R2 is not enabled";
    NoBucket = "no-bucket", BucketNotFound, "the bucket does not exist";
    Locked = "locked", BucketLocked, "a lock rule forbids deletions";
    Expires = "expires", BucketExpires, "a lifecycle rule deletes the files";
    WrongEtag = "wrong-etag", IntegrityEtag, "the upload's ETag is wrong";
    NotListed = "not-listed", IntegrityNotListed, "the object is not in the listing";
    LostWrite = "lost-write", IntegrityLostWrite, "uploads are confirmed, not stored";
    WrongSize = "wrong-size", IntegritySize, "the listing has a wrong size";
    WrongBytes = "wrong-bytes", IntegrityContent, "different bytes come back";
    Empty = "empty", IntegritySize, "the object comes back empty";
    WrongType = "wrong-type", IntegrityContentType, "it comes back as text/html";
    KeyExists = "key-exists", IntegrityKeyExists, "the object's key is taken";
    Error = "error", ServiceError, "every response is 500";
    Unavailable = "unavailable", ServiceUnavailable, "every response is 503";
    Quota = "quota", ServiceStorageFull, "the storage is full";
    RateLimited = "rate-limited", ServiceRateLimited, "every upload gets 429";
    Unsupported = "unsupported", ServiceNotImplemented, "uploads get 501";
    Unfamiliar = "unfamiliar", ServiceUnexpected, "an unknown S3 code";
    SdkChecksum = "sdk-checksum", ServiceSdkChecksum, "boto3's checksums are refused";
    Flaky = "flaky", ServiceRetried, "only the first upload fails";
    Slow = "slow", ServiceSlow, "the download takes 2.5 seconds";
    StillThere = "still-there", CleanupStillThere, "deletions are confirmed, not done";
    Unproven = "unproven", CleanupUnknown, "no reading after the deletion";
    Deadline = "deadline", RunDeadline, "the download stalls for ever";
}

impl DemoFault {
    /// Whether the run passes all the same, with a warning.
    pub const fn is_warning(self) -> bool {
        matches!(self.code(), Code::ServiceRetried | Code::ServiceSlow | Code::BucketExpires)
    }

    /// The exit status that a run with this fault must have, unless `--strict` says otherwise.
    pub const fn exit_code(self) -> u8 {
        if self.is_warning() { 0 } else { 1 }
    }

    /// A shorter limit of one request, if the usual one would delay the fault.
    pub fn timeout(self) -> Option<Duration> {
        if self == Self::Timeout {
            Some(Duration::from_secs(1))
        } else {
            // The run must end before the request does.
            (self == Self::Deadline).then_some(Duration::from_mins(1))
        }
    }

    /// A shorter deadline, if the usual one would delay the fault.
    pub fn deadline(self) -> Option<Duration> {
        (self == Self::Deadline).then_some(Duration::from_secs(3))
    }

    /// Finds a fault by its name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|fault| fault.name() == name)
    }

    /// The fault that a mistyped name, a code or a part of one is nearest to.
    pub fn nearest(name: &str) -> Option<Self> {
        let distance = |fault: &Self| strsim::damerau_levenshtein(name, fault.name());
        let of_code = |fault: &&Self| {
            let code = fault.code();
            code.as_str() == name || code.condition() == name
        };
        Self::ALL
            .iter()
            .find(of_code)
            .or_else(|| {
                Self::ALL.iter().min_by_key(|fault| distance(fault)).filter(|fault| distance(fault) <= 3)
            })
            .copied()
    }

    /// The faults that end with a code.
    pub fn that_show(code: Code) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |fault| fault.code() == code)
    }
}

/// The note before the run of a demo, one entry for each paragraph.
pub fn note(fault: Option<DemoFault>) -> Vec<String> {
    vec![match fault {
        None => "Demo on an embedded S3 server; your settings are not read.".to_owned(),
        Some(fault) => format!(
            "Demo of the fault `{}`: {}. Expect {} and exit status {}.",
            fault.name(),
            fault.what(),
            fault.code(),
            fault.exit_code()
        ),
    }]
}

/// The list that `--fault help` prints: name, what is wrong, code.
pub fn list(layout: &Layout) -> String {
    let width = |text: fn(DemoFault) -> &'static str| {
        DemoFault::ALL.iter().map(|fault| text(*fault).len()).max().unwrap_or_default()
    };
    let (names, whats) = (width(DemoFault::name), width(DemoFault::what));
    let mut text = String::from("Each fault is injected into a real run against a server on this machine.\n");
    let mut area = None;
    for fault in DemoFault::ALL {
        if area != Some(fault.code().area()) {
            area = Some(fault.code().area());
            text.push('\n');
        }
        let name = layout.palette.strong(&format!("{:names$}", fault.name()));
        // Writing to a string cannot fail.
        let _ = writeln!(
            text,
            "{name}  {:whats$}  {}",
            fault.what(),
            layout.palette.quiet(fault.code().as_str())
        );
    }
    text + "\nr2-selftest demo --fault NAME shows one; the code is what it must end with.\n"
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::code::Area;
    use crate::report::palette::Palette;

    #[test]
    fn every_area_of_the_register_has_a_fault() {
        let shown: Vec<_> = DemoFault::ALL.iter().map(|fault| fault.code().area()).collect();
        assert_eq!(Area::ALL.into_iter().find(|area| !shown.contains(area)), None);
    }

    #[test]
    fn names_are_unique_and_found_again() {
        for fault in DemoFault::ALL {
            assert_eq!(DemoFault::parse(fault.name()), Some(*fault));
            assert_ne!(fault.name(), "help");
        }
    }

    #[test]
    fn faults_stand_in_the_order_of_the_register() {
        let areas: Vec<_> = DemoFault::ALL.iter().map(|fault| fault.code().area()).collect();
        let position = |area: &Area| Area::ALL.iter().position(|known| known == area);
        assert!(areas.is_sorted_by_key(position));
    }

    #[test]
    fn a_slip_or_a_code_leads_to_the_fault() {
        for (name, meant) in [
            ("wrong-secrt", Some(DemoFault::WrongSecret)),
            ("readonly", Some(DemoFault::ReadOnly)),
            ("auth.signature", Some(DemoFault::WrongSecret)),
            ("not-found", Some(DemoFault::NoBucket)),
            ("something-else-altogether", None),
        ] {
            assert_eq!(DemoFault::nearest(name), meant, "{name}");
        }
    }

    #[test]
    fn the_list_fits_eighty_columns() {
        let layout = Layout {
            width: 80,
            palette: Palette { colored: false, ascii: true },
            full: false,
            requests: false,
        };
        for line in list(&layout).lines() {
            assert!(line.is_ascii() && line.len() <= 80, "{} columns: {line}", line.len());
        }
    }
}
