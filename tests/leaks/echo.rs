//! Servers that repeat what they were sent, and what was only used to sign it.

use proptest::prelude::*;
use proptest::test_runner::{Config, TestRunner};

use super::encoding::{ENCODINGS, Encoding};
use super::searcher::Searcher;
use crate::support::cli::{Cli, Ran};
use crate::support::r2::{Does, Fault, Jurisdiction, Op, Proxy, R2, Reply, Request, S3Error, Token, Xml};
use crate::support::report::Report;
use crate::support::side_by_side::each;

/// Where in an answer a server repeats a text.
#[derive(Clone, Debug)]
enum Place {
    Message(u16),
    Code(u16),
    Entities(u16),
    Page(u16),
    Json(u16),
    Header(&'static str, u16),
    Object,
    Listing,
    Babble,
}

impl Place {
    /// An answer that holds a text here.
    fn reply(&self, text: &str) -> Reply {
        match self {
            Self::Message(status) => S3Error::new(*status, "InvalidRequest", text).into(),
            Self::Code(status) => S3Error::new(*status, text, "Something is wrong.").into(),
            Self::Entities(status) => {
                let reply: Reply = S3Error::new(*status, "AccessDenied", text).into();
                let body = Xml::Entities.change(&reply.text());
                reply.body(body)
            }
            Self::Page(status) => Reply::html(*status, format!("<html><title>{text}</title>{text}</html>")),
            Self::Json(status) => Reply::json(*status, serde_json::json!({ "error": text }).to_string()),
            Self::Header(name, status) => Reply::new(*status).header(name, header_value(text)),
            Self::Object => Reply::new(200).header("Content-Type", header_value(text)).body(text),
            Self::Listing => Reply::xml(
                200,
                format!(
                    "<ListBucketResult><Contents><Key>{text}</Key><ETag>{text}</ETag></Contents></ListBucketResult>"
                ),
            ),
            Self::Babble => Reply::new(200).header("Content-Length", header_value(text)).body(text),
        }
    }
}

/// What HTTP can carry of a text.
fn header_value(text: &str) -> String {
    text.chars()
        .map(|letter| if letter.is_control() { ' ' } else { letter })
        .collect::<String>()
        .trim()
        .to_owned()
}

fn place() -> impl Strategy<Value = Place> {
    let status = || prop::sample::select(vec![200, 206, 301, 400, 401, 403, 404, 412, 429, 500, 503]);
    let header = prop::sample::select(vec![
        "Location",
        "Server",
        "CF-Ray",
        "Content-Type",
        "ETag",
        "Via",
        "Retry-After",
        "Date",
        "CF-Mitigated",
    ]);
    prop_oneof![
        status().prop_map(Place::Message),
        status().prop_map(Place::Code),
        status().prop_map(Place::Entities),
        status().prop_map(Place::Page),
        status().prop_map(Place::Json),
        (header, status()).prop_map(|(name, status)| Place::Header(name, status)),
        Just(Place::Object),
        Just(Place::Listing),
        Just(Place::Babble),
    ]
}

/// Secrets in the shape of R2's and of AWS's, and such as only people think up. Not all of them get past `config`.
fn secret() -> impl Strategy<Value = String> {
    let odd = prop::sample::select("\"'\\/ %&<>;{}$`+=:@#?[]aZ09é\u{1f511}\n".chars().collect::<Vec<_>>());
    prop_oneof![
        4 => "[0-9a-f]{64}",
        2 => "[A-Za-z0-9+/]{39}=",
        2 => "[!-~]{8,60}",
        1 => "[ -~]{8,60}",
        1 => "[^\\p{C}]{8,40}",
        1 => prop::collection::vec(odd, 8..40).prop_map(String::from_iter),
    ]
}

/// One run: its credentials, its server's misbehaviour, its form.
#[derive(Clone, Debug)]
struct Case {
    id: String,
    secret: String,
    session: Option<String>,
    place: Place,
    encoding: Encoding,
    op: Op,
    options: &'static str,
    /// Whether it is a step of GitHub Actions, with its annotations and the job's summary.
    is_step: bool,
}

/// Each format on standard output, and the ways in which it looks.
const OPTIONS: [&str; 9] = [
    "",
    "-v",
    "-q",
    "--ascii -v",
    "--json",
    "--color always -v",
    "--format railway",
    "--format markdown -vv",
    "--format html",
];

fn case() -> impl Strategy<Value = Case> {
    let session = proptest::option::of("[!-~]{16,90}");
    let op = prop::sample::select(vec![Op::Any, Op::List, Op::Put, Op::Get, Op::Delete]);
    let options = (prop::sample::select(OPTIONS.to_vec()), any::<bool>());
    let id = prop_oneof!["[0-9a-f]{32}", "[A-Z0-9]{20}"];
    (id, secret(), session, place(), prop::sample::select(ENCODINGS.to_vec()), op, options).prop_map(
        |(id, secret, session, place, encoding, op, (options, is_step))| Case {
            id,
            secret,
            session,
            place,
            encoding,
            op,
            options,
            is_step,
        },
    )
}

impl Case {
    fn run(&self) -> Ran {
        let mut token = Token::read_write().credentials(&self.id, &self.secret);
        token.session.clone_from(&self.session);
        let (place, (_, encode), secret) = (self.place.clone(), self.encoding, self.secret.clone());
        let fault =
            Fault::on(self.op).answer_with(move |request| place.reply(&encode(&told(request, &secret))));
        let r2 = R2::builder().token(token).fault(fault).start();
        let cli = Cli::new(
            "--no-env-file --retries 0 --timeout 5s --deadline 3s --output report.json --output report.txt --output report.md --output report.html",
        )
        .args(self.options)
        .file("report.summary.md", "")
        .env("RAILWAY_ENVIRONMENT_NAME", (self.encoding.1)(&self.secret).replace('\0', ""))
        .envs(r2.env());
        let step = [("GITHUB_ACTIONS", "true"), ("GITHUB_STEP_SUMMARY", "report.summary.md")];
        if self.is_step { cli.envs(step) } else { cli }.run()
    }

