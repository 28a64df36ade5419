//! Whether the program passes exactly where the application's client works: `boto3` itself, in the same environments,
//! against the same servers on loopback.
//!
//! It wants what `tests/servers/install` installs, and runs with `--ignored`. `R2_SELFTEST_PYTHON` names another Python that
//! has boto3.
#![allow(clippy::disallowed_methods, reason = "a test waits for as long as it is given")]
#![cfg(unix)]
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

mod hashes;
mod rows;
mod settings;

use std::collections::BTreeMap;
use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Child, ChildStdin, ChildStdout, Command, Stdio};

use simulator::{BUCKET, DeadEnd, Does, Fault, Op, Proxy, R2, S3Error, Tls};
use tempfile::TempDir;

/// A name under which the server of plain HTTP is reached, through a proxy.
const NAME: &str = "store";

type Variables = BTreeMap<String, String>;

/// boto3 in a process of its own, which answers row by row.
struct Boto3 {
    child: Child,
    input: ChildStdin,
    output: BufReader<ChildStdout>,
    version: String,
}

/// A folder of what `tests/servers/install` installs.
fn installed(name: &str) -> PathBuf {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let servers = std::env::var_os("R2_SELFTEST_SERVERS").map(PathBuf::from);
    servers.unwrap_or_else(|| root.join(".cache/servers")).join(name)
}

/// Python with boto3, running a script of this folder.
fn python(script: &str) -> Command {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let packages = installed("python");
    let own = packages.join("bin/python");
    let named = std::env::var_os("R2_SELFTEST_PYTHON").map(PathBuf::from);
    let python = named.or_else(|| own.exists().then_some(own)).unwrap_or_else(|| "python3".into());
    let mut command = Command::new(python);
    command.arg(root.join("tests/clients").join(script)).env("PYTHONPATH", packages);
    command.stdin(Stdio::piped()).stdout(Stdio::piped());
    command
}

impl Boto3 {
    fn start() -> Self {
        Self::of(python("boto3_rows.py"))
    }

    /// One of the versions that are installed apart.
    fn of_version(version: &str) -> Self {
        let mut command = python("boto3_rows.py");
        command.env("PYTHONPATH", installed(&format!("boto3-{version}")));
        let boto3 = Self::of(command);
        assert_eq!(boto3.version, version);
        boto3
    }

    fn of(mut command: Command) -> Self {
        let mut child = command.spawn().unwrap();
        let (input, output) = (child.stdin.take().unwrap(), child.stdout.take().unwrap());
        let mut boto3 = Self { child, input, output: BufReader::new(output), version: String::new() };
        boto3.version = boto3.line();
        boto3
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        assert_ne!(self.output.read_line(&mut line).unwrap(), 0, "Python ended: is boto3 installed?");
        line.trim_end().to_owned()
    }

    /// Whether it works in an environment, and how it fails.
    fn works(&mut self, environment: &Variables) -> (bool, String) {
        writeln!(self.input, "{}", serde_json::to_string(environment).unwrap()).unwrap();
        let answer: serde_json::Value = serde_json::from_str(&self.line()).unwrap();
        (answer["works"].as_bool().unwrap(), answer["error"].as_str().unwrap().to_owned())
    }
}

