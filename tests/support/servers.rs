//! Real S3 servers, as `tests/servers/install` installs them: started on loopback in a folder of their own, asked by a
//! client that shares no code with the program, and ended with all their processes however the test ends.
//!
//! This module knows servers and buckets; it does not know `r2-selftest`.

use std::{
    fs::{self, File},
    io::{self, Read, Write},
    net::{Ipv4Addr, TcpListener, TcpStream},
    os::unix::process::CommandExt,
    path::{Path, PathBuf},
    process::{Child, Command, Stdio},
    sync::atomic::{AtomicU32, Ordering},
    thread,
    time::{Duration, Instant},
};

use tempfile::TempDir;

/// wrangler needs about five seconds, and several times that when the machine is busy.
const READY_WITHIN: Duration = Duration::from_secs(90);

/// Runs its arguments, and kills its process group as soon as standard input ends: when the [`Server`] is dropped, and
/// also when the test process is killed, because the kernel closes the pipe. wrangler's Node and workerd processes,
/// which outlive a kill of their parent, stay in the group.
const END_WITH_STDIN: &str =
    r#"exec 3<&0; { cat <&3 >/dev/null; kill -KILL 0; } & exec "$@" </dev/null 3<&-"#;

/// Which server to start.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Kind {
    /// Cloudflare's own local R2, from `wrangler dev`.
    LocalR2,
    /// The same over https, with a certificate of a private authority.
    LocalR2Https,
    /// `rclone serve s3`.
    Rclone,
    /// `moto_server`, which takes any signature for a good one.
    Moto,
}

impl Kind {
    fn name(self) -> &'static str {
        match self {
            Self::LocalR2 => "local-r2",
            Self::LocalR2Https => "local-r2-https",
            Self::Rclone => "rclone",
            Self::Moto => "moto",
        }
    }

    fn endpoint(self, port: u16) -> String {
        let path = match self {
            Self::LocalR2 | Self::LocalR2Https => "/cdn-cgi/local/r2/s3",
            Self::Rclone | Self::Moto => "",
        };
        let scheme = if self == Self::LocalR2Https { "https" } else { "http" };
        format!("{scheme}://{}:{port}{path}", Ipv4Addr::LOCALHOST)
    }
}

/// Everything that a client needs to reach a bucket.
#[derive(Clone, Debug)]
pub struct Access {
    /// With the server's path prefix, without a slash at the end.
    pub endpoint: String,
    /// 32 hexadecimal digits, as on R2.
    pub key_id: String,
    /// 64 hexadecimal digits, as on R2.
    pub secret: String,
    /// The bucket's name.
    pub bucket: String,
}

impl Access {
    /// The port in the endpoint.
    pub fn port(&self) -> u16 {
        let after = self.endpoint.rsplit_once(':').unwrap().1;
        after.split('/').next().unwrap().parse().unwrap()
    }

    /// As environment variables, named as the program names them.
    pub fn settings(&self) -> [(&'static str, &str); 4] {
        [
            ("R2_ENDPOINT", &self.endpoint),
            ("R2_ACCESS_KEY_ID", &self.key_id),
            ("R2_SECRET_ACCESS_KEY", &self.secret),
            ("R2_BUCKET_NAME", &self.bucket),
        ]
    }
}

/// A running server with one empty bucket. Dropping it ends its processes and removes its files.
pub struct Server {
    /// How to reach its bucket.
    pub access: Access,
    processes: Processes,
    folder: TempDir,
}

impl Server {
    /// Starts a server and waits until it answers.
    ///
    /// # Panics
    /// With the server's log, when it does not answer in time.
    pub fn start(kind: Kind) -> Self {
        // Somebody else may get the port before the server does.
        for _ in 0..3 {
            if let Some(server) = Self::on(kind, free_port()) {
                return server;
            }
        }
        panic!("three ports in a row were taken by others");
    }

    /// None: the port was taken.
    fn on(kind: Kind, port: u16) -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let access = Access {
            endpoint: kind.endpoint(port),
            key_id: random_hex(16),
            secret: random_hex(32),
            bucket: format!("bucket-{}", random_hex(4)),
        };
        if kind == Kind::LocalR2Https {
            write_certificate(folder.path());
        }
        let processes = Processes::start(kind, port, &access, folder.path());
        let mut server = Self { access, processes, folder };
        if !server.becomes_ready(port) {
            return None;
        }
        if kind == Kind::Moto {
            server.s3(&["create-bucket"], b"", &[("R2_REGION", "us-east-1")]);
        }
        Some(server)
    }

    /// The certificate of the private authority.
    pub fn authority(&self) -> PathBuf {
        self.folder.path().join(AUTHORITY)
    }

    /// Stores an object, as somebody else would.
    pub fn put(&self, key: &str, body: &[u8]) {
        self.s3(&["put", key], body, &[]);
    }

    /// Reads an object.
    pub fn get(&self, key: &str) -> Vec<u8> {
        self.s3(&["get", key], b"", &[])
    }

    /// The keys of all objects in the bucket.
    pub fn keys(&self) -> Vec<String> {
        let listed = String::from_utf8(self.s3(&["list"], b"", &[])).unwrap();
        listed.lines().map(str::to_owned).collect()
    }

