//! Servers that take the bucket's name before the host's only.

use super::{experiments, hosts, on_r2, proves};
use crate::support::r2::{BUCKET, Fault, Op, R2, S3Error};
use crate::support::run::run_trying;

#[test]
fn a_server_that_wants_the_bucket_before_its_host_is_proven_to() {
    const HOST: &str = "store.example";
    let refusals = [
        S3Error::no_such_bucket(),
        S3Error::access_denied(),
        S3Error::new(400, "InvalidRequest", "Path-style requests are not supported."),
        S3Error::new(301, "PermanentRedirect", "Use the bucket's own host."),
    ];
    for refusal in refusals {
        let in_the_path = Fault::on(Op::Any).host(HOST).error(refusal);
        let r2 = on_r2().virtual_host(HOST, BUCKET).fault(in_the_path).start();
        let run = run_trying(&r2, &[("R2_ENDPOINT", &format!("https://{HOST}"))], &[]);
        let host = format!("{BUCKET}.{HOST}");
        proves(&run, "connect", "bucket.path-style", &[&host, "succeeded"]);
        assert!(
            run.finding("bucket.path-style")["fix"].to_string().contains("'addressing_style': 'virtual'")
        );
        run.leaves_nothing();
        // Two hosts and no others, and nothing but a listing at the second.
        let own = r2.requests_of(Op::List);
        assert!(hosts(&r2).iter().all(|asked| [HOST, host.as_str()].contains(&asked.as_str())));
        assert_eq!(own.iter().filter(|seen| seen.host == host).count(), 1);
        assert!(r2.requests().iter().all(|seen| seen.host == HOST || seen.op == Op::List));
    }
}

#[test]
fn a_bucket_that_is_on_no_host_stays_missing() {
    let r2 = on_r2().virtual_host("store.example", "another").start();
    let run = run_trying(
        &r2,
        &[("R2_ENDPOINT", "https://store.example"), ("R2_BUCKET_NAME", "another")],
        &["--timeout", "2s"],
    );
    run.fails_at("connect", "bucket.not-found");
    assert!(run.finding("bucket.not-found")["evidence"].to_string().contains("another.store.example"));
    // Neither R2's own hosts nor addresses have such a name before them.
    let r2 = R2::builder().without_bucket().start();
    let run = run_trying(&r2, &[], &[]);
    run.fails_at("connect", "bucket.not-found");
    assert!(experiments(&run).is_empty());
}

/// boto3's file has the bucket before the host; the server takes it in the path only, whatever it answers there.
#[test]
fn a_server_that_takes_the_bucket_in_the_path_only_is_proven_to() {
    const HOST: &str = "store.example";
    let before = format!("{BUCKET}.{HOST}");
    let folder = tempfile::tempdir().unwrap();
    let path = folder.path().join("config");
    std::fs::write(&path, "[default]\ns3 =\n  addressing_style = virtual\n").unwrap();
    let path = path.display().to_string();
    let endpoint = format!("https://{HOST}");
    let env = [("AWS_CONFIG_FILE", path.as_str()), ("R2_ENDPOINT", &endpoint)];
    let answers: [fn(Fault) -> Fault; 5] = [
        |fault| fault.error(S3Error::no_such_bucket()),
        |fault| fault.error(S3Error::access_denied()),
        |fault| fault.error(S3Error::signature()),
        |fault| fault.html(404, "<html>Nothing here</html>"),
        |fault| fault.html(200, "<html>Welcome</html>"),
    ];
    let mut servers: Vec<R2> = Vec::new();
    for answer in answers {
        let fault = answer(Fault::on(Op::Any).host(&before));
        servers.push(on_r2().virtual_host(HOST, BUCKET).fault(fault).start());
    }
    // The proxy on the way does not know the name, as no resolver does.
    servers.push(on_r2().named(HOST).start());
    for r2 in &servers {
        let run = run_trying(r2, &env, &["--retries", "0"]);
        proves(&run, "connect", "bucket.virtual-host", &["in the path", "succeeded"]);
        let finding = run.finding("bucket.virtual-host");
        assert_eq!(finding["title"], format!("{HOST} accepts bucket `{BUCKET}` in the path only"));
        let fix = format!("Set `addressing_style` on line 3 of {path} to `path`.");
        assert_eq!(finding["fix"][0]["text"], fix, "{finding:#}");
        run.leaves_nothing();
        assert!(r2.requests().iter().all(|seen| seen.host == before || seen.op == Op::List));
    }
    // What it advises works, and where both are refused nothing is proven.
    std::fs::write(&path, "[default]\ns3 =\n  addressing_style = path\n").unwrap();
    run_trying(&servers[0], &env, &[]).passes_with(&[]);
    std::fs::write(&path, "[default]\ns3 =\n  addressing_style = virtual\n").unwrap();
    servers[0].add_fault(Fault::on(Op::Any).error(S3Error::access_denied()));
    let run = run_trying(&servers[0], &env, &[]);
    run.fails_at("connect", "permission.denied");
    assert!(experiments(&run).iter().any(|told| told.to_string().contains("in the path")));
}
