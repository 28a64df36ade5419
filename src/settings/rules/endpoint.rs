//! Judges `R2_ENDPOINT`: all its faults are reported at once, with the corrected URL.

use super::endpoint_faults as faults;
use super::endpoint_host as hosts;
use super::endpoint_view::{Scheme, View, parsed, scheme};
use super::{Site, Subject};
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::settings::disclosure::Disclosure;
use crate::settings::endpoint::{Jurisdiction, url_on_r2};
use crate::settings::lists::OTHER_HOSTS;
use crate::settings::url_text::UrlText;

/// Judges the endpoint, unless its core is empty.
pub fn endpoint(subject: &Subject, bucket: Option<&str>, disclosure: &Disclosure) -> (Vec<Finding>, Site) {
    if subject.core().is_empty() {
        return (Vec::new(), Site::Unknown);
    }
    let (scheme, rest) = scheme(subject.core());
    if let Scheme::Odd(name) = scheme {
        return (vec![odd_scheme(subject, name, disclosure)], meant_site(subject.core()));
    }
    let parts = UrlText::split(rest);
    if parts.has_unclear_login() {
        return (vec![unclear_login(subject)], meant_site(subject.core()));
    }
    let text = match scheme {
        Scheme::Http => format!("http://{rest}"),
        Scheme::Https | Scheme::Misspelt(_) | Scheme::Odd(_) | Scheme::None => format!("https://{rest}"),
    };
    match parsed(&text, scheme, rest) {
        Err(reason) => (vec![no_url(subject, &reason, rest, disclosure)], meant_site(subject.core())),
        Ok(url) => {
            let name = url.host_str().unwrap_or_default().trim_end_matches('.').to_lowercase();
            let host = hosts::host(&name);
            let view = View { subject, disclosure, bucket, scheme, text: parts, url, host };
            (findings(&view), view.site())
        }
    }
}

/// Whether R2's rules apply although the endpoint cannot be read.
fn meant_site(core: &str) -> Site {
    let lower = core.to_lowercase();
    let of_cloudflare =
        lower.contains("cloudflare") || OTHER_HOSTS.iter().any(|(host, _)| lower.contains(host));
    if of_cloudflare { Site::R2(None) } else { Site::Unknown }
}

/// The finding for an ambiguous login. Nothing of the value is shown or looked up, because any part may be a password.
fn unclear_login(subject: &Subject) -> Finding {
    let evidence = format!(
        "{} has an `@` after a `/`, `?`, `#`, `\\` or another `@`, so that it is unclear where a login ends and the host \
         begins; nothing of it is shown",
        subject.named()
    );
    let finding = subject.error(Code::ConfigEndpointHost).with_fault("has an `@` in an unclear place");
    finding.because(evidence).because(
        "an endpoint takes no login: the keys have variables of their own; an `@` in a path is written `%40`",
    )
}

fn odd_scheme(subject: &Subject, name: &str, disclosure: &Disclosure) -> Finding {
    let fault = format!("begins with {} instead of `https://`", disclosure.quote(name));
    let evidence = format!("{} {fault}", subject.named());
    subject.error(Code::ConfigEndpointScheme).with_fault(fault).because(evidence)
}

fn no_url(subject: &Subject, reason: &str, rest: &str, disclosure: &Disclosure) -> Finding {
    let fault = format!("is not a URL: {reason}");
    let evidence = format!("{} {fault}", subject.named());
    let finding = subject.error(Code::ConfigEndpointHost).with_fault(fault).because(evidence);
    if hosts::is_account(rest) {
        let finding =
            finding.because("the value is shaped as an account id, which is only a part of the endpoint");
        return subject.suggest(finding, &url_on_r2(rest, &Jurisdiction::Default), disclosure);
    }
    finding
}

fn findings(view: &View<'_>) -> Vec<Finding> {
    faults::RULES.iter().filter_map(|rule| rule(view)).map(|finding| view.filled(finding)).collect()
}
