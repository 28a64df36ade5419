//! The register of diagnosis codes: the stable names of everything that can be wrong.
//!
//! A code names a condition, never a message; once published it keeps its meaning for ever. The text about
//! a code is in the catalogue ([`crate::diagnosis::catalogue`]). This module imports nothing of the program.

mod area;

use std::fmt;

pub use area::Area;

macro_rules! register {
    ($($code:ident = $name:literal),* $(,)?) => {
        /// One condition that the program can name, written `area.condition`.
        #[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum Code {
            $(#[doc = concat!("`", $name, "`")] $code,)*
        }

        impl Code {
            /// Every code, grouped by area in the order of a run.
            pub const ALL: &'static [Self] = &[$(Self::$code),*];

            /// The public name.
            pub const fn as_str(self) -> &'static str {
                match self { $(Self::$code => $name),* }
            }
        }
    };
}

register! {
    ConfigMissing = "config.missing",
    ConfigEmpty = "config.empty",
    ConfigDisabled = "config.disabled",
    ConfigEnabledNotTrue = "config.enabled-not-true",
    ConfigPlaceholder = "config.placeholder",
    ConfigQuotes = "config.quotes",
    ConfigWhitespace = "config.whitespace",
    ConfigInvisibleCharacter = "config.invisible-character",
    ConfigExtraText = "config.extra-text",
    ConfigNotUnicode = "config.not-unicode",
    ConfigEndpointScheme = "config.endpoint-scheme",
    ConfigEndpointInsecure = "config.endpoint-insecure",
    ConfigEndpointPath = "config.endpoint-path",
    ConfigEndpointHost = "config.endpoint-host",
    ConfigEndpointBucketHost = "config.endpoint-bucket-host",
    ConfigEndpointAccount = "config.endpoint-account",
    ConfigEndpointJurisdiction = "config.endpoint-jurisdiction",
    ConfigEndpointRewritten = "config.endpoint-rewritten",
    ConfigEndpointNotR2 = "config.endpoint-not-r2",
    ConfigAccessKeyShape = "config.access-key-shape",
    ConfigAccessKeyIsAccountId = "config.access-key-is-account-id",
    ConfigSecretShape = "config.secret-shape",
    ConfigSecretIsApiToken = "config.secret-is-api-token",
    ConfigKeysSwapped = "config.keys-swapped",
    ConfigSecretElsewhere = "config.secret-elsewhere",
    ConfigBucketName = "config.bucket-name",
    ConfigRegion = "config.region",
    ConfigEnvFile = "config.env-file",
    ConfigShadowed = "config.shadowed",
    ConfigClientEnvironment = "config.client-environment",
    ConfigClientUnfollowed = "config.client-unfollowed",
    ConfigSubstitution = "config.substitution",
    ConfigDuplicate = "config.duplicate",
    ConfigLoadersDiffer = "config.loaders-differ",
    NetworkDns = "network.dns",
    NetworkRefused = "network.refused",
    NetworkUnreachable = "network.unreachable",
    NetworkTimeout = "network.timeout",
    NetworkReset = "network.reset",
    NetworkClosed = "network.closed",
    NetworkTruncated = "network.truncated",
    NetworkNotHttp = "network.not-http",
    ProxyUnreachable = "proxy.unreachable",
    ProxyAuth = "proxy.auth",
    ProxyDenied = "proxy.denied",
    ProxyIgnored = "proxy.ignored",
    ProxyUnsupported = "proxy.unsupported",
    ProxyUnreadable = "proxy.unreadable",
    ProxyAlters = "proxy.alters",
    TlsUntrusted = "tls.untrusted",
    TlsClientRoots = "tls.client-roots",
    TlsExpired = "tls.expired",
    TlsNotYetValid = "tls.not-yet-valid",
    TlsHostname = "tls.hostname",
    TlsVersion = "tls.version",
    TlsHandshake = "tls.handshake",
    TlsNotTls = "tls.not-tls",
    TlsNoRoots = "tls.no-roots",
    HttpRedirect = "http.redirect",
    HttpNotS3 = "http.not-s3",
    HttpCustomDomain = "http.custom-domain",
    HttpEdgeRefused = "http.edge-refused",
    HttpWrongPort = "http.wrong-port",
    HttpBlocked = "http.blocked",
    HttpMalformed = "http.malformed",
    HttpMismatch = "http.mismatch",
    AuthUnauthorized = "auth.unauthorized",
    AuthOtherProvider = "auth.other-provider",
    AuthSignature = "auth.signature",
    AuthClockSkew = "auth.clock-skew",
    AuthUnsigned = "auth.unsigned",
    AuthExpired = "auth.expired",
    PermissionDenied = "permission.denied",
    PermissionReadOnly = "permission.read-only",
    PermissionJurisdiction = "permission.jurisdiction",
    PermissionHeadBucket = "permission.head-bucket",
    AccountNotEntitled = "account.not-entitled",
    BucketNotFound = "bucket.not-found",
    BucketJurisdiction = "bucket.jurisdiction",
    BucketPathStyle = "bucket.path-style",
    BucketVirtualHost = "bucket.virtual-host",
    BucketLocked = "bucket.locked",
    BucketExpires = "bucket.expires",
    BucketStorageClass = "bucket.storage-class",
    IntegrityEtag = "integrity.etag",
    IntegrityNotListed = "integrity.not-listed",
    IntegrityLostWrite = "integrity.lost-write",
    IntegritySize = "integrity.size",
    IntegrityContent = "integrity.content",
    IntegrityContentType = "integrity.content-type",
    IntegrityDigest = "integrity.digest",
    IntegrityIncomplete = "integrity.incomplete",
    IntegrityKeyExists = "integrity.key-exists",
    ServiceError = "service.error",
    ServiceUnavailable = "service.unavailable",
    ServiceRateLimited = "service.rate-limited",
    ServiceNotImplemented = "service.not-implemented",
    ServiceStorageFull = "service.storage-full",
    ServiceUnexpected = "service.unexpected",
    ServiceSdkChecksum = "service.sdk-checksum",
    ServiceUnsignedPayload = "service.unsigned-payload",
    ServiceRetried = "service.retried",
    ServiceSlow = "service.slow",
    CleanupStillThere = "cleanup.still-there",
    CleanupLeftover = "cleanup.leftover",
    CleanupUnknown = "cleanup.unknown",
    CleanupNotOurs = "cleanup.not-ours",
    CleanupVersionKept = "cleanup.version-kept",
    CleanupEarlierRun = "cleanup.earlier-run",
    RunDeadline = "run.deadline",
    RunInterrupted = "run.interrupted",
    RunExhausted = "run.exhausted",
    RunForeignTarget = "run.foreign-target",
    RunInternal = "run.internal",
    RunRedacted = "run.redacted",
}

