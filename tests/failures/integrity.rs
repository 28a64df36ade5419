//! The bytes: a success that the server reported and that does not hold, and an upload that it refused.

use crate::support::r2::{Fault, Jurisdiction, Op, R2, Reply, S3Error};
use crate::support::run::{ALL, PREFIX, REFUSED_UPLOAD, Run, run};

fn with(fault: Fault) -> R2 {
    R2::builder().fault(fault).start()
}

/// The first download of a run; the look after the deletion is left alone.
fn download() -> Fault {
    Fault::on(Op::Get).nth(1)
}

/// The second listing of a run, in which the object should be.
fn listing() -> Fault {
    Fault::on(Op::List).nth(2)
}

/// All requests are sent, one check fails with this code, and nothing is left.
fn fails(r2: &R2, check: &str, code: &str, evidence: &str) {
    run(r2).fails_at(check, code).says(evidence).sends(&ALL).leaves_nothing();
}

/// The same where the download leaves a doubt whose the object is, so that it is read again before it is deleted.
fn fails_in_doubt(r2: &R2, check: &str, code: &str, evidence: &str) {
    let sent = [Op::List, Op::HeadBucket, Op::Put, Op::List, Op::Get, Op::Get, Op::Delete, Op::Get];
    run(r2).fails_at(check, code).says(evidence).sends(&sent).leaves_nothing();
}

/// The upload is refused with this code, and nothing is left.
fn refuses(error: S3Error, code: &str) {
    let r2 = with(Fault::on(Op::Put).error(error));
    run(&r2).fails_at("upload", code).statuses("wpfssp").sends(&REFUSED_UPLOAD).leaves_nothing();
}

#[test]
fn one_wrong_byte_is_shown_with_its_place_and_both_values() {
    let r2 = with(download().corrupt());
    let run = run(&r2);
    run.fails_at("download", "integrity.content").says("they differ from byte ").says(": sent ").sends(&ALL);
    run.says("the download's ETag is that of the bytes sent: they were changed on their way back")
        .leaves_nothing();
    run.statuses("wpppfp");
}

#[test]
fn the_bytes_of_another_object_are_recognised_by_their_etag() {
    let r2 = with(download().other_object(b"somebody else's recording"));
    fails_in_doubt(&r2, "download", "integrity.content", "the server has another object under this key");
}

#[test]
fn a_body_that_is_too_short_too_long_or_empty_has_the_wrong_size() {
    for (fault, evidence) in [
        (download().shortened(100), "100 came back; they differ from byte 100 on"),
        (download().lengthened(b"!"), "sent the end, got 21"),
        (download().lengthened(b"!!"), "or more came back"),
        (download().content(b""), "and none came back"),
    ] {
        fails(&with(fault), "download", "integrity.size", evidence);
    }
}

#[test]
fn a_body_decompressed_or_compressed_on_its_way_is_reported_with_its_headers() {
    let squeezed = download().content(b"\x1f\x8b\x08\0\0").header("Content-Encoding", "gzip").etag("W/\"0\"");
    let r2 = with(squeezed);
    fails_in_doubt(&r2, "download", "integrity.content", "content-encoding: gzip");
    assert!(r2.requests().iter().all(|request| request.header("content-encoding").is_none()));
}

#[test]
fn an_old_copy_from_a_cache_is_reported_with_its_age() {
    let old = download().other_object(b"yesterday").header("Age", "86400").header("CF-Cache-Status", "HIT");
    let r2 = with(old);
    let run = run(&r2);
    run.fails_at("download", "integrity.content").says("age: 86400").says("cf-cache-status: HIT");
}

#[test]
fn a_missing_page_from_a_cache_is_a_lost_write_that_the_listing_contradicts() {
    let r2 = with(download().error(S3Error::no_such_key()));
    fails(&r2, "download", "integrity.lost-write", "the listing shows the object all the same");
}

#[test]
fn an_endless_download_ends_soon_and_has_the_wrong_size_or_content() {
    let r2 = with(download().endless_body());
    let run = run(&r2);
    run.fails_at("download", "integrity.content").leaves_nothing();
    assert!(run.took.as_secs() < 4, "{:?}", run.took);
    let request = &run.check("download")["requests"][0];
    assert!(request["bytes_received"].as_u64().unwrap() < 2048, "{request}");
}

