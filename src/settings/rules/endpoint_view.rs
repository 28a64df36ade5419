//! `R2_ENDPOINT` parsed for the rules, and its corrected URL. Findings are made elsewhere.

use url::Url;

use super::endpoint_host::{self as hosts, Host};
use super::{Site, Subject};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::settings::disclosure::{self, Disclosure};
use crate::settings::endpoint::{self, Endpoint, Jurisdiction, url_on_r2};
use crate::settings::url_text::UrlText;

/// Upper bound of a URL, in bytes; parsing longer names in other scripts takes much time.
const LONGEST: usize = 4 * 1024;

/// The parsed endpoint for the rules in `endpoint_faults`.
pub struct View<'a> {
    /// The value itself.
    pub subject: &'a Subject,
    /// What may be shown of it.
    pub disclosure: &'a Disclosure,
    /// The bucket that the settings name.
    pub bucket: Option<&'a str>,
    /// How it begins.
    pub scheme: Scheme<'a>,
    /// The parts of the text, without its scheme.
    pub text: UrlText<'a>,
    /// The URL, with its scheme corrected.
    pub url: Url,
    /// What its host is.
    pub host: Host,
}

/// How the text begins.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Scheme<'a> {
    /// `https://`
    Https,
    /// `http://`
    Http,
    /// One of the two above, misspelt.
    Misspelt(&'a str),
    /// One of another protocol.
    Odd(&'a str),
    /// None at all.
    None,
}

/// How a text begins, and what follows.
pub fn scheme(text: &str) -> (Scheme<'_>, &str) {
    if let Some(rest) = after_bad_slashes(text) {
        return (Scheme::Misspelt(&text[..text.len() - rest.len()]), rest);
    }
    let Some((name, rest)) = text.split_once("://") else {
        return (Scheme::None, text.trim_start_matches(['/', ':']));
    };
    let is_name = !name.is_empty() && name.bytes().all(|b| b.is_ascii_alphanumeric() || b"+-.".contains(&b));
    match name.to_ascii_lowercase().as_str() {
        "https" => (Scheme::Https, rest),
        "http" => (Scheme::Http, rest),
        lower if strsim::osa_distance(lower, "https") <= 2 && lower.len() >= 3 => {
            (Scheme::Misspelt(name), rest)
        }
        _ if is_name && name.len() <= 12 => (Scheme::Odd(name), rest),
        _ => (Scheme::None, text),
    }
}

/// What follows `https` or `http` when it is not followed by `://` alone: `https:/host`, `https//host`, `https:///host`.
fn after_bad_slashes(text: &str) -> Option<&str> {
    let end = text.find([':', '/', '\\'])?;
    let (name, after) = text.split_at(end);
    let rest = after.trim_start_matches([':', '/', '\\']);
    let known = name.eq_ignore_ascii_case("https") || name.eq_ignore_ascii_case("http");
    (known && !rest.is_empty() && after.len() - rest.len() > 1 && !is_separator(after, rest)).then_some(rest)
}

fn is_separator(after: &str, rest: &str) -> bool {
    &after[..after.len() - rest.len()] == "://"
}

/// The URL, or why there is none. A single word without a scheme is no URL.
pub fn parsed(text: &str, scheme: Scheme<'_>, rest: &str) -> Result<Url, String> {
    if text.len() > LONGEST {
        return Err(format!("it is longer than {LONGEST} bytes"));
    }
    let lone_word =
        scheme == Scheme::None && !rest.contains(['.', ':']) && !rest.eq_ignore_ascii_case("localhost");
    if lone_word {
        return Err("it has neither a scheme nor a dot".to_owned());
    }
    let url = Url::parse(text).map_err(|error| error.to_string())?;
    if url.host_str().is_some_and(|host| !host.is_empty()) {
        Ok(url)
    } else {
        Err("it names no host".to_owned())
    }
}

impl View<'_> {
    /// The server, which decides the rules for the other variables.
    pub fn site(&self) -> Site {
        match &self.host {
            Host::Other => Site::Other,
            Host::Account(..)
            | Host::WithBucket(..)
            | Host::Reversed(..)
            | Host::NoJurisdiction(..)
            | Host::NoAccount
            | Host::Unreadable(_)
            | Host::NotTheApi(_)
            | Host::Misspelt(_) => Site::R2(self.account().map(|(account, _)| account.to_owned())),
        }
    }

    /// The well-formed account id in the host, with the jurisdiction that goes with it.
    pub fn account(&self) -> Option<(&str, &Jurisdiction)> {
        let (account, jurisdiction) = match &self.host {
            Host::Account(account, jurisdiction)
            | Host::WithBucket(_, account, jurisdiction)
            | Host::Reversed(account, jurisdiction)
            | Host::Misspelt(Some((account, jurisdiction))) => (account, jurisdiction),
            Host::NoJurisdiction(account, _) | Host::Unreadable(Some(account)) => {
                (account, &Jurisdiction::Default)
            }
            Host::NoAccount
            | Host::Unreadable(None)
            | Host::NotTheApi(_)
            | Host::Misspelt(None)
            | Host::Other => {
                return None;
            }
        };
        hosts::is_account(account).then_some((account.as_str(), jurisdiction))
    }

    /// Whether the host is this machine itself.
    pub fn is_loopback(&self) -> bool {
        endpoint::is_loopback(&self.url)
    }

    /// The host as evidence shows it.
    pub fn host_name(&self) -> String {
        self.disclosure.quote(self.url.host_str().unwrap_or_default())
    }

    /// A warning about the variable, with its fault as the predicate of a sentence.
    pub fn warning(&self, code: Code, fault: &str) -> Finding {
        self.subject.warning(code).with_fault(fault).because(format!("{} {fault}", self.subject.named()))
    }

    /// An error about the variable, with its fault as the predicate of a sentence.
    pub fn error(&self, code: Code, fault: &str) -> Finding {
        self.subject.error(code).with_fault(fault).because(format!("{} {fault}", self.subject.named()))
    }

    /// Fills in the values of all endpoint findings.
    pub fn filled(&self, finding: Finding) -> Finding {
        let account = self.account();
        let values = [
            ("endpoint", Some(disclosure::without_user_info(self.subject.core()))),
            ("host", self.url.host_str().map(ToOwned::to_owned)),
            ("account", account.map(|(account, _)| account.to_owned())),
            ("bucket", self.bucket.map(ToOwned::to_owned)),
        ];
        let mut finding = finding;
        finding.on_r2 |= account.is_some();
        finding.circumstances.extend(endpoint::circumstance(&self.url));
        for (placeholder, value) in values {
            if let Some(value) = value
                && !finding.values.contains_key(placeholder)
            {
                let hidden = || format!("the {placeholder} (not shown)");
                finding = finding.with(placeholder, self.disclosure.show(&value).unwrap_or_else(hidden));
            }
        }
        match self.corrected() {
            Some(url) if finding.suggestion.is_none() => self.subject.suggest(finding, &url, self.disclosure),
            _ => finding,
        }
    }

    /// The corrected endpoint, if it is certain.
    pub fn corrected(&self) -> Option<String> {
        if let Some((account, jurisdiction)) = self.account() {
            return Some(url_on_r2(account, jurisdiction));
        }
        // With a login, part of a password may have been read as the host.
        if self.host != Host::Other || self.text.login.is_some() {
            return None;
        }
        let keeps_http = self.is_loopback() && matches!(self.scheme, Scheme::None | Scheme::Http);
        let scheme = if keeps_http { "http" } else { "https" };
        let host = self.url.host_str()?;
        let port = self.url.port().map(|port| format!(":{port}")).unwrap_or_default();
        // The path as written: resolving it would be a guess.
        let path = self.text.path.trim_end_matches('/');
        let plain = format!("{scheme}://{host}{port}{path}");
        Endpoint::parse(&plain).is_ok().then_some(plain)
    }
}