impl Code {
    /// Its area. Every code has one, which a test proves.
    pub fn area(self) -> Area {
        let name = self.as_str().split_once('.').map_or("", |(area, _)| area);
        Area::ALL.into_iter().find(|area| area.name() == name).unwrap_or(Area::Run)
    }

    /// The codes of an area, in the order of the register.
    pub fn of_area(area: Area) -> impl Iterator<Item = Self> {
        Self::ALL.iter().copied().filter(move |code| code.area() == area)
    }

    /// The part after the dot.
    pub fn condition(self) -> &'static str {
        self.as_str().split_once('.').map_or("", |(_, condition)| condition)
    }

    /// Finds a code by its public name.
    pub fn parse(name: &str) -> Option<Self> {
        Self::ALL.iter().copied().find(|code| code.as_str() == name)
    }
}

impl fmt::Display for Code {
    fn fmt(&self, formatter: &mut fmt::Formatter<'_>) -> fmt::Result {
        formatter.write_str(self.as_str())
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::HashSet;

    #[test]
    fn every_code_is_area_dot_condition_in_lower_case_and_unique() {
        let mut seen = HashSet::new();
        for code in Code::ALL {
            let (area, condition) = code.as_str().split_once('.').expect("area.condition");
            for part in [area, condition] {
                assert!(
                    !part.is_empty()
                        && part.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'),
                    "{code}"
                );
            }
            assert!(seen.insert(code.as_str()), "{code} stands twice");
            assert_eq!(code.area().name(), area, "{code}");
            assert_eq!(Code::parse(code.as_str()), Some(*code));
        }
    }

    #[test]
    fn the_codes_of_an_area_stand_together_in_the_order_of_the_areas() {
        let mut areas: Vec<_> = Code::ALL.iter().map(|code| code.area()).collect();
        areas.dedup();
        assert_eq!(areas, Area::ALL);
    }
}