#[test]
fn an_etag_that_is_not_the_md5_is_named_at_upload() {
    let r2 = with(Fault::on(Op::Put).etag("\"d41d8cd98f00b204e9800998ecf8427e\""));
    let run = run(&r2);
    run.fails_at("upload", "integrity.etag").says("d41d8cd98f00b204e9800998ecf8427e").sends(&ALL);
    run.says("the download brought back the bytes that were sent").statuses("wpfppp").leaves_nothing();
}

#[test]
fn the_etag_of_an_upload_in_parts_is_reported_as_such() {
    let r2 = with(Fault::on(Op::Put).etag("\"9b2cf535f27731c974343645a3985328-3\""));
    fails(&r2, "upload", "integrity.etag", "belongs to an upload in parts");
}

#[test]
fn an_etag_marked_as_weak_or_without_quotes_is_still_the_right_one() {
    for (from, to) in [("\"", ""), ("ETag", "etag")] {
        let fault = Fault::on(Op::Put).edit(move |reply| {
            let etag = reply.get("ETag").unwrap_or_default().replace(from, to);
            reply.set("ETag", etag);
        });
        run(&with(fault)).passes_with(&[]);
    }
    let weak = Fault::on(Op::Put).edit(|reply| {
        let etag = format!("W/{}", reply.get("ETag").unwrap_or_default());
        reply.set("ETag", etag);
    });
    run(&with(weak)).passes_with(&[]);
}

#[test]
fn a_wrong_etag_or_size_in_the_listing_is_named_at_list() {
    fails(&with(listing().listed_etag("\"0\"")), "list", "integrity.etag", "the listing has ETag `0`");
    fails(&with(listing().listed_size("7")), "list", "integrity.size", "the listing says 7");
}

#[test]
fn a_listing_without_sizes_or_with_a_word_for_a_size_is_damaged() {
    fails(&with(listing().without_element("Size")), "list", "http.malformed", "no Size");
    fails(&with(listing().listed_size("large")), "list", "http.malformed", "damaged");
}

#[test]
fn bytes_changed_before_they_were_stored_are_one_fault_and_not_three() {
    let spoil = |key: &str, r2: &R2| r2.put_object(&r2.bucket(), key, b"spoilt");
    let r2 = with(Fault::on(Op::Put).etag("\"1f2e3d\""));
    r2.add_fault(listing().listed_size("6").listed_etag("\"1f2e3d\""));
    r2.add_fault(download().content(b"spoilt").etag("\"1f2e3d\""));
    spoil("unrelated", &r2);
    let run = run(&r2);
    run.fails_at("upload", "integrity.etag").says("list: ").says("download: ").statuses("wpfffp");
    assert_eq!(run.codes().iter().filter(|code| code.starts_with("integrity.")).count(), 1);
    assert_eq!(run.check("download")["detail"], "different bytes from byte 0 on");
    assert_eq!(run.check("download")["follows_from"], "upload");
    assert_eq!(r2.left(), ["app-files/unrelated"]);
}

#[test]
fn an_object_that_is_readable_but_not_listed_is_named_at_list() {
    let r2 = with(Fault::on(Op::Put).unlisted());
    let run = run(&r2);
    run.fails_at("list", "integrity.not-listed").statuses("wppfpp").sends(&ALL).leaves_nothing();
}

#[test]
fn an_upload_that_was_confirmed_and_is_nowhere_is_a_lost_write() {
    let r2 = with(Fault::on(Op::Put).forgets());
    let run = run(&r2);
    run.fails_at("list", "integrity.lost-write").says("download: ").statuses("wppffp").sends(&ALL);
    run.says("Cloudflare confirmed the upload, with cf-ray").leaves_nothing();
    assert!(!run.codes().contains(&"integrity.not-listed"));
}

#[test]
fn a_lost_write_that_cloudflare_did_not_confirm_is_reported_as_such() {
    let fault = || Fault::on(Op::Put).forgets().without("CF-RAY");
    let r2 = R2::builder().r2_host(Jurisdiction::Default).fault(fault()).start();
    run(&r2).fails_at("list", "integrity.lost-write").says("has no cf-ray, which every response of R2 has");
    // Another server has no cf-ray to lack.
    fails(&with(fault().plays("nginx")), "list", "integrity.lost-write", "says `server: nginx`");
}

