//! The settings that the demo hands to the run: sound ones for its own server, or faulty ones for the rules to find.

use std::collections::BTreeMap;

use uuid::Uuid;

use crate::secret::Secret;
use crate::settings::correction::secret_of_token;
use crate::settings::endpoint::{Endpoint, R2_DOMAIN};
use crate::settings::{self, Environment, Loaded, Raw, Setting, Settings, Source, Strays, Variable};

/// The bucket that the server has.
pub const BUCKET: &str = "demo-recordings";

/// Variables and their values.
pub type Pairs = BTreeMap<Variable, String>;

/// What is needed to reach a server.
#[derive(Clone)]
pub struct Access {
    /// Its endpoint.
    pub endpoint: String,
    /// The access key id.
    pub key: String,
    /// The API token that the credentials belong to.
    pub token: String,
    /// The secret access key: the SHA-256 of the token, as on R2.
    pub secret: String,
    /// The bucket.
    pub bucket: String,
}

impl Access {
    /// New credentials in the shape of R2's, for a server at this endpoint.
    pub fn new(endpoint: String) -> Self {
        let token = format!("cfat_{}{}", hex(1), &hex(1)[..16]);
        let secret = secret_of_token(&token).expose().to_owned();
        Self { endpoint, key: hex(1), token, secret, bucket: BUCKET.to_owned() }
    }

    /// Sound settings. They are made here and not judged: that the endpoint is not R2's needs no warning in a demo.
    ///
    /// # Errors
    /// When the endpoint is no URL, which would be a bug.
    pub fn loaded(self) -> Result<Loaded, url::ParseError> {
        let pairs = self.pairs();
        let provenance = Variable::ALL.map(|variable| Setting {
            variable,
            source: if pairs.contains_key(&variable) { Source::Default } else { Source::Missing },
            value: pairs.get(&variable).cloned().map(Secret::new),
            undecodable: None,
        });
        let secrets = [&self.key, &self.secret].map(|secret| Secret::new(secret.clone())).into();
        let settings = Settings {
            endpoint: Endpoint::parse(&self.endpoint)?,
            access_key_id: Secret::new(self.key),
            secret_access_key: Secret::new(self.secret),
            session_token: None,
            bucket: self.bucket,
            region: settings::DEFAULT_REGION.to_owned(),
        };
        Ok(Loaded {
            provenance: provenance.into(),
            env_file: None,
            secrets,
            strays: Strays::default(),
            findings: Vec::new(),
            settings: Some(settings),
        })
    }

    fn pairs(&self) -> Pairs {
        Pairs::from([
            (Variable::Enabled, "true".to_owned()),
            (Variable::Endpoint, self.endpoint.clone()),
            (Variable::AccessKeyId, self.key.clone()),
            (Variable::SecretAccessKey, self.secret.clone()),
            (Variable::BucketName, self.bucket.clone()),
            (Variable::Region, settings::DEFAULT_REGION.to_owned()),
        ])
    }
}

/// Settings for R2 as an environment would hold them, spoilt, and judged by the real rules. The account is made up, and
/// nothing is ever sent to it: whoever starts the demo makes sure that the rules refused them.
pub fn spoilt(spoil: fn(&mut Pairs)) -> Loaded {
    let mut pairs = Access::new(format!("https://{}.{R2_DOMAIN}", hex(1))).pairs();
    spoil(&mut pairs);
    let environment =
        Environment::from_pairs(pairs.into_iter().map(|(variable, value)| (variable.name(), value)));
    settings::judge(&Raw::without_file(environment))
}

/// So many times 32 random hexadecimal digits.
pub fn hex(times: usize) -> String {
    (0..times).map(|_| Uuid::new_v4().simple().to_string()).collect()
}
