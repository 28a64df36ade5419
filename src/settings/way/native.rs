//! The proxy of programs that follow curl's variables: `HTTPS_PROXY`, `ALL_PROXY` and `NO_PROXY`, by the rules of
//! `hyper-util`.

use std::sync::Arc;

use hyper_util::client::proxy::matcher::Matcher;

use super::address::{Address, Unusable};
use super::{NoWay, Proxy, UnusableProxy, Variables};

/// The variables that name a proxy for `https`. Of two spellings the first that is set counts, and a name of the second
/// row only where the first row names no proxy.
const VARIABLES: [[&str; 2]; 2] = [["HTTPS_PROXY", "https_proxy"], ["ALL_PROXY", "all_proxy"]];
/// Those that name hosts to be reached without a proxy.
const EXEMPTIONS: [&str; 2] = ["NO_PROXY", "no_proxy"];
/// A stand-in for a proxy, to find out whether one would be used.
const STAND_IN: &str = "http://localhost";

/// The proxies from the environment.
pub struct Choice {
    matcher: Matcher,
    proxy: Option<Arc<Proxy>>,
    ignored: Vec<UnusableProxy>,
    unreadable: Option<UnusableProxy>,
    /// The variable that counts for exempted hosts, or would count.
    pub exempting: &'static str,
    /// The same for the proxy itself.
    pub naming: &'static str,
}

impl Choice {
    /// Reads the variables in order, up to the first usable proxy.
    pub fn read(variables: &Variables) -> Self {
        let (mut proxy, mut ignored, mut unreadable) = (None, Vec::new(), None);
        for (variable, value) in VARIABLES.iter().filter_map(|spellings| first_set(spellings, variables)) {
            let unusable = |reason| UnusableProxy { variable: variable.to_owned(), reason };
            match usable(value) {
                Ok(None) => continue,
                Ok(Some(address)) => proxy = address.proxy(variable).map(Arc::new),
                Err(Unusable::Unreadable(reason)) => unreadable = Some(unusable(reason)),
                Err(Unusable::Unsupported(reason)) => {
                    ignored.push(unusable(reason));
                    continue;
                }
            }
            break;
        }
        let exempt = EXEMPTIONS.iter().find_map(|name| variables.get(name)?.to_str()).unwrap_or_default();
        let matcher = Matcher::builder().https(STAND_IN).no(exempt).build();
        let (exempting, naming) = (counting(&EXEMPTIONS, variables), counting(&VARIABLES[0], variables));
        Self { matcher, proxy, ignored, unreadable, exempting, naming }
    }

    /// As [`super::Way::proxy_for`], for TLS.
    pub fn proxy_for(&self, host: &str, port: u16) -> Result<Option<Arc<Proxy>>, NoWay> {
        if !self.concerns(host, port) {
            return Ok(None);
        }
        match &self.unreadable {
            Some(unreadable) => Err(NoWay::Unreadable(unreadable.clone())),
            None => Ok(self.proxy.clone()),
        }
    }

    /// As [`super::Way::ignored_for`], for TLS.
    pub fn ignored_for(&self, host: &str, port: u16) -> Vec<UnusableProxy> {
        if self.concerns(host, port) { self.ignored.clone() } else { Vec::new() }
    }

    /// Whether a proxy would be used, if there is one.
    fn concerns(&self, host: &str, port: u16) -> bool {
        let target = format!("https://{host}:{port}/").parse();
        target.is_ok_and(|target| self.matcher.intercept(&target).is_some())
    }
}

/// The spelling that counts, or would count if it were set.
fn counting(spellings: &[&'static str; 2], variables: &Variables) -> &'static str {
    spellings.iter().find(|name| variables.get(name).is_some()).unwrap_or(&spellings[0])
}

/// The first of several spellings that is set, with its value, if that is text.
fn first_set<'a>(
    spellings: &[&'static str],
    variables: &'a Variables,
) -> Option<(&'static str, Option<&'a str>)> {
    spellings.iter().find_map(|name| Some((*name, variables.get(name)?.to_str())))
}

/// The proxy's address, none if the variable is empty, or why the value cannot be used.
fn usable(value: Option<&str>) -> Result<Option<Address>, Unusable> {
    let value = value.ok_or(Unusable::Unsupported("is not UTF-8"))?;
    if value.is_empty() { Ok(None) } else { Address::read(value.to_owned()).map(Some) }
}
