//! Example text and references that nobody replaced.

use super::*;

#[test]
fn what_was_never_filled_in_is_named() {
    each(
        "R2_ENDPOINT",
        "config.placeholder",
        &[
            ("https://<ACCOUNT_ID>.r2.cloudflarestorage.com", "a name in brackets"),
            ("https://your_account_id.r2.cloudflarestorage.com", "words of a template"),
            ("https://xxxxxxxx.r2.cloudflarestorage.com", "a row of `x`"),
        ],
    );
    each("R2_ACCESS_KEY_ID", "config.placeholder", &[("changeme", "words of a template"), ("****", "mask")]);
    each("R2_BUCKET_NAME", "config.placeholder", &[("your-bucket-name", "words of a template")]);
}

#[test]
fn a_reference_that_the_platform_did_not_resolve_is_named() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.placeholder",
        &[("${{shared.R2_SECRET}}", "a reference that nothing resolved")],
    );
    each("R2_BUCKET_NAME", "config.placeholder", &[("${R2_BUCKET}", "reference"), ("$BUCKET", "reference")]);
}
