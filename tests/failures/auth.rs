//! Who is asking: what becomes of wrong keys, wrong signatures and wrong clocks.

use std::time::Duration;

use crate::support::r2::{Fault, Jurisdiction, Op, R2, Reply, S3Error, Token};
use crate::support::run::{ALL, REFUSED_UPLOAD, UNREADABLE, run, run_with};

/// A server that answers every request with this refusal.
fn refusing(error: S3Error) -> R2 {
    R2::builder().fault(Fault::on(Op::Any).error(error)).start()
}

/// Ends at connect with this code, after a single request.
fn ends_at_connect(r2: &R2, code: &str) {
    run(r2).fails_at("connect", code).statuses("wfssss").sends(&[Op::List]).leaves_nothing();
}

#[test]
fn an_unknown_key_is_named_at_connect() {
    let r2 = R2::start();
    let other = Token::read_write();
    let run = run_with(&r2, &[("R2_ACCESS_KEY_ID", &other.id), ("R2_SECRET_ACCESS_KEY", &other.secret)], &[]);
    run.fails_at("connect", "auth.unauthorized").sends(&[Op::List]).says("401 Unauthorized").leaves_nothing();
}

#[test]
fn an_unknown_key_is_named_in_the_words_of_other_servers_too() {
    ends_at_connect(&refusing(S3Error::new(403, "InvalidAccessKeyId", "")), "auth.unauthorized");
    ends_at_connect(&refusing(S3Error::new(400, "InvalidToken", "")), "auth.unauthorized");
    ends_at_connect(&R2::builder().fault(Fault::on(Op::Any).status(401)).start(), "auth.unauthorized");
}

#[test]
fn a_new_token_is_unauthorized_until_it_is_known() {
    let r2 = R2::builder().fault(Fault::on(Op::Any).first(1).error(S3Error::unauthorized())).start();
    run(&r2).fails_at("connect", "auth.unauthorized").leaves_nothing();
    run(&r2).passes_with(&[]).leaves_nothing();
}

#[test]
fn a_token_known_to_one_server_and_not_to_the_next_is_reported_as_new() {
    let r2 = R2::builder().fault(Fault::on(Op::Put).error(S3Error::unauthorized())).start();
    let run = run(&r2);
    run.fails_at("upload", "auth.unauthorized").says("not known everywhere yet").statuses("wpfssp");
    run.sends(&REFUSED_UPLOAD).leaves_nothing();
}

#[test]
fn the_secret_from_before_a_roll_is_a_wrong_signature() {
    let (old, new) = (Token::read_write(), Token::read_write());
    let r2 = R2::builder().token(new.credentials(&old.id, &"ab".repeat(32))).start();
    let run = run_with(&r2, &[("R2_SECRET_ACCESS_KEY", &old.secret)], &[]);
    run.fails_at("connect", "auth.signature").sends(&[Op::List]).leaves_nothing();
}

#[test]
fn an_expired_token_is_unauthorized() {
    let r2 = R2::builder().token(Token::read_write().valid_for(Duration::ZERO)).start();
    ends_at_connect(&r2, "auth.unauthorized");
}

#[test]
fn an_expired_token_may_be_denied_instead() {
    let r2 = refusing(S3Error::access_denied());
    run(&r2).fails_at("connect", "permission.denied").sends(&UNREADABLE).leaves_nothing();
}

#[test]
fn a_token_that_is_not_valid_yet_is_unauthorized() {
    ends_at_connect(&refusing(S3Error::unauthorized()), "auth.unauthorized");
}

#[test]
fn a_token_revoked_in_the_middle_of_a_run_is_reported_and_so_is_what_it_leaves() {
    let r2 = R2::builder().fault(Fault::on(Op::Any).after(4).error(S3Error::unauthorized())).start();
    let run = run(&r2);
    run.fails_at("download", "auth.unauthorized").says("ended just now").statuses("wpppff");
    run.sends(&ALL).leaves_the_probe();
}

#[test]
fn a_token_whose_owner_left_is_refused_before_anything_is_written() {
    ends_at_connect(&refusing(S3Error::new(401, "Unauthorized", "Unauthorized")), "auth.unauthorized");
}

#[test]
fn a_token_limited_to_other_addresses_is_named_as_unauthorized_or_denied() {
    let said = |error: S3Error, code: &str| {
        let fault = Fault::on(Op::Any).error(error);
        let r2 = R2::builder().r2_host(Jurisdiction::Default).fault(fault).start();
        let run = run(&r2);
        run.fails_at("connect", code);
        assert!(run.finding(code)["fix"].to_string().contains("client IP address filter"));
    };
    said(S3Error::unauthorized(), "auth.unauthorized");
    said(S3Error::access_denied(), "permission.denied");
}