    /// Waits until the server answers; false: it ended because its port was taken.
    fn becomes_ready(&mut self, port: u16) -> bool {
        let started = Instant::now();
        let is_https = self.access.endpoint.starts_with("https");
        loop {
            let ended = self.processes.server.try_wait().unwrap();
            let log = fs::read_to_string(self.folder.path().join("log")).unwrap_or_default();
            // Only wrangler speaks https here, and says when it does.
            if if is_https { log.contains("Ready on") } else { answers_http(port) } {
                break;
            }
            if ended.is_some() && log.to_lowercase().contains("address already in use") {
                return false;
            }
            assert!(
                ended.is_none() && started.elapsed() < READY_WITHIN,
                "the server is not ready after {:?} (ended: {ended:?}); its log:\n{log}",
                started.elapsed(),
            );
            thread::sleep(Duration::from_millis(50));
        }
        true
    }

    fn s3(&self, arguments: &[&str], input: &[u8], more: &[(&str, &str)]) -> Vec<u8> {
        let mut client = Command::new(tests_servers("s3.py"))
            .args(arguments)
            .envs(self.access.settings())
            .envs(more.iter().copied())
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap();
        client.stdin.take().unwrap().write_all(input).unwrap();
        let output = client.wait_with_output().unwrap();
        assert!(output.status.success(), "{arguments:?}: {}", String::from_utf8_lossy(&output.stderr));
        output.stdout
    }
}

/// The server's process group, led by the server itself.
struct Processes {
    server: Child,
}

impl Processes {
    fn start(kind: Kind, port: u16, access: &Access, folder: &Path) -> Self {
        let log = File::create(folder.join("log")).unwrap();
        let server = Command::new("sh")
            .args(["-c", END_WITH_STDIN, "sh"])
            .arg(tests_servers("start"))
            .args([kind.name(), &port.to_string()])
            .arg(folder)
            .envs(access.settings())
            .process_group(0)
            .stdin(Stdio::piped())
            .stdout(log.try_clone().unwrap())
            .stderr(log)
            .spawn()
            .unwrap();
        Self { server }
    }
}

impl Drop for Processes {
    fn drop(&mut self) {
        drop(self.server.stdin.take());
        // A panic here would hide the test's own, and abort the other tests.
        let _ended = self.server.wait();
    }
}

const AUTHORITY: &str = "authority.pem";

/// A certificate for loopback, of an authority that nobody else knows.
fn write_certificate(folder: &Path) {
    use rcgen::{BasicConstraints, CertificateParams, CertifiedIssuer, IsCa, KeyPair};
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    // Not the name of the certificate: OpenSSL would take that for its own authority.
    authority.distinguished_name.push(rcgen::DnType::CommonName, "a private authority");
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority = CertifiedIssuer::self_signed(authority, KeyPair::generate().unwrap()).unwrap();
    let key = KeyPair::generate().unwrap();
    let names = vec![Ipv4Addr::LOCALHOST.to_string()];
    let certificate = CertificateParams::new(names).unwrap().signed_by(&key, &authority).unwrap();
    for (name, text) in [
        (AUTHORITY, pem("CERTIFICATE", authority.der())),
        ("key.pem", pem("PRIVATE KEY", &key.serialize_der())),
        ("cert.pem", pem("CERTIFICATE", certificate.der())),
    ] {
        fs::write(folder.join(name), text).unwrap();
    }
}

fn pem(label: &str, der: &[u8]) -> String {
    use base64::Engine as _;
    let text = base64::engine::general_purpose::STANDARD.encode(der);
    let lines: Vec<_> = text.as_bytes().chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

fn tests_servers(file: &str) -> PathBuf {
    [env!("CARGO_MANIFEST_DIR"), "tests", "servers", file].iter().collect()
}

/// A port that is free, as is the next one. Until the server binds it, seconds later, nobody else gets it: no other server of
/// these tests, and no connection, for Linux gives those the ports from 32,768 on.
fn free_port() -> u16 {
    static NEXT: AtomicU32 = AtomicU32::new(0);
    loop {
        let pair = (std::process::id() + NEXT.fetch_add(1, Ordering::Relaxed)) % 6_000;
        let port = 20_000 + 2 * u16::try_from(pair).unwrap();
        if [port, port + 1].iter().all(|port| TcpListener::bind((Ipv4Addr::LOCALHOST, *port)).is_ok()) {
            return port;
        }
    }
}

fn answers_http(port: u16) -> bool {
    let ask = || -> io::Result<[u8; 5]> {
        let mut connection = TcpStream::connect((Ipv4Addr::LOCALHOST, port))?;
        connection.set_read_timeout(Some(Duration::from_secs(10)))?;
        write!(
            connection,
            "GET / HTTP/1.1\r\nHost: {}:{port}\r\nConnection: close\r\n\r\n",
            Ipv4Addr::LOCALHOST
        )?;
        let mut answer = [0; 5];
        connection.read_exact(&mut answer)?;
        Ok(answer)
    };
    ask().is_ok_and(|answer| answer == *b"HTTP/")
}

fn random_hex(bytes: usize) -> String {
    let digits = uuid::Uuid::new_v4().simple().to_string() + &uuid::Uuid::new_v4().simple().to_string();
    digits[..bytes * 2].to_owned()
}
