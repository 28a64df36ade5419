//! Servers that are not R2: who answers, in the server's own words, and what stands in front of it.

mod cloudflare;

use crate::support::r2::{Fault, Jurisdiction, Op, R2, Reply, S3Error};
use crate::support::run::{Run, run_with};

/// A server that is reached under any name that it is given, through a proxy of its own.
fn named(host: &str, fault: Fault) -> R2 {
    R2::builder().r2_host(Jurisdiction::Default).named(host).fault(fault).start()
}

fn run_at<'a>(r2: &'a R2, host: &str) -> Run<'a> {
    run_with(r2, &[("R2_ENDPOINT", &format!("https://{host}"))], &[])
}

/// An error in the words of a server that Cloudflare has no part in.
fn refused(status: u16, code: &str, message: &str) -> Fault {
    Fault::on(Op::Any).error(S3Error::new(status, code, message)).without("Server").without("CF-RAY")
}

/// The finding speaks of this server, and of nothing that only R2 has.
fn speaks_of(run: &Run<'_>, code: &str, server: &str) {
    let finding = run.finding(code);
    let says = format!("{} {}", finding["title"], finding["cause"]);
    assert!(says.contains(server), "{says}");
    for word in ["Cloudflare", "R2 API token", "cloudflarestatus", "dash."] {
        let advice = format!("{says} {} {}", finding["fix"], finding["docs"]);
        assert!(!advice.contains(word), "{word}: {finding:#}");
    }
}

#[test]
fn causes_name_the_server_that_answers() {
    let providers = [
        ("s3.eu-central-1.amazonaws.com", "Amazon S3"),
        ("s3.eu-central-003.backblazeb2.com", "Backblaze B2"),
        ("s3.wasabisys.com", "Wasabi"),
        ("fra1.digitaloceanspaces.com", "DigitalOcean Spaces"),
        ("storage.railway.app", "Railway's buckets"),
        ("files.example", "server at files.example"),
    ];
    for (host, name) in providers {
        let r2 = named(host, refused(404, "NoSuchBucket", "The specified bucket does not exist"));
        let run = run_at(&r2, host);
        run.fails_at("connect", "bucket.not-found").sends(&[Op::List]).leaves_nothing();
        speaks_of(&run, "bucket.not-found", name);
        let known = (host != "files.example").then_some(name);
        assert_eq!(run.report["target"]["server"].as_str(), known, "{host}");
    }
}

#[test]
fn a_server_is_known_by_its_answers_where_its_host_says_nothing() {
    let answer = |field, value| {
        let error = S3Error::new(404, "NoSuchBucket", "The specified bucket does not exist");
        Fault::on(Op::Any).error(error).without("CF-RAY").header(field, value)
    };
    // Some programs imitate a provider, and on this machine there is none.
    let marks = [
        ("Server", "MinIO", Some("MinIO")),
        ("Server", "AmazonS3", None),
        ("X-Minio-Deployment-Id", "1", Some("MinIO")),
    ];
    for (field, value, name) in marks {
        let r2 = R2::builder().fault(answer(field, value)).start();
        let run = run_with(&r2, &[], &[]);
        run.fails_at("connect", "bucket.not-found");
        speaks_of(&run, "bucket.not-found", name.unwrap_or("server at 127.0.0.1"));
        assert_eq!(run.report["target"]["server"].as_str(), name);
    }
    let host = "files.example";
    let r2 = named(host, answer("Server", "AmazonS3"));
    let run = run_at(&r2, host);
    speaks_of(&run, "bucket.not-found", "Amazon S3");
    assert_eq!(run.report["target"]["server"], "Amazon S3");
}

#[test]
fn the_servers_own_number_of_a_request_is_evidence() {
    let r2 = R2::builder()
        .fault(refused(404, "NoSuchBucket", "").header("x-amz-request-id", "17F3C0D2A4"))
        .start();
    run_with(&r2, &[], &[]).fails_at("connect", "bucket.not-found").says("x-amz-request-id: 17F3C0D2A4");
    let error = S3Error::new(404, "NoSuchBucket", "").with("RequestId", "tx000042");
    let r2 = R2::builder().fault(Fault::on(Op::Any).error(error)).start();
    run_with(&r2, &[], &[])
        .fails_at("connect", "bucket.not-found")
        .says("the server names the request `tx000042`");
}

#[test]
fn a_gateway_comes_before_a_wrong_secret_where_there_may_be_one() {
    let message = "The request signature we calculated does not match the signature you provided.";
    let refusal = || refused(403, "SignatureDoesNotMatch", message);
    let r2 = R2::builder().fault(refusal()).start();
    let run = run_with(&r2, &[], &[]);
    run.fails_at("connect", "auth.signature");
    speaks_of(&run, "auth.signature", "server at 127.0.0.1 changes the host");
    assert!(run.finding("auth.signature")["fix"][0].to_string().contains("proxy_set_header Host"));

    // Nothing of anybody else's stands in front of a provider's own host.
    let host = "s3.eu-central-1.amazonaws.com";
    let r2 = named(host, refusal());
    let run = run_at(&r2, host);
    run.fails_at("connect", "auth.signature");
    speaks_of(&run, "auth.signature", "Amazon S3 knows the access key");
    assert!(!run.finding("auth.signature").to_string().contains("gateway"));
}