#[test]
fn a_wrong_secret_is_a_wrong_signature() {
    let r2 = R2::builder().explains_signatures().start();
    let run = run_with(&r2, &[("R2_SECRET_ACCESS_KEY", &"0123456789abcdef".repeat(4))], &[]);
    run.fails_at("connect", "auth.signature").sends(&[Op::List]);
    run.says("403 SignatureDoesNotMatch").says("does not match the signature you provided").leaves_nothing();
    run.says("only the secret can be wrong");
}

#[test]
fn a_request_that_was_changed_on_its_way_is_distinguished_from_a_wrong_secret() {
    let text = |line: usize, other: &'static str| {
        move |request: &crate::support::r2::Request| {
            let date = request.header("x-amz-date").unwrap();
            let scope = format!("{}/auto/s3/aws4_request", &date[..8]);
            let mut lines = ["AWS4-HMAC-SHA256", date, &scope, "a hash that no request has"];
            lines[line] = other;
            Reply::from(S3Error::signature().with("StringToSign", &lines.join("\n")))
        }
    };
    for (line, other, told) in [
        (1, "20200101T000000Z", "with another time"),
        (2, "20200101/auto/s3/aws4_request", "for another region or day"),
        (3, "another hash", "changed its address, a header or its body"),
    ] {
        let r2 = R2::builder().fault(Fault::on(Op::Any).answer_with(text(line, other))).start();
        run(&r2).fails_at("connect", "auth.signature").says(told);
    }
}

#[test]
fn temporary_credentials_without_their_session_token_are_unauthorized() {
    let token = Token::read_write().temporary();
    let r2 = R2::builder().token(Token::read_write()).token(token.clone()).start();
    let keys = [("R2_ACCESS_KEY_ID", token.id.as_str()), ("R2_SECRET_ACCESS_KEY", &token.secret)];
    run_with(&r2, &keys, &[]).fails_at("connect", "auth.unauthorized").sends(&[Op::List]);
    let session = token.session.unwrap();
    run_with(&r2, &[keys[0], keys[1], ("R2_SESSION_TOKEN", &session)], &[]).passes_with(&[]).leaves_nothing();
}

#[test]
fn the_key_of_one_token_and_the_secret_of_another_are_a_wrong_signature() {
    let (one, other) = (Token::read_write(), Token::read_write());
    let secret = other.secret.clone();
    let r2 = R2::builder().token(one).token(other).start();
    let run = run_with(&r2, &[("R2_SECRET_ACCESS_KEY", &secret)], &[]);
    run.fails_at("connect", "auth.signature").leaves_nothing();
}

#[test]
fn a_token_of_another_account_is_unauthorized() {
    let r2 = R2::builder().token(Token::read_write().of_account(&"b".repeat(32))).start();
    ends_at_connect(&r2, "auth.unauthorized");
}

#[test]
fn a_session_token_that_does_not_belong_is_reported() {
    let error = S3Error::invalid_argument("X-Amz-Security-Token");
    let r2 = refusing(error);
    run(&r2).fails_at("connect", "auth.unauthorized").says("R2_SESSION_TOKEN does not belong");
}

#[test]
fn a_clock_that_is_off_is_named_with_its_offset_and_direction() {
    for (seconds, direction) in [(1000, "ahead of"), (-1000, "behind")] {
        let r2 = R2::builder().clock(seconds).start();
        let run = run(&r2);
        run.fails_at("connect", "auth.clock-skew").sends(&[Op::List]).leaves_nothing();
        run.says(&format!("the server's clock is 17 minutes {direction} this one"));
        let title = run.finding("auth.clock-skew")["title"].to_string();
        assert!(title.ends_with(" by 17 minutes\""), "{title}");
        assert!(!run.finding("auth.clock-skew").to_string().contains("taken for UTC"));
    }
}

#[test]
fn local_time_taken_for_utc_is_recognised_by_its_whole_hours() {
    for (seconds, hours) in [(7200, "+2:00 h"), (-19_800, "-5:30 h")] {
        let r2 = R2::builder().clock(seconds).start();
        run(&r2).fails_at("connect", "auth.clock-skew").says(hours).says("local time is taken for UTC");
    }
}

#[test]
fn a_clock_that_is_off_is_named_in_whichever_words_the_server_has() {
    let rclone = "The difference between the request time and the server's time exceeds the maximum allowed.";
    ends_at_connect(&refusing(S3Error::new(400, "AccessDenied", rclone)), "auth.clock-skew");
    for error in [S3Error::expired_request(), S3Error::signature()] {
        let r2 = R2::builder().clock(4000).fault(Fault::on(Op::Any).error(error)).start();
        ends_at_connect(&r2, "auth.clock-skew");
    }
    let r2 = R2::builder().clock(4000).fault(Fault::on(Op::Any).without("date")).start();
    let run = run(&r2);
    run.fails_at("connect", "auth.clock-skew");
    assert!(run.finding("auth.clock-skew")["cause"].as_str().unwrap().contains("more than 15 minutes"));
}

