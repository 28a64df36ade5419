//! What tokens allow, and where.

use std::time::Duration;

use crate::client::Client;
use simulator::{ACCOUNT, Jurisdiction, Permission, R2, Token};

const OTHER: &str = "00000000000000000000000000000001";

/// The statuses of a listing, a write, a read and a deletion.
fn statuses(permission: Permission) -> [u16; 4] {
    let r2 = R2::builder().token(Token::new(permission)).object("old", b"1").start();
    let client = Client::of(&r2);
    let object = "/app-files/new";
    [
        client.get("/app-files?list-type=2").status,
        client.put(object, b"2").status,
        client.get("/app-files/old").status,
        client.delete(object).status,
    ]
}

#[test]
fn each_permission_allows_what_its_name_says() {
    assert_eq!(statuses(Permission::ReadWrite), [200, 200, 200, 204]);
    assert_eq!(statuses(Permission::ReadOnly), [200, 403, 200, 403]);
    assert_eq!(statuses(Permission::WriteOnly), [403, 200, 403, 204]);
    assert_eq!(statuses(Permission::NoDelete), [200, 200, 200, 403]);
    assert_eq!(statuses(Permission::NoList), [403, 200, 200, 204]);
    assert_eq!(statuses(Permission::None), [403; 4]);
}

#[test]
fn only_an_admin_lists_buckets() {
    let r2 = R2::builder().token(Token::new(Permission::Admin)).token(Token::read_write()).start();
    assert!(Client::of(&r2).get("/").text().contains("<Name>app-files</Name>"));
    let r2 = R2::start();
    assert_eq!(Client::of(&r2).get("/").element("Code"), "AccessDenied");
}

#[test]
fn an_expired_token_is_unauthorized() {
    let r2 = R2::builder().token(Token::read_write().valid_for(Duration::ZERO)).start();
    assert_eq!(Client::of(&r2).get("/app-files").status, 401);
}

#[test]
fn a_missing_bucket_is_told_to_a_token_of_the_whole_account_only() {
    let r2 = R2::start();
    assert_eq!(Client::of(&r2).get("/other-files").element("Code"), "NoSuchBucket");
    let scoped = Token::read_write().only(Jurisdiction::Default, "app-files");
    let r2 = R2::builder().token(scoped).start();
    assert_eq!(Client::of(&r2).get("/other-files").element("Code"), "AccessDenied");
    assert_eq!(Client::of(&r2).get("/app-files").status, 200);
}

#[test]
fn the_host_chooses_the_jurisdiction_and_the_account() {
    let r2 = R2::builder().bucket_in(Jurisdiction::Eu, "app-files").start();
    let at = |host: String| Client { host, ..Client::of(&r2) }.get("/app-files");
    assert_eq!(at(Jurisdiction::Eu.host(ACCOUNT)).status, 200);
    assert_eq!(at(format!("app-files.{}", Jurisdiction::Eu.host(ACCOUNT))).status, 404);
    assert_eq!(at(Jurisdiction::Default.host(ACCOUNT)).element("Code"), "NoSuchBucket");
    assert_eq!(at(Jurisdiction::Fedramp.host(ACCOUNT)).element("Code"), "NoSuchBucket");
    assert_eq!(at(Jurisdiction::Eu.host(OTHER)).element("Code"), "Unauthorized");
}

#[test]
fn a_token_scoped_to_the_other_jurisdiction_is_denied_and_not_told() {
    let scoped = Token::read_write().only(Jurisdiction::Eu, "app-files");
    let r2 = R2::builder().token(scoped).bucket_in(Jurisdiction::Eu, "app-files").start();
    assert_eq!(Client::of(&r2).get("/app-files").element("Code"), "AccessDenied");
    let client = Client { host: Jurisdiction::Eu.host(ACCOUNT), ..Client::of(&r2) };
    assert_eq!(client.get("/app-files").status, 200);
}

#[test]
fn a_prefix_bounds_temporary_credentials() {
    let r2 = R2::builder().token(Token::read_write().only_prefix("mine/")).start();
    let client = Client::of(&r2);
    assert_eq!(client.put("/app-files/mine/1", b"").status, 200);
    assert_eq!(client.put("/app-files/yours/1", b"").status, 403);
    assert_eq!(client.get("/app-files?list-type=2&prefix=mine%2F").status, 200);
    assert_eq!(client.get("/app-files?list-type=2").status, 403);
}

#[test]
fn a_secret_is_the_digest_of_its_tokens_value() {
    use sha2::{Digest, Sha256};
    let token = Token::read_write();
    let digest = Sha256::digest(token.value.as_bytes());
    let hex: Vec<_> = digest.iter().map(|byte| format!("{byte:02x}")).collect();
    assert_eq!(token.secret, hex.concat());
    assert_eq!((token.id.len(), token.value.len()), (32, 53));
}
