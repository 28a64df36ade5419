//! What is known of a run. These circumstances select the steps of a fix, so that no step asks for what is known.

use serde::Deserialize;

/// One thing that is known of a run.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Deserialize)]
#[serde(rename_all = "kebab-case")]
pub enum Circumstance {
    /// It takes place on Railway.
    Railway,
    /// It takes place elsewhere.
    OffRailway,
    /// It takes place in a container, on Railway or elsewhere.
    Container,
    /// It does not.
    OutsideContainer,
    /// The endpoint is this machine itself.
    Loopback,
    /// The endpoint is on a private network.
    Private,
    /// An experiment found that the server speaks no TLS.
    NoTls,
    /// Nothing shows that.
    MaybeTls,
    /// Variables are set under names that other applications use.
    OtherNames,
    /// Each of the variables is.
    AllOtherNames,
    /// A line of the env file refers to a variable that is not set.
    DeadReference,
    /// Neither this, nor other names, nor a hidden value explain what is missing.
    PlainlyMissing,
    /// An empty variable of the environment hides a value of the env file.
    HidesValue,
    /// No request of the run was granted.
    AllDenied,
    /// The run left its test object in the bucket.
    LeftBehind,
    /// A proxy carries the requests.
    Proxy,
    /// None does.
    NoProxy,
    /// An experiment has shown that the server answers without the proxy.
    DirectWorks,
    /// Nothing has shown that.
    DirectUnknown,
    /// The right value is known.
    KnownValue,
    /// It is not.
    UnknownValue,
    /// The region of the settings may have been meant to choose the European Union.
    EuropeMeant,
    /// What the endpoint names beside the account is not the bucket of the settings.
    OtherBucket,
    /// The condition is an error.
    Error,
    /// It is a warning or less.
    Warning,
    /// A line of the env file is not read.
    BadLine,
    /// The env file is in another encoding than UTF-8.
    BadEncoding,
    /// The env file itself is not there, or cannot be read.
    NoFile,
    /// The loader is configured to read no env file.
    LoaderOff,
    /// A variable of the application's client is at fault, or names the file that is.
    InClientVariable,
    /// A line of the client's own files is at fault.
    InClientFile,
    /// The bucket has a name by which the client takes it for one of AWS's other kinds.
    AwsBucketName,
    /// The variable of the client at fault is one of the shell.
    ClientInShell,
    /// It is set on a line of the env file, or on Railway.
    ClientInPlace,
    /// The variable that names the proxy is one of the shell.
    ProxyInShell,
    /// It is set on a line of the env file, or on Railway.
    ProxyInPlace,
    /// The variable that names the root certificates is one of the shell, or unset.
    RootsInShell,
    /// It is set on a line of the env file, or belongs on Railway.
    RootsInPlace,
    /// The variable that names hosts to be reached without a proxy is one of the shell, or unset.
    ExemptInShell,
    /// It is set on a line of the env file, or belongs on Railway.
    ExemptInPlace,
    /// A hosts file or a resolver leads a host of R2 to an address that is not public.
    OverriddenName,
    /// Nothing shows that.
    PlainName,
    /// The host has addresses, and all of them are of IPv6.
    OnlyIpv6,
    /// A connection was established, even if it broke later.
    Connected,
    /// None was.
    NotConnected,
    /// The proxy's address holds a login.
    ProxyLogin,
    /// It holds none.
    NoProxyLogin,
    /// A variable names the root certificates.
    RootsNamed,
    /// None does.
    RootsUnnamed,
    /// The endpoint holds an address instead of a name.
    EndpointIsAddress,
    /// It holds a name.
    EndpointIsName,
    /// Cloudflare confirmed the upload.
    ConfirmedByCloudflare,
    /// Nothing shows that it did.
    ConfirmedByOthers,
    /// The object was read back, unchanged.
    ReadBack,
    /// It was not.
    NotReadBack,
    /// The server stored the frame in which the application's SDK sends an upload.
    FrameStored,
    /// The data was changed between the server and here: the server's `ETag` is that of what was sent.
    ChangedOnWayBack,
    /// A session token is set.
    SessionToken,
    /// None is set.
    NoSessionToken,
    /// A value is example text.
    Example,
    /// A value is a reference, code or ciphertext.
    StandIn,
    /// A tool is known that starts programs with the resolved value.
    Resolver,
    /// A command is known that reads the value.
    Lookup,
    /// No command is known that does.
    Reference,
    /// A variable names a file with the value in it.
    FileVariable,
    /// The env file is encrypted.
    FileEncrypted,
    /// It is about the secret access key.
    Secret,
    /// The bucket was there earlier in the run.
    BucketSeen,
    /// It was not, or nothing shows it.
    BucketUnseen,
}

