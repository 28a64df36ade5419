//! The areas by which the register of codes is grouped.

/// An area: what stands before the dot of a code.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Area {
    /// `config`
    Config,
    /// `network`
    Network,
    /// `proxy`
    Proxy,
    /// `tls`
    Tls,
    /// `http`
    Http,
    /// `auth`
    Auth,
    /// `permission`
    Permission,
    /// `account`
    Account,
    /// `bucket`
    Bucket,
    /// `integrity`
    Integrity,
    /// `service`
    Service,
    /// `cleanup`
    Cleanup,
    /// `run`
    Run,
}

impl Area {
    /// Every area, in the order of the register.
    pub const ALL: [Self; 13] = [
        Self::Config,
        Self::Network,
        Self::Proxy,
        Self::Tls,
        Self::Http,
        Self::Auth,
        Self::Permission,
        Self::Account,
        Self::Bucket,
        Self::Integrity,
        Self::Service,
        Self::Cleanup,
        Self::Run,
    ];

    /// The public name.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Config => "config",
            Self::Network => "network",
            Self::Proxy => "proxy",
            Self::Tls => "tls",
            Self::Http => "http",
            Self::Auth => "auth",
            Self::Permission => "permission",
            Self::Account => "account",
            Self::Bucket => "bucket",
            Self::Integrity => "integrity",
            Self::Service => "service",
            Self::Cleanup => "cleanup",
            Self::Run => "run",
        }
    }
}