#[test]
fn another_or_no_content_type_is_named_at_download() {
    let wrong = with(download().content_type("application/octet-stream"));
    fails(&wrong, "download", "integrity.content-type", "`application/octet-stream` came back");
    fails(&with(download().without("Content-Type")), "download", "integrity.content-type", "no content type");
}

#[test]
fn a_body_that_arrived_changed_is_reported_before_it_is_stored() {
    refuses(S3Error::bad_digest(), "integrity.digest");
    refuses(S3Error::invalid_digest(), "integrity.digest");
    refuses(S3Error::new(400, "XAmzContentSHA256Mismatch", ""), "integrity.digest");
}

#[test]
fn every_upload_carries_its_length_and_its_checksums() {
    let r2 = R2::start();
    run(&r2).passes_with(&[]);
    for put in r2.requests_of(Op::Put) {
        let length = put.header("content-length").unwrap();
        assert_eq!(length, put.body.len().to_string());
        assert!(put.header("content-md5").is_some() && put.header("x-amz-content-sha256").is_some());
        assert!(put.header("transfer-encoding").is_none() && put.header("expect").is_none());
        assert_eq!(put.header("if-none-match"), Some("*"));
        let extra = ["x-amz-acl", "x-amz-storage-class", "x-amz-tagging", "x-amz-sdk-checksum-algorithm"];
        assert!(extra.iter().all(|name| put.header(name).is_none()));
    }
}

#[test]
fn a_body_that_arrived_in_part_or_without_its_length_is_reported() {
    for error in [S3Error::incomplete_body(), S3Error::client_disconnect(), S3Error::missing_length()] {
        refuses(error, "integrity.incomplete");
    }
}

#[test]
fn a_header_that_is_not_implemented_is_quoted() {
    for error in [S3Error::acl(), S3Error::streaming()] {
        let message = error.message.clone();
        let r2 = with(Fault::on(Op::Put).error(error));
        run(&r2).fails_at("upload", "service.not-implemented").says(&message).leaves_nothing();
    }
}

#[test]
fn a_key_that_the_server_refuses_keeps_its_words() {
    refuses(S3Error::invalid_object_name(), "service.unexpected");
}

/// Somebody puts an object under the very key before the upload arrives.
fn taken_by(body: &'static [u8]) -> R2 {
    let fault = Fault::on(Op::Put).error(S3Error::precondition());
    let r2 = with(fault);
    r2.add_fault(Fault::on(Op::Get).answer_with(move |_| Reply::new(200).body(body)));
    r2
}

#[test]
fn a_taken_key_is_neither_overwritten_nor_deleted() {
    let r2 = taken_by(b"somebody's file");
    let run = run(&r2);
    run.fails_at("upload", "integrity.key-exists").says("it was left alone").statuses("wpfsss");
    run.sends(&[Op::List, Op::HeadBucket, Op::Put, Op::Get]).leaves_nothing();
}

#[test]
fn an_upload_that_arrived_twice_is_this_runs_own_and_is_deleted() {
    let fault = Fault::on(Op::Put).error(S3Error::precondition()).although_performed();
    let r2 = with(fault);
    let run = run(&r2);
    run.fails_at("upload", "integrity.key-exists").says("the upload arrived twice").statuses("wpfssp");
    run.sends(&REFUSED_UPLOAD).leaves_nothing();
}

#[test]
fn a_refused_condition_without_any_object_is_reported_as_such() {
    for error in [S3Error::precondition(), S3Error::conditional_conflict()] {
        let r2 = with(Fault::on(Op::Put).error(error));
        run(&r2).fails_at("upload", "integrity.key-exists").leaves_nothing();
    }
}

#[test]
fn an_object_under_the_key_that_cannot_be_read_is_left_alone_and_reported() {
    let r2 = with(Fault::on(Op::Put).error(S3Error::precondition()).although_performed());
    r2.add_fault(Fault::on(Op::Get).error(S3Error::access_denied()));
    let run: Run<'_> = run(&r2);
    run.fails_at("upload", "integrity.key-exists").says("could not be read").may_leave("cleanup.unknown");
    assert!(r2.requests_of(Op::Delete).is_empty() && r2.left()[0].contains(PREFIX));
}
