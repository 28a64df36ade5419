//! Where a bucket's name stands in the URLs of its requests, and whether it can stand there.

use super::Settings;

/// Where a bucket's name stands.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Style {
    /// In the path.
    #[default]
    Path,
    /// Before the host's name.
    Host,
}

/// The host of a bucket whose name stands before that of the endpoint's, if it can: not before an address, and over TLS as one
/// label only, because certificates vouch for no more.
pub fn virtual_host(settings: &Settings) -> Option<String> {
    let (bucket, host) = (&settings.bucket, settings.endpoint.host());
    let is_one = !settings.endpoint.is_tls() || !bucket.contains('.');
    let is_name = host.contains(|c: char| c.is_ascii_alphabetic()) && !host.contains(':');
    let are_labels = bucket.len() <= 63 && bucket.split('.').all(is_label);
    (is_one && are_labels && is_name).then(|| format!("{bucket}.{host}"))
}

fn is_label(label: &str) -> bool {
    let plain = |byte: u8| byte.is_ascii_lowercase() || byte.is_ascii_digit() || byte == b'-';
    !label.is_empty() && !label.starts_with('-') && !label.ends_with('-') && label.bytes().all(plain)
}