impl Drop for Boto3 {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

/// What the rows meet.
struct World {
    tls: R2,
    plain: R2,
    own: R2,
    hashed: [R2; 2],
    summed: R2,
    modeless: R2,
    odd: Vec<(&'static str, R2)>,
    folder: TempDir,
    names: Vec<(&'static str, String)>,
    _kept: (Proxy, Proxy, Proxy, Proxy, DeadEnd, R2),
}

impl World {
    fn start() -> Self {
        let tls = R2::builder().tls(Tls::Good).start();
        let own = R2::builder().tls(Tls::OwnAuthority).start();
        let plain = R2::builder().virtual_host(NAME, BUCKET).start();
        let by_name = Proxy::builder().map(&format!("{NAME}:80"), plain.address);
        let by_name = by_name.map(&format!("{BUCKET}.{NAME}:80"), plain.address).start();
        let other = R2::builder().tls(Tls::Good).start();
        // Servers that want the hash of every body.
        let refused = |says: &str| {
            Fault::on(Op::Any).with("x-amz-content-sha256", says).error(S3Error::access_denied())
        };
        let hashed = || {
            let framed = refused("STREAMING-UNSIGNED-PAYLOAD-TRAILER");
            R2::builder().fault(refused("UNSIGNED-PAYLOAD")).fault(framed)
        };
        let hashed = [hashed().start(), hashed().tls(Tls::Good).start()];
        let (proxy, refusing) = (Proxy::builder().start(), Proxy::builder().does(Does::Refuse(403)).start());
        let (with_login, dead) =
            (Proxy::builder().login("ada", "correct@horse#1").start(), DeadEnd::refusing());
        let folder = tempfile::tempdir().unwrap();
        let file = |name: &str, text: &str| {
            fs::write(folder.path().join(name), text).unwrap();
            folder.path().join(name).display().to_string()
        };
        let authority = |server: &R2| fs::read_to_string(server.authority_file()).unwrap();
        let at = |login: &str| format!("http://{login}@{}", with_login.address);
        let names = vec![
            ("{good}", tls.authority_file().display().to_string()),
            ("{own}", file("own.pem", own.own_certificate())),
            ("{other}", other.authority_file().display().to_string()),
            ("{both}", file("both.pem", &(authority(&other) + &authority(&tls)))),
            ("{empty}", file("empty.pem", "")),
            ("{garbage}", file("garbage", "no section\n")),
            ("{folder}", folder.path().display().to_string()),
            ("{proxy}", proxy.url()),
            ("{by-name}", by_name.url()),
            ("{address}", proxy.address.to_string()),
            ("{refusing}", refusing.url()),
            ("{dead}", dead.endpoint()),
            ("{login}", at("ada:correct%40horse%231")),
            ("{wrong-login}", at("ada:mule")),
            ("{at-login}", at("ada:correct@horse%231")),
            ("{hash-login}", at("ada:correct%40horse#1")),
            ("{half-login}", at("ada")),
            ("{server}", tls.address.to_string()),
            ("{port}", plain.address.port().to_string()),
        ];
        let wrong = Fault::on(Op::Get).header("x-amz-checksum-crc32", "AAAAAA==");
        let summed = R2::builder().fault(wrong).start();
        let asked = Fault::on(Op::Get).with("x-amz-checksum-mode", "ENABLED");
        let modeless = R2::builder().fault(asked.error(S3Error::access_denied())).start();
        for (name, path) in [("s3", "s3/2006-03-01/service-2.json"), ("root", "endpoints.json")] {
            let path = folder.path().join("models-of").join(name).join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, "{}").unwrap();
        }
        let kept = (proxy, refusing, with_login, by_name, dead, other);
        let odd = odd_servers();
        Self { tls, plain, own, hashed, summed, modeless, odd, folder, names, _kept: kept }
    }

    /// The environment of a row.
    fn environment(&self, server: &str, row: &str) -> Variables {
        let server = match server {
            "tls" => &self.tls,
            "own" => &self.own,
            "hashed" => &self.hashed[0],
            "hashed-tls" => &self.hashed[1],
            "summed" => &self.summed,
            "modeless" => &self.modeless,
            "plain" => &self.plain,
            odd => &self.odd.iter().find(|(name, _)| *name == odd).unwrap().1,
        };
        let mut variables: Variables = server.env().into_iter().collect();
        variables.remove("SSL_CERT_FILE");
        variables.insert("HOME".to_owned(), self.folder.path().join("home").display().to_string());
        variables.insert("AWS_MAX_ATTEMPTS".to_owned(), "1".to_owned());
        for word in row.split(' ') {
            match word.split_once('=') {
                None => drop(variables.remove(word)),
                Some((name, value)) => drop(variables.insert(name.to_owned(), self.value(value))),
            }
        }
        variables
    }

    fn value(&self, text: &str) -> String {
        // The logins hold `%` of their own.
        let mut text = text.replace("%20", " ").replace("%0A", "\n");
        for (name, value) in &self.names {
            text = text.replace(name, value);
        }
        let Some(setting) = text.strip_prefix("{config:").and_then(|rest| rest.strip_suffix('}')) else {
            return text;
        };
        let path = self.folder.path().join(format!("config-{}", setting.len()));
        fs::write(&path, format!("[default]\n{setting}\n")).unwrap();
        path.display().to_string()
    }
}

/// Servers with answers that boto3 may not read, each by its name.
fn odd_servers() -> Vec<(&'static str, R2)> {
    let downloads = || Fault::on(Op::Get).first(2);
    let many = |count| {
        let fault = Fault::on(Op::List);
        (0..count).fold(fault, |fault, number| fault.header(&format!("X-Filler-{number}"), "y"))
    };
    let unbound = Fault::on(Op::List).edit(|reply| {
        let text = reply.text().replace("<Contents>", "<Contents><odd:Name/>");
        reply.body = text.into_bytes();
    });
    let talking = Fault::on(Op::Put).edit(|reply| reply.body = b"stored".to_vec());
    let faults = [
        ("hinted", downloads().preceded_by(b"HTTP/1.1 103 Early Hints\r\n\r\n")),
        ("dated", downloads().header("Last-Modified", "yesterday")),
        ("counted", downloads().header("x-amz-missing-meta", "none")),
        ("unbound", unbound),
        ("talking", talking),
        ("sha1", downloads().header("x-amz-checksum-sha1", "AAAA")),
        ("sha256", downloads().header("x-amz-checksum-sha256", "AAAA")),
        ("sha512", downloads().header("x-amz-checksum-sha512", "AAAA")),
        ("many-fields", many(100)),
        ("fewer-fields", many(80)),
    ];
    faults.into_iter().map(|(name, fault)| (name, R2::builder().fault(fault).start())).collect()
}

/// Whether the program passes, and what it says else.
fn passes(environment: &Variables, sdk: &str) -> (bool, String) {
    let mut command = Command::new(env!("CARGO_BIN_EXE_r2-selftest"));
    command.env_clear().envs(environment).args(["--json", "--no-env-file", "--no-experiments"]);
    command.args(["--sdk", sdk]);
    let output = command.args(["--timeout", "3s", "--retries", "0"]).output().unwrap();
    let report: serde_json::Value = serde_json::from_slice(&output.stdout).unwrap();
    (output.status.success(), report["root_cause"].as_str().unwrap_or_default().to_owned())
}

#[test]
#[ignore = "wants boto3"]
fn the_program_passes_exactly_where_boto3_works() {
    let (world, mut boto3) = (World::start(), Boto3::start());
    let sdk = format!("boto3=={}", boto3.version);
    let mut wrong = Vec::new();
    let mut working = 0;
    for (server, row) in rows::all() {
        let environment = world.environment(server, row);
        let (works, error) = boto3.works(&environment);
        let (passes, code) = passes(&environment, &sdk);
        working += usize::from(works);
        let differs = rows::DIFFERENT.iter().any(|(different, _)| different == row);
        if (works == passes) == differs {
            wrong.push(format!(
                "{server} {row}: boto3 works {works} {error}; the program passes {passes} {code}"
            ));
        }
    }
    assert!(wrong.is_empty(), "{}", wrong.join("\n"));
    let count = rows::all().count();
    println!("{count} rows, in {working} of which boto3 works");
    assert!(count >= 80 && working >= 30 && count - working >= 30);
    for (_, reason) in rows::DIFFERENT {
        assert!(!reason.is_empty());
    }
    let [hashed, hashed_tls] = &world.hashed;
    let World { tls, plain, own, summed, modeless, .. } = &world;
    for server in [tls, plain, own, hashed, hashed_tls, summed, modeless] {
        // boto3 leaves its own where it may write and not go on.
        assert_eq!(server.left().iter().find(|key| !key.ends_with("/differential/probe.csv")), None);
    }
}