#[test]
fn an_offset_of_minutes_is_a_warning() {
    let r2 = R2::builder().clock(300).start();
    run(&r2).passes_with(&["auth.clock-skew"]).sends(&ALL).leaves_nothing();
}

#[test]
fn an_offset_that_grew_into_a_refusal_is_no_mere_warning() {
    let r2 = R2::builder().clock(300).fault(Fault::on(Op::Put).error(S3Error::too_skewed())).start();
    run(&r2).fails_at("upload", "auth.clock-skew").leaves_nothing();
}

#[test]
fn an_expired_request_is_named_with_either_status() {
    for status in [400, 403] {
        let error = S3Error { status, ..S3Error::expired_request() };
        ends_at_connect(&refusing(error), "auth.expired");
    }
}

#[test]
fn each_try_is_signed_with_the_time_of_its_sending() {
    let fault = Fault::on(Op::Put).first(1).error(S3Error::unavailable()).header("Retry-After", "1");
    let r2 = R2::builder().fault(fault).start();
    run(&r2).passes_with(&["service.retried"]);
    let puts = r2.requests_of(Op::Put);
    let dates: Vec<_> = puts.iter().map(|put| put.header("x-amz-date").unwrap()).collect();
    assert!(dates.len() == 2 && dates[0] < dates[1], "{dates:?}");
    for put in &puts {
        let scope = format!("/{}/auto/s3/", &put.header("x-amz-date").unwrap()[..8]);
        assert!(put.header("authorization").unwrap().contains(&scope));
    }
}

#[test]
fn a_request_that_arrives_without_its_signature_is_reported() {
    ends_at_connect(&refusing(S3Error::invalid_argument("Authorization")), "auth.unsigned");
    ends_at_connect(&refusing(S3Error::invalid_argument("Invalid Argument: Authorization")), "auth.unsigned");
}

#[test]
fn a_signature_of_the_old_kind_is_put_down_to_what_is_on_the_way() {
    let r2 = refusing(S3Error::sigv2());
    run(&r2).fails_at("connect", "auth.unauthorized").says("signs with SigV4 only");
}

#[test]
fn no_header_that_the_edge_rewrites_is_signed() {
    let r2 = R2::start();
    run(&r2).passes_with(&[]);
    for request in r2.requests() {
        let authorization = request.header("authorization").unwrap();
        assert!(authorization.starts_with("AWS4-HMAC-SHA256 Credential="));
        let signed = authorization.split("SignedHeaders=").nth(1).unwrap().split(',').next().unwrap();
        for name in signed.split(';') {
            let volatile = name.starts_with("cf-") || ["accept-encoding", "user-agent", "te"].contains(&name);
            assert!(!volatile, "{name}");
        }
    }
    let r2 = R2::builder().fault(Fault::on(Op::Put).error(S3Error::signature())).start();
    run(&r2).fails_at("upload", "auth.signature").leaves_nothing();
}

#[test]
fn keys_need_no_encoding() {
    let r2 = R2::start();
    run(&r2).passes_with(&[]);
    let plain =
        |letter: char| letter.is_ascii_lowercase() || letter.is_ascii_digit() || "-/.".contains(letter);
    assert!(r2.requests_of(Op::Put).iter().all(|put| put.key.as_ref().unwrap().chars().all(plain)));
}

#[test]
fn the_length_that_r2_counts_is_reported_with_the_variable() {
    let r2 = refusing(S3Error::key_length(33));
    let run = run(&r2);
    run.fails_at("connect", "config.access-key-shape").says("has length 33, should be 32");
}

#[test]
fn a_region_that_the_server_does_not_know_is_a_setting() {
    let r2 = R2::start();
    let run = run_with(&r2, &[("R2_REGION", "moon-1")], &[]);
    run.fails_at("connect", "config.region").says("moon-1").sends(&[Op::List, Op::List]);
}

#[test]
fn an_argument_that_nobody_knows_keeps_its_words() {
    let r2 = refusing(S3Error::invalid_argument("X-Amz-Something"));
    run(&r2).fails_at("connect", "service.unexpected").says("400 InvalidArgument").says("X-Amz-Something");
}

#[test]
fn a_rest_apis_refusal_is_not_taken_for_the_keys() {
    let body = "{\"success\":false,\"errors\":[{\"code\":10000,\"message\":\"Authentication error\"}]}";
    let r2 = R2::builder().fault(Fault::on(Op::Any).answer(Reply::json(401, body))).start();
    ends_at_connect(&r2, "http.not-s3");
}
