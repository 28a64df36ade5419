//! Files that boto3 opens when it makes a client.

use super::profile::Profile;
use super::{Fault, Variables};
use crate::base::machine;
use crate::base::worker::{Unreadable, Worker};

/// Longest file of root certificates.
const LONGEST_BUNDLE: usize = 2 * 1024 * 1024;
/// The variable that names them before the profile does, and the one after it.
const BUNDLES: [&str; 2] = ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"];

/// The first version of boto3 that may refuse a bundle without a name. Those before take it for none, and trust any server then.
pub const FIRST_WITHOUT_BLANKS: (u32, u32) = (1, 39);

/// A file of root certificates that is none. It is opened for TLS only; that it has a name is always wanted.
pub fn bundle(worker: &Worker, variables: &Variables, profile: &Profile, tls: bool) -> Option<Fault> {
    let [first, last] = BUNDLES;
    let in_variable = |name: &'static str| Some((name.to_owned(), Some(variables.text(name)?), None));
    let in_file = || {
        let entry = profile.entry("ca_bundle")?;
        Some((entry.place(), entry.text().map(str::to_owned), Some(entry)))
    };
    let (name, path, entry) = in_variable(first).or_else(in_file).or_else(|| in_variable(last))?;
    let fault = |evidence: String| match entry {
        Some(entry) => Fault::in_file(&entry.place(), evidence),
        None => Fault::in_variable(&name, evidence),
    };
    let Some(path) = path else {
        let evidence = format!("{name} is a block of lines and no path, and boto3 fails on that over TLS");
        return tls.then(|| fault(evidence));
    };
    if path.trim().is_empty() {
        return Some(fault(format!("{name} is empty, and boto3 refuses to create a client")));
    }
    if !tls {
        return None;
    }
    let why = match worker.read(&variables.at_home(&path), LONGEST_BUNDLE) {
        Ok(bytes) if bytes.windows(10).any(|part| part == b"-----BEGIN") => return None,
        Ok(_) => "contains no certificate".to_owned(),
        Err(Unreadable::TooLong) => return None,
        // The file is not what lacks; the connection meets the same and tells it.
        Err(_) if machine::files(1).is_err() => return None,
        Err(why) => why.reason(),
    };
    Some(fault(format!("{name} names a file that {why}, so that boto3 trusts no server")))
}

/// The variable that names a file for the keys of TLS connections, which urllib3 opens whatever the endpoint is.
const KEYS: &str = "SSLKEYLOGFILE";

/// Such a file that cannot be written.
pub fn keys_of_tls(worker: &Worker, variables: &Variables) -> Option<Fault> {
    let path = variables.text(KEYS).filter(|path| !path.is_empty())?;
    let why = worker.unwritable(path.as_ref())?;
    let evidence =
        format!("{KEYS} names a file that {why}, and Python ends with an error when boto3 makes a client");
    Some(Fault::in_variable(KEYS, evidence))
}
