//! Folders with descriptions of AWS's services, which boto3 prefers to those that it brings (`botocore/loaders.py`).

use std::path::{Path, PathBuf};

use super::profile::Profile;
use super::{Fault, Variables};
use crate::base::worker::Worker;

/// The variable that names such folders, and the key of a profile.
const PATHS: (&str, &str) = ("AWS_DATA_PATH", "data_path");
/// The folder that always is one.
const OWN: &str = "~/.aws/models";
/// What a client for S3 reads of such a folder, but for the folder `s3`; each with `.json` or `.json.gz` behind it.
const OF_ALL: [&str; 4] = ["endpoints", "partitions", "sdk-default-configuration", "_retry"];
/// What it reads of a folder within `s3`, by how the names begin.
const OF_S3: [&str; 2] = ["service-2.", "endpoint-rule-set-1."];
/// The separator of folders (`os.pathsep`).
const SEPARATOR: char = if cfg!(windows) { ';' } else { ':' };
/// Upper bound of the entries of a folder.
const MOST: usize = 1024;

/// A description that boto3 uses instead of its own: what it then sends is not known here.
pub fn foreign(worker: &Worker, variables: &Variables, profile: &Profile) -> Option<Fault> {
    let (variable, key) = PATHS;
    let named = variables.text(variable);
    let entry = profile.entry(key).filter(|_| named.is_none());
    let paths = named.as_deref().or_else(|| entry?.text());
    let mut folders =
        paths.into_iter().flat_map(|paths| paths.split(SEPARATOR)).map(|path| variables.expanded(path));
    if let Some(found) = folders.find_map(|folder| within(worker, &folder)) {
        let what = |name: &str| {
            format!("{name} leads boto3 to {}, which it takes in the place of its own", found.display())
        };
        let fault = match entry {
            Some(entry) => Fault::in_file(&entry.place(), what(&entry.place())),
            None => Fault::in_variable(variable, what(variable)),
        };
        return Some(fault.unfollowed());
    }
    let found = within(worker, &variables.at_home(OWN))?.display().to_string();
    let what = format!("boto3 takes {found} for its own description of AWS");
    Some(Fault::in_file(&found, what).unfollowed())
}

/// The first description in a folder that a client for S3 reads.
fn within(worker: &Worker, folder: &Path) -> Option<PathBuf> {
    let names = worker.names(folder, MOST);
    let is_read = |name: &String| {
        let bare = name.strip_suffix(".gz").unwrap_or(name).strip_suffix(".json");
        bare.is_some_and(|bare| OF_ALL.contains(&bare))
    };
    if let Some(name) = names.iter().find(|name| is_read(name)) {
        return Some(folder.join(name));
    }
    let own = names.iter().find(|name| *name == "s3").map(|name| folder.join(name))?;
    worker.names(&own, MOST).into_iter().map(|version| own.join(version)).find_map(|version| {
        let names = worker.names(&version, MOST);
        let name = names.into_iter().find(|name| OF_S3.iter().any(|start| name.starts_with(start)))?;
        Some(version.join(name))
    })
}
