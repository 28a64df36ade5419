//! Which root certificates are trusted, and which variable selected them.

use std::path::PathBuf;

use super::{ClientKind, Variables};

/// The root certificates for a server.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Trust {
    /// The public authorities, from the list that the program brings: as `certifi` does for Python.
    Bundled,
    /// The system's and the bundled ones, so that a slim container without certificates works too.
    System,
    /// Those in files that a variable names, and no others.
    Chosen(Places),
}

/// The files and folders of root certificates.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Places {
    /// The variable that names them.
    pub chosen_by: &'static str,
    /// A file of certificates.
    pub file: Option<PathBuf>,
    /// Folders of such files.
    pub folders: Vec<PathBuf>,
}

/// The variables of boto3, the first that is set (`botocore.session.create_client`, `botocore.endpoint._get_verify_value`).
const BUNDLES: [&str; 2] = ["AWS_CA_BUNDLE", "REQUESTS_CA_BUNDLE"];

impl Trust {
    /// The trust of a client in an environment.
    pub fn of(client: ClientKind, variables: &Variables) -> Self {
        match client {
            ClientKind::Boto3 => Self::of_boto3(variables),
            ClientKind::Native => Self::of_the_system(variables),
        }
    }

    fn of_boto3(variables: &Variables) -> Self {
        let mut set = BUNDLES.iter().filter_map(|name| Some((*name, variables.get(name)?)));
        set.next().map_or(Self::Bundled, |(chosen_by, file)| {
            // urllib3 expands a home folder.
            let file = file.to_str().map_or_else(|| PathBuf::from(file), |file| variables.at_home(file));
            Self::Chosen(Places { chosen_by, file: Some(file), folders: Vec::new() })
        })
    }

    /// The trust of programs that leave it to the system: if `SSL_CERT_FILE` or `SSL_CERT_DIR` is set, only those count.
    pub fn of_the_system(variables: &Variables) -> Self {
        let [file, folders] = ["SSL_CERT_FILE", "SSL_CERT_DIR"].map(|name| variables.get(name));
        if file.is_none() && folders.is_none() {
            return Self::System;
        }
        let chosen_by = if file.is_some() { "SSL_CERT_FILE" } else { "SSL_CERT_DIR" };
        let folders = folders.map(|folders| std::env::split_paths(folders).collect()).unwrap_or_default();
        let folders = Vec::into_iter(folders).filter(|folder| !folder.as_os_str().is_empty()).collect();
        Self::Chosen(Places { chosen_by, file: file.map(PathBuf::from), folders })
    }

    /// Whether OpenSSL takes a certificate among these for a server's own, also where it is an authority's: boto3 hands it the
    /// file. Which library another client has is not known.
    pub fn is_of_openssl(&self) -> bool {
        self.chosen_by().is_some_and(|variable| BUNDLES.contains(&variable))
    }

    /// The variable that chooses, if one does.
    pub fn chosen_by(&self) -> Option<&'static str> {
        match self {
            Self::Bundled | Self::System => None,
            Self::Chosen(places) => Some(places.chosen_by),
        }
    }
}
