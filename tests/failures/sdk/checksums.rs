//! Checksums of downloads, which newer versions of boto3 ask for and compare.

use super::{NEW, OLD};
use crate::support::r2::{Fault, Op, R2, S3Error, Tls};
use crate::support::run::run_with;

/// boto3 from 1.36 on asks for the checksum of a download, and fails where it is another.
#[test]
fn the_checksum_of_a_download_is_compared_where_the_sdk_compares_it() {
    let wrong = || Fault::on(Op::Get).first(1).header("x-amz-checksum-crc32", "AAAAAA==");
    for tls in [false, true] {
        let server = || if tls { R2::builder().tls(Tls::Good) } else { R2::builder() };
        let r2 = server().fault(wrong()).start();
        let run = run_with(&r2, &[], &NEW);
        run.fails_at("download", "http.mismatch").says("x-amz-checksum-crc32 is `AAAAAA==`").leaves_nothing();
        run.says("unless AWS_RESPONSE_CHECKSUM_VALIDATION is `when_required`");
        assert_eq!(r2.requests_of(Op::Get)[0].header("x-amz-checksum-mode"), Some("ENABLED"));
        // What it says works, and other clients neither ask nor compare.
        let required = [("AWS_RESPONSE_CHECKSUM_VALIDATION", "When_Required")];
        for (env, options) in [(&required[..], &NEW[..]), (&[], &OLD), (&[], &[])] {
            let r2 = server().fault(wrong()).start();
            run_with(&r2, env, options).passes_with(&[]).leaves_nothing();
            assert_eq!(r2.requests_of(Op::Get)[0].header("x-amz-checksum-mode"), None);
        }
        // That of parts is compared by nobody.
        let parts = Fault::on(Op::Get).first(1).header("x-amz-checksum-crc32", "AAAAAA==-2");
        run_with(&server().fault(parts).start(), &[], &NEW).passes_with(&[]);
    }
    // The others that it compares, in its order; what comes after the first one is read by nobody.
    for (name, right) in [
        ("x-amz-checksum-sha1", false),
        ("x-amz-checksum-sha256", false),
        ("x-amz-checksum-sha512", false),
        ("x-amz-checksum-crc32c", true),
    ] {
        let r2 = R2::builder().fault(Fault::on(Op::Get).first(1).header(name, "AAAA")).start();
        let run = run_with(&r2, &[], &NEW);
        if right {
            run.passes_with(&[]);
        } else {
            run.fails_at("download", "http.mismatch").says(&format!("{name} is `AAAA`")).leaves_nothing();
        }
        run_with(&r2, &[], &OLD).passes_with(&[]);
    }
    let refusing = Fault::on(Op::Get).with("x-amz-checksum-mode", "ENABLED").error(S3Error::access_denied());
    run_with(&R2::builder().fault(refusing).start(), &[], &NEW).fails_at("download", "permission.denied");
}