#[test]
fn the_server_that_returns_what_it_signed_settles_whether_it_is_the_gateway() {
    let r2 = R2::builder().explains_signatures().start();
    let run = run_with(&r2, &[("R2_SECRET_ACCESS_KEY", &"0123456789abcdef".repeat(4))], &[]);
    run.fails_at("connect", "auth.signature").says("only the secret can be wrong");
    assert!(!run.finding("auth.signature").to_string().contains("gateway"), "{:#}", run.report);
}

#[test]
fn keys_of_r2_at_another_provider_are_reported_as_that() {
    let rows = [
        (
            "s3.amazonaws.com",
            "The AWS Access Key Id you provided does not exist in our records.",
            "Amazon S3",
        ),
        ("s3.eu-central-003.backblazeb2.com", "Malformed Access Key Id", "Backblaze B2"),
    ];
    for (host, message, name) in rows {
        let r2 = named(host, refused(403, "InvalidAccessKeyId", message));
        let run = run_at(&r2, host);
        run.fails_at("connect", "auth.other-provider").says(message).sends(&[Op::List]).leaves_nothing();
        assert!(run.finding("auth.other-provider")["title"].to_string().contains(name));

        // Keys of another shape are that provider's, or of nobody known.
        let keys =
            [("R2_ACCESS_KEY_ID", "AKIDEXAMPLE0EXAMPLE1"), ("R2_ENDPOINT", &*format!("https://{host}"))];
        let run = run_with(&r2, &keys, &[]);
        run.fails_at("connect", "auth.unauthorized");
        speaks_of(&run, "auth.unauthorized", name);
    }
    // A program of one's own has keys of one's own choice.
    let error = S3Error::new(403, "InvalidAccessKeyId", "");
    let r2 = R2::builder().fault(Fault::on(Op::Any).error(error).plays("MinIO")).start();
    let run = run_with(&r2, &[], &[]);
    run.fails_at("connect", "auth.unauthorized").says("as the keys of R2 have them");
    speaks_of(&run, "auth.unauthorized", "MinIO");
}

#[test]
fn the_region_that_a_server_expects_is_the_one_to_set() {
    let rows = [
        (
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the region 'auto' is wrong; expecting 'eu-central-1'",
            Some("eu-central-1"),
            "eu-central-1",
        ),
        (
            "AuthorizationHeaderMalformed",
            "The authorization header is malformed; the region is wrong; expecting 'eu-central-1'.",
            None,
            "eu-central-1",
        ),
        (
            "AuthorizationHeaderMalformed",
            "Authorization header malformed, unexpected scope: '20260101/auto/s3/aws4_request', expected: '20260101/garage/s3/aws4_request'",
            None,
            "garage",
        ),
        ("AuthorizationHeaderMalformed", "Something is wrong", Some("fr-par"), "fr-par"),
        ("InvalidRegionName", "The region name 'auto' is not valid", Some("nyc3"), "nyc3"),
    ];
    for (code, message, element, region) in rows {
        let error = S3Error::new(400, code, message);
        let error = element.into_iter().fold(error, |error, region| error.with("Region", region));
        let r2 = R2::builder().fault(Fault::on(Op::Any).error(error)).start();
        let run = run_with(&r2, &[], &["--no-experiments"]);
        run.fails_at("connect", "config.region").says(&message[..10]).says(region).sends(&[Op::List]);
        let fix = run.finding("config.region")["fix"][0]["text"].as_str().unwrap().to_owned();
        assert_eq!(fix, format!("Set R2_REGION to `{region}` in the environment."), "{message}");
    }
    // A region that is none is not repeated as one.
    let error =
        S3Error::new(400, "AuthorizationHeaderMalformed", "the region is wrong; expecting '; rm -rf /'");
    let r2 = R2::builder().fault(Fault::on(Op::Any).error(error)).start();
    let run = run_with(&r2, &[], &["--no-experiments"]);
    assert!(run.finding("config.region")["fix"][0].to_string().contains("the one that its provider"));
}

#[test]
fn another_header_that_is_malformed_leads_to_no_list_of_r2s() {
    let r2 = R2::builder().fault(refused(400, "AuthorizationHeaderMalformed", "BadRequest")).start();
    let run = run_with(&r2, &[], &["--no-experiments"]);
    run.fails_at("connect", "service.unexpected").says("BadRequest");
    speaks_of(&run, "service.unexpected", "127.0.0.1");
}

