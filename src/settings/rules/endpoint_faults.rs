//! The faults that an endpoint can have, one rule each. The corrected URL is made in [`super::endpoint_view`].

use super::Site;
use super::endpoint_host::{self as hosts, Host};
use super::endpoint_view::{Scheme, View};
use crate::base::circumstance::Circumstance;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::base::text::counted;
use crate::settings::disclosure::Disclosure;
use crate::settings::endpoint;
use crate::settings::endpoint::faithful::{Difference, Part, differences};
use crate::settings::lists::{JURISDICTIONS, R2_DOMAIN};
use crate::settings::url_text::UrlText;

/// A rule about an endpoint.
type Rule = fn(&View<'_>) -> Option<Finding>;

/// All of them, in the order of their findings.
pub const RULES: [Rule; 9] =
    [scheme, insecure, host, bucket_host, account, jurisdiction, path, rewritten, not_r2];

fn scheme(view: &View<'_>) -> Option<Finding> {
    match view.scheme {
        Scheme::Https | Scheme::Http => None,
        Scheme::Misspelt(name) | Scheme::Odd(name) => {
            let fault = format!("begins with {} instead of `https://`", view.disclosure.quote(name));
            Some(view.error(Code::ConfigEndpointScheme, &fault))
        }
        Scheme::None => Some(view.error(Code::ConfigEndpointScheme, "has no `https://` before its host")),
    }
}

fn insecure(view: &View<'_>) -> Option<Finding> {
    if view.scheme != Scheme::Http || view.is_loopback() {
        return None;
    }
    let (code, host) = (Code::ConfigEndpointInsecure, view.host_name());
    let finding = if view.host == Host::Other && endpoint::is_private(&view.url) {
        view.warning(code, &format!("uses plain http to {host}, on a private network"))
    } else {
        view.error(code, &format!("uses plain http to {host}, which is not this machine"))
    };
    Some(finding.with_fault("uses plain http"))
}

/// All faults of the host make one finding, whose evidence lists them.
fn host(view: &View<'_>) -> Option<Finding> {
    let parts = [
        misplaced_host(view),
        refused_host(view),
        user_info(view),
        query(view),
        port(view),
        trailing_dot(view),
    ];
    let mut seen = parts.into_iter().flatten();
    let first = view.error(Code::ConfigEndpointHost, &seen.next()?);
    let first = if let Host::NotTheApi(what) = view.host {
        first.with_fault(format!("is {what}"))
    } else if matches!(view.host, Host::Misspelt(_)) {
        first.with_fault(format!("misspells {R2_DOMAIN}"))
    } else {
        first
    };
    Some(
        seen.fold(first, |finding, part| finding.because(format!("{} {part}", view.subject.variable.name()))),
    )
}

fn misplaced_host(view: &View<'_>) -> Option<String> {
    let host = view.host_name();
    match &view.host {
        Host::NoAccount => Some(format!("has no account id before {R2_DOMAIN}")),
        Host::Unreadable(_) => {
            Some(format!("points to {host}, where one account id belongs before {R2_DOMAIN}"))
        }
        Host::NotTheApi(what) => Some(format!("points to {host}, {what}")),
        Host::Misspelt(_) => Some(format!("points to {host}")),
        Host::Account(..)
        | Host::WithBucket(..)
        | Host::Reversed(..)
        | Host::NoJurisdiction(..)
        | Host::Other => None,
    }
}

/// A host that the application's client rejects, even if other programs accept it.
fn refused_host(view: &View<'_>) -> Option<String> {
    let faults = differences(&UrlText::split(view.subject.core()), &view.url);
    let rewritten = |fault: &Difference| matches!(fault, Difference::Rewritten { part: Part::Host, .. });
    if view.host != Host::Other || faults.iter().any(rewritten) {
        return None;
    }
    faults.iter().find_map(|fault| match fault {
        Difference::Host(fault) => Some(format!(
            "points to {}, which {fault}; the application's client (boto3) refuses it",
            view.host_name()
        )),
        Difference::Rewritten { .. } | Difference::Path { .. } => None,
    })
}

fn user_info(view: &View<'_>) -> Option<String> {
    let present = view.text.login.is_some();
    present.then(|| "contains a user name or a password before the host (not shown)".to_owned())
}

fn query(view: &View<'_>) -> Option<String> {
    let query = view.url.query().unwrap_or_default();
    if query.to_ascii_lowercase().contains("x-amz-") {
        Some("is a presigned URL: it carries a signature after its `?` (not shown)".to_owned())
    } else if view.url.query().is_some() || view.url.fragment().is_some() {
        Some("has a `?` or `#` part, which no endpoint has".to_owned())
    } else {
        None
    }
}

fn port(view: &View<'_>) -> Option<String> {
    let port =
        view.url.port().filter(|_| view.scheme != Scheme::Http && matches!(view.site(), Site::R2(_)))?;
    Some(format!("names port {port}, where R2 answers on 443 only"))
}

fn trailing_dot(view: &View<'_>) -> Option<String> {
    let dotted = view.url.host_str().is_some_and(|host| host.ends_with('.'));
    (dotted && matches!(view.site(), Site::R2(_))).then(|| "ends its host with a dot".to_owned())
}

fn bucket_host(view: &View<'_>) -> Option<Finding> {
    let Host::WithBucket(bucket, _, _) = &view.host else { return None };
    let finding = |evidence: &str| view.error(Code::ConfigEndpointBucketHost, evidence);
    Some(if view.bucket == Some(bucket) {
        finding(&format!("has the bucket's name {} before the account id", view.disclosure.quote(bucket)))
    } else {
        finding(&format!(
            "has {} before the account id, where only a bucket's name could stand",
            view.disclosure.quote(bucket)
        ))
        .under(Circumstance::OtherBucket)
    })
}

fn account(view: &View<'_>) -> Option<Finding> {
    let (Host::Account(account, _) | Host::WithBucket(_, account, _) | Host::NoJurisdiction(account, _)) =
        &view.host
    else {
        return None;
    };
    let length = account.chars().count();
    if hosts::is_account(account) {
        let as_written = view.subject.core().contains(account.as_str());
        let finding = view.warning(Code::ConfigEndpointAccount, "has upper-case letters in its account id");
        let finding = finding.because("Cloudflare writes account ids in lower case; the host is the same");
        return (!as_written).then_some(finding);
    }
    let shown = view.disclosure.quote(account);
    let (fault, evidence) = match hosts::not_an_account(account) {
        None if account.bytes().all(|byte| byte.is_ascii_hexdigit()) => (
            format!("has an account id of {}, not 32", counted(length, "character")),
            format!("{shown} is in its place"),
        ),
        what => (
            format!(
                "has {}{shown} instead of the account id",
                what.map_or_else(String::new, |it| format!("the {it} "))
            ),
            "an account id has 32 hexadecimal digits".to_owned(),
        ),
    };
    let finding =
        view.error(Code::ConfigEndpointAccount, &fault).because(evidence).with("length", length.to_string());
    Some(match view.disclosure.show(account) {
        Some(account) => finding.of_account(account),
        None => finding,
    })
}

fn jurisdiction(view: &View<'_>) -> Option<Finding> {
    let known = JURISDICTIONS.map(|label| format!("`{label}`")).join(", ");
    match &view.host {
        Host::Reversed(_, jurisdiction) => {
            let label = jurisdiction.as_str();
            let fault = format!("has the jurisdiction `{label}` in the wrong place");
            let finding = view.error(Code::ConfigEndpointJurisdiction, &fault).with("jurisdiction", label);
            Some(finding.because("a jurisdiction belongs right after the account id"))
        }
        Host::NoJurisdiction(_, label) => {
            let (shown, what) = (view.disclosure.quote(label), hosts::mistake(label)?);
            let fault = format!("has the {what} {shown} instead of a jurisdiction");
            let finding = view.error(Code::ConfigEndpointJurisdiction, &fault);
            let finding = finding.because(format!("the known jurisdictions are {known}"));
            Some(match view.disclosure.show(label) {
                Some(label) => finding.with("jurisdiction", label),
                None => finding,
            })
        }
        Host::Account(_, unknown) | Host::WithBucket(_, _, unknown) if !unknown.is_known() => {
            let shown = view.disclosure.quote(unknown.as_str());
            let fault = format!("has the unknown jurisdiction {shown}");
            let finding = view.warning(Code::ConfigEndpointJurisdiction, &fault);
            Some(finding.because(format!(
                "the known jurisdictions are {known}; R2 may have a newer one, so the server is asked"
            )))
        }
        Host::Account(..)
        | Host::WithBucket(..)
        | Host::NoAccount
        | Host::Unreadable(_)
        | Host::NotTheApi(_)
        | Host::Misspelt(_)
        | Host::Other => None,
    }
}

/// On other servers the API may be below a path; on R2 a path is always a mistake.
fn path(view: &View<'_>) -> Option<Finding> {
    // Unresolved: `/x/..` is a path, even if a parser removes it.
    let path = view.text.path.trim_end_matches('/');
    if path.is_empty() || !matches!(view.site(), Site::R2(_)) || matches!(view.host, Host::NotTheApi(_)) {
        return None;
    }
    let named = |bucket: &&str| path.split('/').any(|segment| segment == *bucket);
    let shown = view.disclosure.quote(path);
    let finding = |evidence: &str| view.error(Code::ConfigEndpointPath, evidence);
    let finding = match view.bucket.filter(named) {
        Some(bucket) if path == format!("/{bucket}") => {
            finding(&format!("ends with the bucket's name, {shown}"))
        }
        Some(_) => finding(&format!("has the path {shown}, with the bucket's name in it")),
        None => finding(&format!("has the path {shown}")).under(Circumstance::OtherBucket),
    };
    Some(match view.disclosure.show(path) {
        Some(path) => finding.with("path", path),
        None => finding,
    })
}

/// What a URL parser would rewrite, or servers may read in two ways.
fn rewritten(view: &View<'_>) -> Option<Finding> {
    if !matches!(view.scheme, Scheme::Https | Scheme::Http) {
        return None;
    }
    let found = differences(&UrlText::split(view.subject.core()), &view.url);
    let remaining = found.iter().filter(|difference| !is_reported_elsewhere(view, difference));
    let mut faults = remaining.filter_map(|difference| fault_of(difference, view.disclosure));
    let finding = view.error(Code::ConfigEndpointRewritten, &faults.next()?);
    let finding = faults
        .fold(finding, |finding, fault| finding.because(format!("{} {fault}", view.subject.variable.name())));
    Some(match view.corrected().and_then(|plain| view.disclosure.show(&plain)) {
        Some(plain) => finding.because(format!("in a form that nothing rewrites, it may read `{plain}`")),
        None => finding,
    })
}

/// Whether another rule names the same fault.
fn is_reported_elsewhere(view: &View<'_>, difference: &Difference) -> bool {
    match difference {
        Difference::Rewritten { part: Part::Scheme | Part::Login | Part::End, .. } | Difference::Host(_) => {
            true
        }
        Difference::Rewritten { part: Part::Path, .. } | Difference::Path { .. } => path(view).is_some(),
        Difference::Rewritten { part: Part::Host | Part::Port, .. } => false,
    }
}

fn fault_of(difference: &Difference, disclosure: &Disclosure) -> Option<String> {
    match difference {
        Difference::Rewritten { part, text, wire } => {
            let (part, text, wire) = (part.name(), disclosure.quote(text), disclosure.quote(wire));
            Some(format!(
                "has the {part} {text}, which a URL parser turns into {wire}{}",
                odd_letters(difference)
            ))
        }
        Difference::Path { segment, fault } => {
            let segment = disclosure.quote(segment);
            Some(format!(
                "has {segment} as a part of its path, which {fault}: servers and proxies read it differently"
            ))
        }
        Difference::Host(_) => None,
    }
}

/// Names characters that look like ASCII by their code points.
fn odd_letters(difference: &Difference) -> String {
    let Difference::Rewritten { text, .. } = difference else { return String::new() };
    text.chars().find(|letter| !letter.is_ascii()).map_or_else(String::new, |letter| {
        format!("; it contains U+{:04X}, which is not ASCII", u32::from(letter))
    })
}

fn not_r2(view: &View<'_>) -> Option<Finding> {
    (view.host == Host::Other).then(|| {
        let evidence = format!("{} points to {}, which is not R2", view.subject.named(), view.host_name());
        view.subject.warning(Code::ConfigEndpointNotR2).because(evidence)
    })
}
