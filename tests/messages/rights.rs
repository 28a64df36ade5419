//! Credentials, permissions, buckets and rules.

use std::time::Duration;

use super::Section;
use super::case::{Case, Staged};
use super::network::{HOST, of, on_r2};
use crate::support::r2::{BUCKET, Builder, Fault, Jurisdiction, Op, Permission, R2, S3Error, Token};

/// What the verdict on an unknown key must name.
const KEY: &[&str] = &[HOST, "R2_ACCESS_KEY_ID"];

fn with(token: Token) -> Staged {
    of(on_r2().token(token).start(), &[], "")
}

fn on(server: Builder) -> Staged {
    of(server.start(), &[], "")
}

fn other(variable: &str, value: &str) -> Staged {
    of(on_r2().start(), &[(variable, value)], "")
}

/// Temporary credentials, whose token is not set.
fn half_temporary() -> Staged {
    let r2 = on_r2().token(Token::read_write().temporary()).start();
    let changes = [("R2_SESSION_TOKEN", "")];
    of(r2, &changes, "")
}

fn credentials() -> Vec<Case> {
    vec![
        Case::new("The access key is unknown", KEY, || {
            other("R2_ACCESS_KEY_ID", &"0123456789abcdef".repeat(2))
        }),
        Case::new("The secret belongs to another key", &["R2_SECRET_ACCESS_KEY", "R2_ACCESS_KEY_ID"], || {
            other("R2_SECRET_ACCESS_KEY", &"0123456789abcdef".repeat(4))
        }),
        Case::new("The session token is missing", KEY, half_temporary),
        Case::new("The temporary credentials have expired", KEY, || {
            with(Token::read_write().temporary().valid_for(Duration::ZERO))
        }),
        Case::new("The machine's clock is an hour slow", &["clock", HOST, "1 hour"], || {
            on(on_r2().clock(3600))
        }),
    ]
}

fn permissions() -> Vec<Case> {
    vec![
        Case::new("The token is for another bucket", &["ListObjectsV2", BUCKET], || {
            with(Token::read_write().only(Jurisdiction::Default, "another-bucket"))
        }),
        Case::new("The token may not list", &["ListObjectsV2", BUCKET], || {
            with(Token::new(Permission::NoList))
        }),
        Case::new("The token may only write", &["ListObjectsV2", BUCKET], || {
            with(Token::new(Permission::WriteOnly))
        }),
        Case::new("The token may not delete", &["DeleteObject", BUCKET], || {
            with(Token::new(Permission::NoDelete))
        }),
        Case::new("The token may not read", &["GetObject", BUCKET], || {
            on(on_r2().fault(Fault::on(Op::Get).nth(1).error(S3Error::access_denied())))
        }),
        Case::new("The token may list, and HeadBucket is refused", &["HeadBucket", BUCKET], || {
            on(on_r2().fault(Fault::on(Op::HeadBucket).status(403)))
        }),
        Case::new("The token is withdrawn during the run", &["GetObject", BUCKET], || {
            on(on_r2().fault(Fault::on(Op::Any).after(4).error(S3Error::access_denied())))
        }),
    ]
}

fn buckets() -> Vec<Case> {
    vec![
        Case::new("The bucket is in another jurisdiction", &[BUCKET, "`eu`", "R2_ENDPOINT"], || {
            on(on_r2().bucket_in(Jurisdiction::Eu, BUCKET))
        }),
        Case::new("The token is for another jurisdiction", &[BUCKET, "`eu`", "R2_ENDPOINT"], || {
            let token = Token::read_write().only(Jurisdiction::Eu, BUCKET);
            on(on_r2().token(token).bucket_in(Jurisdiction::Eu, BUCKET))
        }),
        Case::new("The bucket does not exist", &["app-flies", HOST], || other("R2_BUCKET_NAME", "app-flies")),
        Case::new("The bucket's name is in the wrong case", &["R2_BUCKET_NAME is `App-Files`"], || {
            of(R2::start(), &[("R2_BUCKET_NAME", "App-Files")], "")
        }),
        Case::new("The bucket is deleted during the run", &[BUCKET, HOST], || {
            on(on_r2().fault(Fault::on(Op::Put).error(S3Error::no_such_bucket())))
        }),
        Case::new("A lock rule refuses the upload", &[BUCKET, "PutObject"], || {
            on(on_r2().fault(Fault::on(Op::Put).error(S3Error::locked())))
        }),
    ]
}

pub fn section() -> Section {
    let cases = credentials().into_iter().chain(permissions()).chain(buckets()).collect();
    Section {
        title: "Credentials and buckets",
        about: "Keys, permissions, jurisdictions and rules. R2's own host is played by a simulator.",
        cases,
    }
}