#[test]
fn a_redirect_of_s3_names_the_endpoint_to_set() {
    let host = "s3.amazonaws.com";
    let error = S3Error::new(
        301,
        "PermanentRedirect",
        "The bucket you are attempting to access must be addressed using the specified endpoint.",
    )
    .with("Endpoint", "app-files.s3.eu-central-1.amazonaws.com");
    let r2 = named(host, Fault::on(Op::Any).error(error).without("Server").without("CF-RAY"));
    let run = run_at(&r2, host);
    run.fails_at("connect", "http.redirect")
        .says("the server names the endpoint `app-files.s3.eu-central-1.amazonaws.com`");
    speaks_of(&run, "http.redirect", "pointed to `app-files.s3.eu-central-1.amazonaws.com`");
}

#[test]
fn a_consoles_port_is_reported_in_the_servers_own_words() {
    let words = "S3 API Requests must be made to API port.";
    let faults = [
        refused(400, "InvalidArgument", words),
        refused(403, "AccessDenied", words),
        refused(400, "BadRequest", "An unsupported API call; S3 API requests must be made to API port."),
        Fault::on(Op::Any).html(200, "<!-- licence --><html><head><title>MinIO Console</title>"),
        Fault::on(Op::Any).html(400, "Client sent an HTTP request to an HTTPS server.\n"),
        Fault::on(Op::Any)
            .html(400, "<html><head><title>400 The plain HTTP request was sent to HTTPS port</title>"),
    ];
    for fault in faults {
        let r2 = R2::builder().fault(fault.without("Server").without("CF-RAY")).start();
        let run = run_with(&r2, &[], &["--no-experiments"]);
        run.fails_at("connect", "http.wrong-port").statuses("wfssss").sends(&[Op::List]).leaves_nothing();
        speaks_of(&run, "http.wrong-port", "another port");
    }
}

#[test]
fn a_full_storage_is_no_missing_permission() {
    let rows = [
        (403, "QuotaExceeded", "The bucket's quota is exceeded."),
        (507, "XMinioStorageFull", "Storage backend has reached its minimum free drive threshold."),
        (400, "XMinioAdminBucketQuotaExceeded", "Bucket quota exceeded"),
        (507, "InsufficientStorage", "No space left."),
        (403, "AccessDenied", "Cannot upload files, storage cap exceeded."),
        (413, "EntityTooLarge", "Your proposed upload exceeds the maximum allowed size"),
        (500, "InternalError", "write /data: no space left on device"),
        (507, "SomethingElse", ""),
    ];
    for (status, code, message) in rows {
        let fault = Fault::on(Op::Put).error(S3Error::new(status, code, message));
        let r2 = R2::builder().fault(fault).start();
        let run = run_with(&r2, &[], &["--retries", "0"]);
        run.fails_at("upload", "service.storage-full").says(code).leaves_nothing();
        speaks_of(&run, "service.storage-full", "server at 127.0.0.1");
    }
    let r2 = R2::builder().fault(Fault::on(Op::Put).status(507)).start();
    run_with(&r2, &[], &["--retries", "0"]).fails_at("upload", "service.storage-full").leaves_nothing();
}

#[test]
fn a_page_is_recognised_by_its_title_and_not_by_its_first_bytes() {
    let page = "<!DOCTYPE html>\n<!-- [if IE]><title>old</title><![endif] -->\n<html><head>\
                <title>\n Welcome &amp; sign in </title></head>";
    let r2 = R2::builder().fault(Fault::on(Op::Any).html(200, page)).start();
    let run = run_with(&r2, &[], &["--no-experiments"]);
    run.fails_at("connect", "http.not-s3").says("a page with the title: Welcome & sign in");
    let hostile = "<title>\u{1b}[2J&#27;[31m&#x202e;red</title>";
    let r2 = R2::builder().fault(Fault::on(Op::Any).answer(Reply::html(200, hostile))).start();
    let run = run_with(&r2, &[], &["--no-experiments"]);
    let evidence = run.finding("http.not-s3")["evidence"].to_string();
    assert!(
        evidence.contains("red") && !evidence.contains("u001b") && !evidence.contains('\u{202e}'),
        "{evidence}"
    );
}

#[test]
fn the_region_that_a_server_names_is_proven_by_the_same_listing() {
    let r2 = R2::builder().region("eu-central-1").start();
    let run = run_with(&r2, &[], &[]);
    run.fails_at("connect", "config.region").statuses("wfssss").sends(&[Op::List, Op::List]).leaves_nothing();
    let proof = &run.finding("config.region")["proof"];
    assert!(proof["experiment"].to_string().contains("R2_REGION set to `eu-central-1`"), "{:#}", run.report);
    run_with(&r2, &[("R2_REGION", "eu-central-1")], &[]).passes_with(&[]);
}
