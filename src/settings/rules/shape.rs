//! What is well-formed for each variable: a value without findings of the rules.

use super::bucket;
use super::endpoint::endpoint;
use super::placeholder::stands_for_another;
use super::reference::family;
use super::region;
use super::{Site, Subject, is_hex};
use crate::base::finding::Severity;
use crate::settings::Variable;
use crate::settings::characters;
use crate::settings::disclosure::Disclosure;
use crate::settings::endpoint::{Endpoint, Provider};
use crate::settings::extra::{Peeled, Shape, peel, peel_plain};
use crate::settings::rules::endpoint_host::is_account;

/// The extra text of a value, if the rest is well-formed at this site, or if it is certain although no rest is well-formed.
/// If the site is unknown, the shapes of R2's keys come first.
pub fn peeled(variable: Variable, raw: &str, site: &Site) -> Option<Peeled> {
    let sites: &[&Site] = match site {
        Site::Unknown if is_key(variable) => &[&Site::R2(None), &Site::Other],
        Site::R2(_) | Site::Other | Site::Unknown => &[site],
    };
    let sound = sites.iter().find_map(|site| {
        let fits = |text: &str| is_well_formed(variable, text, raw, site);
        let particular = is_particular(variable, site);
        // A reference holds the name of what it refers to.
        let anywhere = particular && family(raw).is_none();
        peel(raw, &Shape { variable, particular, anywhere, fits: &fits })
    });
    sound.or_else(|| {
        let plain = |text: &str| is_clean(variable, text);
        let has_login = variable == Variable::Endpoint && raw.contains('@');
        peel_plain(raw, variable, &plain).filter(|_| !has_login)
    })
}

fn is_key(variable: Variable) -> bool {
    matches!(variable, Variable::AccessKeyId | Variable::SecretAccessKey)
}

/// Whether no text has a variable's shape by chance.
fn is_particular(variable: Variable, site: &Site) -> bool {
    match variable {
        Variable::Enabled | Variable::Endpoint => true,
        Variable::AccessKeyId | Variable::SecretAccessKey => matches!(site, Site::R2(_)),
        Variable::SessionToken | Variable::BucketName | Variable::Region => false,
    }
}

fn is_well_formed(variable: Variable, text: &str, raw: &str, site: &Site) -> bool {
    let on_r2 = matches!(site, Site::R2(_));
    match variable {
        Variable::Enabled => text.eq_ignore_ascii_case("true"),
        Variable::Endpoint => is_endpoint(text, raw),
        Variable::AccessKeyId if on_r2 => is_hex(text, 32),
        Variable::SecretAccessKey if on_r2 => is_hex(text, 64),
        Variable::AccessKeyId | Variable::SecretAccessKey | Variable::SessionToken => {
            is_clean(variable, text)
        }
        Variable::BucketName => bucket::is_sound(text, site) && is_clean(variable, text),
        Variable::Region => region::is_sound(text, site) && is_clean(variable, text),
    }
}

/// Whether the rules about characters find nothing, and the text is no example.
fn is_clean(variable: Variable, text: &str) -> bool {
    text.bytes().all(|byte| byte.is_ascii_graphic())
        && characters::core(variable, text) == text
        && !stands_for_another(variable, text)
}

/// Whether no rule finds a fault in an endpoint. If the value holds an `@`, a part of it may be a password, so that only the
/// host of an account is certain.
fn is_endpoint(text: &str, raw: &str) -> bool {
    let Ok(parsed) = Endpoint::parse(text) else { return false };
    let is_r2 = matches!(parsed.provider(), Provider::R2 { account_id, .. } if is_account(account_id));
    let subject = Subject::bare(Variable::Endpoint, text);
    let (findings, _) = endpoint(&subject, None, &Disclosure::new([]));
    (is_r2 || !raw.contains('@'))
        && !stands_for_another(Variable::Endpoint, text)
        && findings.iter().all(|finding| finding.severity != Severity::Error)
}