    fn searcher(&self) -> Searcher {
        let session = self.session.as_deref().unwrap_or_default();
        Searcher::new(&[&self.secret, &self.id, session])
    }
}

/// Everything that a server knows of a request, and the secret that it was signed with.
fn told(request: &Request, secret: &str) -> String {
    let headers =
        request.headers.iter().map(|(name, value)| format!("{name}: {value}\n")).collect::<String>();
    format!("{secret}\n{} {}\n{headers}{secret}", request.method, request.target)
}

/// A hundred cases. They wait for their servers, so that four threads have a quarter of them each.
#[test]
fn what_a_server_repeats_is_in_no_output() {
    let quarter = Config { cases: 25, max_shrink_iters: 60, failure_persistence: None, ..Config::default() };
    each(&[(); 4], |()| {
        let tried = TestRunner::new(quarter.clone()).run(&case(), |case| {
            let ran = case.run();
            prop_assert!([0, 1].contains(&ran.status), "{}: {}", ran.status, ran.stderr);
            Report::read(&std::fs::read(ran.file("report.json")).unwrap());
            case.searcher().finds_nothing_in(&ran);
            Ok(())
        });
        tried.unwrap_or_else(|failed| panic!("{failed}"));
    });
}

/// The same without chance, so that no encoding and no place of an answer is ever left out.
#[test]
fn every_encoding_is_masked_at_every_place_and_told() {
    let places = [
        Place::Message(400),
        Place::Code(403),
        Place::Entities(403),
        Place::Page(403),
        Place::Json(403),
        Place::Header("Location", 301),
        Place::Object,
    ];
    let numbered: Vec<_> = ENCODINGS.into_iter().enumerate().collect();
    each(&numbered, |&(index, encoding)| {
        let place = places[index % places.len()].clone();
        let case = Case {
            id: "4a5b6c7d8e9f0a1b2c3d4e5f60718293".to_owned(),
            secret: "wJalrXUtnFEMI/K7MDENG+bPxRfiCY=zEXAMPLE".to_owned(),
            session: Some("IQoJb3JpZ2luX2VjEHMaCXVzLWVhc3QtMSJHMEUCIQ+/token==".to_owned()),
            op: if matches!(place, Place::Object) { Op::Get } else { Op::List },
            place,
            encoding,
            options: OPTIONS[index % OPTIONS.len()],
            is_step: index % 2 == 0,
        };
        let ran = case.run();
        case.searcher().finds_nothing_in(&ran);
        let report = Report::read(&std::fs::read(ran.file("report.json")).unwrap());
        assert_eq!(ran.status, 1, "{case:?}");
        assert_eq!(report.finding("run.redacted")["severity"], "note", "{case:?}");
        let environment = report.0["environment"]["railway"]["environment"].as_str().unwrap();
        assert!(environment.contains("[redacted]"), "{case:?}");
        let summary = std::fs::read_to_string(ran.file("report.summary.md")).unwrap();
        assert_eq!(summary.contains("run.redacted"), case.is_step, "{case:?}");
    });
}

#[test]
fn a_signature_is_no_ones_business() {
    let r2 = R2::builder().fault(Fault::on(Op::Any).echo(400, "InvalidRequest")).start();
    for options in ["--json", "-v"] {
        let ran =
            Cli::new("--no-env-file --deadline 3s --output report.txt").args(options).envs(r2.env()).run();
        assert_eq!(ran.status, 1);
        for seen in r2.requests() {
            let authorization = seen.header("authorization").unwrap().to_owned();
            let (_, signature) = authorization.rsplit_once("Signature=").unwrap();
            Searcher::new(&[signature]).finds_nothing_in(&ran);
        }
    }
}

/// The server behind the proxy knows the password, and nobody knows how.
#[test]
fn a_proxys_password_is_in_no_output() {
    for (password, in_url) in [("hunter-two-42", "hunter-two-42"), ("p@ss/w#rd:1", "p%40ss%2Fw%23rd%3A1")] {
        each(&ENCODINGS, |(_, encode)| {
            let text = encode(&format!("Proxy-Authorization is ada:{password}!"));
            let fault = Fault::on(Op::List).error(S3Error::new(400, "InvalidRequest", &text));
            let r2 = R2::builder().r2_host(Jurisdiction::Default).fault(fault).start();
            let address = r2.proxy().unwrap().address;
            let ran = Cli::new("--no-env-file --retries 0 -v --output report.json")
                .envs(r2.env())
                .env("HTTPS_PROXY", format!("http://ada:{in_url}@{address}"))
                .run();
            assert_eq!(ran.status, 1, "{}", ran.stderr);
            Searcher::new(&[password, in_url]).finds_nothing_in(&ran);
            let report = Report::read(&std::fs::read(ran.file("report.json")).unwrap());
            assert_eq!(report.finding("run.redacted")["severity"], "note", "{text}");
            assert_eq!(report.0["environment"]["proxy"], format!("http://{address} (HTTPS_PROXY)"));
        });
    }
}

#[test]
fn a_proxy_that_fails_tells_no_password() {
    let r2 = R2::builder().r2_host(Jurisdiction::Default).start();
    for does in [Does::Refuse(407), Does::Refuse(403), Does::Close, Does::Babble] {
        let proxy = Proxy::builder().does(does).start();
        let ran = Cli::new("--no-env-file --retries 0 -v --output report.json --output report.txt --output report.md --output report.html")
            .envs(r2.env())
            .env("HTTPS_PROXY", format!("http://somebody:hunter-two-42@{}", proxy.address))
            .run();
        assert_eq!(ran.status, 1, "{}", ran.stderr);
        Searcher::new(&["hunter-two-42", "somebody"]).finds_nothing_in(&ran);
    }
}
