//! The variables that the application reads, by name. Their values are handled in `settings`.

/// The variables that the application reads.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Variable {
    /// `R2_ENABLED`
    Enabled,
    /// `R2_ENDPOINT`
    Endpoint,
    /// `R2_ACCESS_KEY_ID`
    AccessKeyId,
    /// `R2_SECRET_ACCESS_KEY`
    SecretAccessKey,
    /// `R2_SESSION_TOKEN`
    SessionToken,
    /// `R2_BUCKET_NAME`
    BucketName,
    /// `R2_REGION`
    Region,
}

impl Variable {
    /// All of them, in the order in which they are shown.
    pub const ALL: [Self; 7] = [
        Self::Enabled,
        Self::Endpoint,
        Self::AccessKeyId,
        Self::SecretAccessKey,
        Self::SessionToken,
        Self::BucketName,
        Self::Region,
    ];

    /// The name in the environment.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Enabled => "R2_ENABLED",
            Self::Endpoint => "R2_ENDPOINT",
            Self::AccessKeyId => "R2_ACCESS_KEY_ID",
            Self::SecretAccessKey => "R2_SECRET_ACCESS_KEY",
            Self::SessionToken => "R2_SESSION_TOKEN",
            Self::BucketName => "R2_BUCKET_NAME",
            Self::Region => "R2_REGION",
        }
    }

    /// Whether its value must never be shown.
    pub const fn is_secret(self) -> bool {
        match self {
            Self::AccessKeyId | Self::SecretAccessKey | Self::SessionToken => true,
            Self::Enabled | Self::Endpoint | Self::BucketName | Self::Region => false,
        }
    }

    /// Whether the application requires it.
    pub const fn is_needed(self) -> bool {
        match self {
            Self::Enabled | Self::Endpoint | Self::AccessKeyId | Self::SecretAccessKey | Self::BucketName => {
                true
            }
            Self::SessionToken | Self::Region => false,
        }
    }
}