impl Circumstance {
    /// The beginning of a step that applies under this circumstance only, for texts without a run.
    pub fn condition(self) -> &'static str {
        match self {
            Self::Railway => "On Railway",
            Self::OffRailway => "Not on Railway",
            Self::Container => "In a container",
            Self::OutsideContainer => "Outside a container",
            Self::Loopback => "On this machine",
            Self::Private => "On a private network",
            Self::NoTls => "Where the server does not speak TLS",
            Self::MaybeTls => "Where the server may speak TLS",
            Self::OtherNames => "If it is set under another name",
            Self::AllOtherNames => "If all of them are set under other names",
            Self::DeadReference => "If the value refers to a variable that is not set",
            Self::PlainlyMissing => "Otherwise",
            Self::HidesValue => "If an empty variable hides a value of the env file",
            Self::AllDenied => "If every request was refused",
            Self::LeftBehind => "If the test object is left in the bucket",
            Self::Proxy => "Through a proxy",
            Self::NoProxy => "Without a proxy",
            Self::DirectWorks => "Where the request works without the proxy",
            Self::DirectUnknown => "Where the direct way was not tried",
            Self::KnownValue => "Where the right value is known",
            Self::UnknownValue => "Where the right value is not known",
            Self::EuropeMeant => "If the region names Europe",
            Self::OtherBucket => "Where R2_BUCKET_NAME is another name",
            Self::Error => "If it is an error",
            Self::Warning => "If it is a warning",
            Self::BadLine => "If a line is not read",
            Self::BadEncoding => "If the file is not UTF-8",
            Self::NoFile => "Where there is no such file, or it cannot be read",
            Self::LoaderOff => "With PYTHON_DOTENV_DISABLED",
            Self::InClientVariable => "If a variable is at fault",
            Self::InClientFile => "If a file of boto3 is at fault",
            Self::AwsBucketName => "If the bucket's name is at fault",
            Self::ClientInShell => "If the variable is set in the shell",
            Self::ClientInPlace => "If the variable is set in the env file or on Railway",
            Self::ProxyInShell => "If the proxy is set in the shell",
            Self::ProxyInPlace => "If the proxy is set in the env file or on Railway",
            Self::RootsInShell => "If the variable of the roots is set in the shell",
            Self::RootsInPlace => "If the variable of the roots is set in the env file or on Railway",
            Self::ExemptInShell => "In a shell",
            Self::ExemptInPlace => "With an env file or on Railway",
            Self::OverriddenName => "If R2's host resolves to a private address",
            Self::PlainName => "If it does not",
            Self::OnlyIpv6 => "If the host has only IPv6 addresses",
            Self::Connected => "After a connection was established",
            Self::NotConnected => "Without a connection",
            Self::ProxyLogin => "With a login in the proxy's address",
            Self::NoProxyLogin => "Without a login in the proxy's address",
            Self::RootsNamed => "Where a variable names the root certificates",
            Self::RootsUnnamed => "Where no variable names the root certificates",
            Self::EndpointIsAddress => "With an address in R2_ENDPOINT",
            Self::EndpointIsName => "With a name in R2_ENDPOINT",
            Self::ConfirmedByCloudflare => "Where Cloudflare confirmed the upload",
            Self::ConfirmedByOthers => "Where no cf-ray shows that Cloudflare confirmed the upload",
            Self::ReadBack => "Where the object was read back",
            Self::NotReadBack => "Where the object was not read back",
            Self::FrameStored => "Where the frame of the SDK's upload was stored",
            Self::ChangedOnWayBack => "Where the server has the right ETag",
            Self::SessionToken => "With R2_SESSION_TOKEN",
            Self::NoSessionToken => "Without R2_SESSION_TOKEN",
            Self::Example => "If it is example text",
            Self::StandIn => "If it is a reference, code or ciphertext",
            Self::Resolver => "If a tool resolves it for programs that it starts",
            Self::Lookup => "If a command reads it",
            Self::Reference => "If something else resolves it",
            Self::FileVariable => "If a variable names a file with the value",
            Self::FileEncrypted => "If it is encrypted",
            Self::Secret => "For the secret",
            Self::BucketSeen => "If the bucket was there earlier in the run",
            Self::BucketUnseen => "If the bucket was not found before",
        }
    }
}
