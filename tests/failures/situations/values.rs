//! Values as they come out of dashboards, secret stores, scripts and other people's guides. Nothing is sent with a wrong one.

use super::{Ends, Situation, USUAL, each, fails, warns};
use crate::support::r2::{Jurisdiction, R2};

/// A wrong value in one variable.
pub const fn value(
    what: &'static str,
    set: &'static [(&'static str, &'static str)],
    ends: Ends,
) -> Situation {
    Situation { what, set, ends, ..USUAL }
}

/// R2 in the United States.
fn in_the_us() -> R2 {
    R2::builder().r2_host(Jurisdiction::Us).start()
}

const ENDPOINTS: &[Situation] = &[
    Situation { what: "a bucket in the United States", server: in_the_us, ..USUAL },
    Situation {
        what: "the account id in upper case, which is the same host",
        set: &[("R2_ENDPOINT", "https://{ACCOUNT}.r2.cloudflarestorage.com")],
        ends: warns(
            "config.endpoint-account",
            &["R2_ENDPOINT has upper-case letters in its account id"],
            "Set R2_ENDPOINT to `https://{host}`",
        ),
        ..USUAL
    },
    value(
        "the scheme twice",
        &[("R2_ENDPOINT", "https://https://{host}")],
        fails(
            "config.endpoint-scheme",
            &["R2_ENDPOINT has two schemes, `https://https://`"],
            "Set R2_ENDPOINT to `https://{host}` in the environment.",
        ),
    ),
    value(
        "a scheme of another protocol",
        &[("R2_ENDPOINT", "s3://{host}")],
        fails("config.endpoint-scheme", &["R2_ENDPOINT begins with `s3`"], "Set R2_ENDPOINT to"),
    ),
    value(
        "a region in the place of the account id",
        &[("R2_ENDPOINT", "https://us-east-1.r2.cloudflarestorage.com")],
        fails(
            "config.endpoint-account",
            &["R2_ENDPOINT has the AWS region `us-east-1` instead of the account id"],
            "Put the account id from the R2 overview page into R2_ENDPOINT",
        ),
    ),
    value(
        "a name in the place of the account id",
        &[("R2_ENDPOINT", "https://our-clinic.r2.cloudflarestorage.com")],
        fails("config.endpoint-account", &["R2_ENDPOINT has `our-clinic`"], "Put the account id"),
    ),
    value(
        "a location hint in the place of a jurisdiction",
        &[("R2_ENDPOINT", "https://{account}.weur.r2.cloudflarestorage.com")],
        fails(
            "config.endpoint-jurisdiction",
            &["R2_ENDPOINT has the location hint `weur`", "instead of a jurisdiction"],
            "Set R2_ENDPOINT to `https://{host}`",
        ),
    ),
    value(
        "the jurisdiction behind `r2`",
        &[("R2_ENDPOINT", "https://{account}.r2.eu.cloudflarestorage.com")],
        fails(
            "config.endpoint-jurisdiction",
            &["R2_ENDPOINT has the jurisdiction `eu` in the wrong place"],
            "Set R2_ENDPOINT to `https://{account}.eu.r2.cloudflarestorage.com`",
        ),
    ),
    value(
        "the bucket at the end of the endpoint",
        &[("R2_ENDPOINT", "https://{host}/app-files")],
        fails(
            "config.endpoint-path",
            &["R2_ENDPOINT ends with the bucket's name, `/app-files`"],
            "Set R2_ENDPOINT to `https://{host}`",
        ),
    ),
    value(
        "a backslash, which URL parsers turn round",
        &[("R2_ENDPOINT", "https://{host}\\")],
        fails(
            "config.endpoint-rewritten",
            &["R2_ENDPOINT", "\\`, which a URL parser turns into"],
            "Type R2_ENDPOINT again",
        ),
    ),
    value(
        "full-width letters in the host",
        &[("R2_ENDPOINT", "https://ｓ3.example.com")],
        fails("config.invisible-character", &["R2_ENDPOINT contains U+FF53"], "Set R2_ENDPOINT to"),
    ),
];

