//! The SDK with which the application sends its requests, as far as its files show. No Python is run.

use std::path::{Path, PathBuf};

use crate::base::surroundings::Surroundings;
use crate::base::worker::Worker;

/// The SDK whose forms of a request are known.
const NAME: &str = "boto3";
/// The first version that adds a CRC32 to each upload (<https://github.com/boto/boto3/issues/4392>).
const FIRST_WITH_CHECKSUMS: (u32, u32) = (1, 36);
/// Where builders for Railway put an application's packages: Nixpacks, and Railpack.
const BUILT: [&str; 2] = ["/opt/venv", "/app/.venv"];
/// Upper bound of the entries of a packages folder.
const MOST_NAMES: usize = 4096;

/// The variable by which botocore decides whether to add checksums (`botocore/configprovider.py`).
const CALCULATION: &str = "AWS_REQUEST_CHECKSUM_CALCULATION";

/// The variable by which it decides whether to compare those of downloads.
const VALIDATION: &str = "AWS_RESPONSE_CHECKSUM_VALIDATION";
/// The value of either by which it does so only where the API requires it; botocore reads it in any case.
const REQUIRED: &str = "when_required";

/// An SDK, its version, and how that is known.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Sdk {
    /// The version, as it is written.
    pub version: String,
    /// Where it was found, or the option that names it.
    pub found: String,
    /// Whether it is configured to add checksums only where the API requires them.
    pub when_required: bool,
    /// Whether it is configured to compare them only where the API requires it.
    pub validates_when_required: bool,
}

impl Sdk {
    /// Reads `boto3==1.34.144`.
    ///
    /// # Errors
    /// With the expected form.
    pub fn parse(text: &str) -> Result<Self, String> {
        let wanted = || format!("write it as {NAME}==1.34.144, with the version that the application has");
        let (name, version) = text.split_once("==").ok_or_else(wanted)?;
        let is_known = name.trim() == NAME && number(version).is_some();
        is_known.then(|| Self::new(version.trim(), "--sdk")).ok_or_else(wanted)
    }

    fn new(version: &str, found: &str) -> Self {
        let (version, found) = (version.to_owned(), found.to_owned());
        Self { version, found, when_required: false, validates_when_required: false }
    }

    /// `boto3==1.34.144`
    pub fn name(&self) -> String {
        format!("{NAME}=={}", self.version)
    }

    /// Whether it adds a checksum to each upload.
    pub fn adds_checksums(&self) -> bool {
        self.knows_checksums() && !self.when_required
    }

    /// Whether it asks for the checksum of each download, and compares it.
    pub fn compares_checksums(&self) -> bool {
        self.knows_checksums() && !self.validates_when_required
    }

    /// Whether it is a version before this one.
    pub fn is_before(&self, version: (u32, u32)) -> bool {
        number(&self.version).is_some_and(|own| own < version)
    }

    fn knows_checksums(&self) -> bool {
        number(&self.version).is_some_and(|version| version >= FIRST_WITH_CHECKSUMS)
    }

    /// Whether it adds the MD5 of each upload, as all did before.
    pub fn sends_md5(&self) -> bool {
        number(&self.version).is_some_and(|version| version < FIRST_WITH_CHECKSUMS)
    }

    /// The same, configured by the values of [`CALCULATION`] and [`VALIDATION`].
    #[must_use]
    pub fn configured(self, value: impl Fn(&str) -> Option<String>) -> Self {
        let is_required = |name| value(name).is_some_and(|value| value.eq_ignore_ascii_case(REQUIRED));
        let (when_required, validates_when_required) = (is_required(CALCULATION), is_required(VALIDATION));
        Self { when_required, validates_when_required, ..self }
    }
}

/// The first two numbers of a version.
fn number(version: &str) -> Option<(u32, u32)> {
    let mut parts = version.trim().split('.').map(|part| part.parse().ok());
    Some((parts.next()??, parts.next()??))
}

