//! The settings of a demo: sound ones for its own server, or faulty ones for the rules to find.

use std::collections::BTreeMap;
use std::io;

use masking::Secret;
use simulator::Token;

use crate::settings::endpoint::Endpoint;
use crate::settings::lists::{self, R2_DOMAIN};
use crate::settings::payload::Payload;
use crate::settings::sdk::Sdk;
use crate::settings::style::Style;
use crate::settings::way::Variables;
use crate::settings::{self, Environment, Loaded, Raw, Setting, Settings, Source, Strays, Variable};

/// The bucket that the server has.
pub const BUCKET: &str = "demo-recordings";

/// Variables and their values.
pub type Pairs = BTreeMap<Variable, String>;

/// What is needed to reach a server.
pub struct Access {
    /// Its endpoint.
    pub endpoint: String,
    /// The API token, and the credentials that belong to it.
    pub token: Token,
    /// The bucket.
    pub bucket: String,
    /// The SDK whose form uploads have.
    pub sdk: Option<Sdk>,
}

impl Access {
    /// These credentials, for a server at this endpoint.
    pub fn new(endpoint: String, token: Token) -> Self {
        Self { endpoint, token, bucket: BUCKET.to_owned(), sdk: None }
    }

    /// New credentials, for an endpoint without a server.
    pub fn nowhere(endpoint: String) -> Self {
        Self::new(endpoint, Token::read_write())
    }

    /// Sound settings, without the rules: a demo needs no warning that its endpoint is not R2's.
    ///
    /// # Errors
    /// When the endpoint cannot be parsed, which would be a bug.
    pub fn loaded(self) -> io::Result<Loaded> {
        let pairs = self.pairs();
        let provenance = Variable::ALL.map(|variable| Setting {
            variable,
            source: if pairs.contains_key(&variable) { Source::Default } else { Source::Missing },
            value: pairs.get(&variable).cloned().map(Secret::new),
            undecodable: None,
            line: None,
        });
        let secrets = [&self.token.id, &self.token.secret].map(|secret| Secret::new(secret.clone())).into();
        let settings = Settings {
            endpoint: Endpoint::parse(&self.endpoint).map_err(io::Error::other)?,
            access_key_id: Secret::new(self.token.id),
            secret_access_key: Secret::new(self.token.secret),
            session_token: None,
            bucket: self.bucket,
            region: lists::REGION.to_owned(),
            style: Style::default(),
            payload: Payload::default(),
        };
        Ok(Loaded {
            repaired: Vec::new(),
            sdk: self.sdk,
            looked_for_sdk: false,
            provenance: provenance.into(),
            env_file: None,
            // What is advised is for whoever sees the same of a bucket of their own.
            reads_env_file: true,
            secrets,
            strays: Strays::default(),
            style_set: None,
            payload_set: None,
            variables: Variables::default(),
            findings: Vec::new(),
            settings: Some(settings),
        })
    }

    fn pairs(&self) -> Pairs {
        Pairs::from([
            (Variable::Enabled, "true".to_owned()),
            (Variable::Endpoint, self.endpoint.clone()),
            (Variable::AccessKeyId, self.token.id.clone()),
            (Variable::SecretAccessKey, self.token.secret.clone()),
            (Variable::BucketName, self.bucket.clone()),
            (Variable::Region, lists::REGION.to_owned()),
        ])
    }
}

/// Settings for R2 as in an environment, with a fault, judged by the real rules. The account is invented, and nothing is ever
/// sent to it: [`super::running::Demo::start`] fails unless the rules refuse them.
pub fn spoilt(spoil: fn(&mut Pairs)) -> Loaded {
    let mut pairs = Access::nowhere(format!("https://{}.{R2_DOMAIN}", Token::read_write().id)).pairs();
    spoil(&mut pairs);
    let environment =
        Environment::from_pairs(pairs.into_iter().map(|(variable, value)| (variable.name(), value)));
    settings::judge(&Raw::without_file(environment))
}