const EXTRAS: &[Situation] = &[
    Situation {
        never: &["global API key", "switches R2 off"],
        ..value(
            "a comment behind every value, kept by `docker run --env-file`",
            &[
                ("R2_ENABLED", "true # from the dashboard"),
                ("R2_ENDPOINT", "https://{host} # from the dashboard"),
                ("R2_ACCESS_KEY_ID", "{id} # from the dashboard"),
                ("R2_SECRET_ACCESS_KEY", "{secret} # from the dashboard"),
                ("R2_BUCKET_NAME", "app-files # from the dashboard"),
            ],
            fails(
                "config.extra-text",
                &[
                    "R2_ENABLED",
                    "R2_ENDPOINT",
                    "R2_ACCESS_KEY_ID",
                    "R2_SECRET_ACCESS_KEY",
                    "R2_BUCKET_NAME",
                    "a comment",
                ],
                "Set them without a comment in the environment.",
            ),
        )
    },
    Situation {
        never: &["global API key"],
        ..value(
            "both keys in base64, as Kubernetes keeps them",
            &[("R2_ACCESS_KEY_ID", "{id-in-base64}"), ("R2_SECRET_ACCESS_KEY", "{secret-in-base64}")],
            fails(
                "config.extra-text",
                &["R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY", "base64"],
                "Set them without base64",
            ),
        )
    },
    value(
        "what `echo -n` of a plain shell writes, in both keys",
        &[("R2_ACCESS_KEY_ID", "-n {id}\n"), ("R2_SECRET_ACCESS_KEY", "-n {secret}\n")],
        fails(
            "config.extra-text",
            &["R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY", "an option of `echo`"],
            "Set them without",
        ),
    ),
    value(
        "the whole line as the value",
        &[("R2_BUCKET_NAME", "R2_BUCKET_NAME=app-files")],
        fails(
            "config.extra-text",
            &["R2_BUCKET_NAME", "the name of a variable"],
            "Set R2_BUCKET_NAME to `app-files`",
        ),
    ),
    value(
        "a comma that a list left behind",
        &[("R2_ENDPOINT", "https://{host},")],
        fails("config.extra-text", &["R2_ENDPOINT", "a comma"], "Set R2_ENDPOINT to `https://{host}`"),
    ),
    value(
        "a link in Markdown",
        &[("R2_ENDPOINT", "[endpoint](https://{host})")],
        fails("config.extra-text", &["R2_ENDPOINT", "a link around"], "Set R2_ENDPOINT to `https://{host}`"),
    ),
    value(
        "escapes that nothing expanded",
        &[("R2_SECRET_ACCESS_KEY", "{secret}\\n")],
        fails(
            "config.extra-text",
            &["R2_SECRET_ACCESS_KEY", "a written-out line end"],
            "Set R2_SECRET_ACCESS_KEY without",
        ),
    ),
    value(
        "a line end behind the key",
        &[("R2_ACCESS_KEY_ID", "{id}\n")],
        fails(
            "config.whitespace",
            &["R2_ACCESS_KEY_ID ends with a line feed"],
            "Remove the white space from R2_ACCESS_KEY_ID",
        ),
    ),
];

const OTHERS: &[Situation] = &[
    value(
        "a region of AWS",
        &[("R2_REGION", "eu-west-1")],
        fails("config.region", &["R2_REGION is `eu-west-1`"], "Set R2_REGION to `auto`"),
    ),
    Situation {
        what: "the region that R2 takes for its own",
        set: &[("R2_REGION", "us-east-1")],
        ends: warns("config.region", &["R2_REGION is `us-east-1`"], "Set R2_REGION to `auto`"),
        ..USUAL
    },
    Situation {
        what: "optional variables that are empty",
        set: &[("R2_REGION", ""), ("R2_SESSION_TOKEN", "")],
        ..USUAL
    },
    value(
        "a word that looks like yes",
        &[("R2_ENABLED", "yes")],
        fails("config.enabled-not-true", &["R2_ENABLED is `yes`, not `true`"], "Set R2_ENABLED to `true`"),
    ),
    value(
        "a bucket's name with capital letters",
        &[("R2_BUCKET_NAME", "App-Files")],
        fails(
            "config.bucket-name",
            &["R2_BUCKET_NAME is `App-Files`, with upper-case letters"],
            "Set R2_BUCKET_NAME to `app-files`",
        ),
    ),
    value(
        "a bucket's name that boto3 refuses",
        &[("R2_BUCKET_NAME", "app%2dfiles")],
        fails(
            "config.bucket-name",
            &["R2_BUCKET_NAME is `app%2dfiles`", "`%`"],
            "Set R2_BUCKET_NAME to the bucket's exact name",
        ),
    ),
    value(
        "a key that lost its last character",
        &[("R2_ACCESS_KEY_ID", "4a5b6c7d8e9f0a1b2c3d4e5f6071829")],
        fails(
            "config.access-key-shape",
            &["R2_ACCESS_KEY_ID has 31 characters, not 32"],
            "Set R2_ACCESS_KEY_ID to the Access Key ID",
        ),
    ),
];

#[test]
fn an_endpoint_is_answered_with_what_is_wrong_in_it() {
    each(ENDPOINTS);
}

#[test]
fn a_value_that_came_with_something_names_what_came_along() {
    each(EXTRAS);
}

#[test]
fn any_other_value_is_answered_with_what_is_wrong_in_it() {
    each(OTHERS);
}
