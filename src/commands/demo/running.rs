//! A running demo: its servers, and the settings that reach them.

use std::any::Any;
use std::io;
use std::net::SocketAddr;

use simulator::{DeadEnd, Does, Proxy};

use super::environment::{self, Access};
use super::fault::DemoFault;
use super::staging::{Staging, healthy, staging};
use crate::settings::Loaded;
use crate::settings::sdk::Sdk;
use crate::settings::way::Way;

/// A running demo. It stops when this is dropped.
pub struct Demo {
    loaded: Loaded,
    proxy: Option<SocketAddr>,
    /// The servers and ports, kept for as long as the demo runs.
    _resources: Box<dyn Any>,
}

/// An endpoint that is never reached, because its proxy refuses every request.
const BEHIND_A_PROXY: &str = "https://127.0.0.1";

impl Demo {
    /// Starts a demo, healthy or with a fault, with uploads in the form of this SDK, on free ports of 127.0.0.1. The runtime of the caller serves it.
    ///
    /// # Errors
    /// When no port is free, or when the run would leave this machine.
    pub fn start(fault: Option<DemoFault>, sdk: Option<Sdk>) -> io::Result<Self> {
        let (mut loaded, proxy, resources): (_, _, Box<dyn Any>) = match fault.map_or_else(healthy, staging) {
            Staging::Environment(spoil) => (environment::spoilt(spoil), None, Box::new(())),
            Staging::Server(builder, change) => {
                let server = builder.try_start()?;
                let mut access = Access::new(server.endpoint(), server.token().clone());
                change(&mut access);
                (access.loaded()?, None, Box::new(server))
            }
            Staging::NobodyListens => {
                let port = DeadEnd::try_refusing()?;
                (Access::nowhere(port.endpoint()).loaded()?, None, Box::new(port))
            }
            Staging::Proxy(status) => {
                let proxy = Proxy::builder().does(Does::Refuse(status)).try_start()?;
                (behind_a_proxy()?, Some(proxy.address), Box::new(proxy))
            }
            Staging::NoProxyListens => {
                let port = DeadEnd::try_refusing()?;
                (behind_a_proxy()?, Some(port.address), Box::new(port))
            }
        };
        loaded.sdk = sdk.or(loaded.sdk);
        stays_here(&loaded)?;
        Ok(Self { loaded, proxy, _resources: resources })
    }

    /// The settings of the run.
    pub fn loaded(&self) -> &Loaded {
        &self.loaded
    }

    /// The route of the run.
    pub fn way(&self) -> Way {
        self.proxy.map_or_else(Way::direct, Way::through)
    }
}

fn behind_a_proxy() -> io::Result<Loaded> {
    Access::nowhere(BEHIND_A_PROXY.to_owned()).loaded()
}

/// Verifies that a demo does not leave the machine, even if the rules miss a fault.
fn stays_here(loaded: &Loaded) -> io::Result<()> {
    match &loaded.settings {
        Some(settings) if !settings.endpoint.is_loopback() => {
            Err(io::Error::other("the demo's fault was not found in its settings"))
        }
        Some(_) | None => Ok(()),
    }
}