/// Where to search, from the environment.
#[derive(Clone, Debug, Default)]
pub struct Places {
    /// The program's own file.
    pub program: Option<PathBuf>,
    /// `VIRTUAL_ENV`
    pub virtual_env: Option<PathBuf>,
}

impl Places {
    /// Those of the program.
    pub fn of(around: &Surroundings) -> Self {
        let path = |name| around.value(name).filter(|value| !value.is_empty()).map(PathBuf::from);
        Self { program: around.program.clone(), virtual_env: path("VIRTUAL_ENV") }
    }
}

/// The SDK of the first virtual environment that has one: the program's own, the active one, those of builders.
pub fn find(worker: &Worker, around: &Places) -> Option<Sdk> {
    let own = around.program.as_deref().and_then(Path::parent).and_then(Path::parent).map(Path::to_owned);
    let built = BUILT.into_iter().map(PathBuf::from);
    own.into_iter().chain(around.virtual_env.clone()).chain(built).find_map(|place| installed(worker, &place))
}

/// The version in a virtual environment, by the name of the folder in which installers describe a package.
fn installed(worker: &Worker, place: &Path) -> Option<Sdk> {
    let lib = place.join("lib");
    let pythons = worker.names(&lib, MOST_NAMES).into_iter().filter(|name| name.starts_with("python3"));
    pythons.into_iter().find_map(|python| {
        let packages = lib.join(python).join("site-packages");
        let names = worker.names(&packages, MOST_NAMES);
        let version =
            names.iter().find_map(|name| name.strip_prefix("boto3-")?.strip_suffix(".dist-info"))?;
        number(version)?;
        Some(Sdk::new(version, &place.display().to_string()))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    const WORKER: Worker = Worker::of_a_test();

    #[test]
    fn a_version_decides_unless_the_configuration_does() {
        for (version, adds) in [("1.34.144", false), ("1.35.99", false), ("1.36.0", true), ("2.0", true)] {
            let sdk = Sdk::parse(&format!("boto3=={version}")).expect("version");
            assert_eq!(sdk.adds_checksums(), adds, "{version}");
            assert_eq!((sdk.compares_checksums(), sdk.sends_md5()), (adds, !adds), "{version}");
            let set = |name, value: &str| {
                let value = value.to_owned();
                sdk.clone().configured(move |asked| (asked == name).then(|| value.clone()))
            };
            let (uploads, downloads) = (set(CALCULATION, "When_Required"), set(VALIDATION, "when_required"));
            assert_eq!((uploads.adds_checksums(), uploads.compares_checksums()), (false, adds));
            assert_eq!((downloads.adds_checksums(), downloads.compares_checksums()), (adds, false));
            assert_eq!(set(CALCULATION, "when_supported").adds_checksums(), adds);
        }
        for bad in ["boto3", "boto3==", "boto3==x.y", "botocore==1.36.0", "boto3>=1.36"] {
            assert!(Sdk::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn the_version_is_that_of_the_first_environment_that_has_one() {
        let folder = tempfile::tempdir().expect("folder");
        let environment = |name: &str, version: &str| {
            let place = folder.path().join(name);
            let packages = place.join("lib/python3.11/site-packages");
            std::fs::create_dir_all(packages.join(format!("boto3-{version}.dist-info"))).expect("folder");
            std::fs::create_dir_all(packages.join("boto3_helper-9.9.dist-info")).expect("folder");
            place
        };
        let active = environment("active", "1.34.144");
        let around = Places { virtual_env: Some(active.clone()), ..Places::default() };
        let found = find(&WORKER, &around).expect("found");
        assert_eq!((found.name().as_str(), found.found), ("boto3==1.34.144", active.display().to_string()));
        let own = environment("own", "1.44.8");
        let around = Places { program: Some(own.join("bin/r2-selftest")), ..around };
        assert_eq!(find(&WORKER, &around).expect("found").version, "1.44.8");
    }
}
