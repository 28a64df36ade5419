//! Which values are confidential: by the name of the variable, as the login in a URL, or as what R2 derives from them.

use masking::Secret;

use super::rules::keys::{is_shaped_as_secret, secret_of_token};
use super::rules::near_miss::is_near_secret;
use super::{Variable, characters};

/// Parts of names whose variables hold secrets. Those of this program are known anyway.
const SECRET_NAMES: [&str; 9] =
    ["SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "PRIVATE", "CREDENTIAL", "API_KEY", "ACCESS_KEY"];
/// Ends of names whose variables only hold the place of a secret.
const PLACES: [&str; 4] = ["_FILE", "_PATH", "_DIR", "_URL"];

/// The secret that belongs to another value in its place: that may be an API token, and an experiment signs with its
/// SHA-256.
pub fn secret_made_of(variable: Variable, secret: &Secret) -> Vec<Secret> {
    if variable != Variable::SecretAccessKey {
        return Vec::new();
    }
    let (value, core) = (secret.expose(), characters::core(variable, secret.expose()));
    let hashed = [value, &core].into_iter().filter(|value| !value.is_empty() && !is_shaped_as_secret(value));
    hashed.map(secret_of_token).collect()
}

/// The confidential part of another variable's value: all of it, or the login in it.
pub fn of_another(name: &str, value: &str) -> Vec<Secret> {
    let upper = name.to_ascii_uppercase();
    let is_place = PLACES.iter().any(|ending| upper.ends_with(ending));
    if is_secret_name(name) && !is_place { vec![Secret::new(value.to_owned())] } else { passwords_in(value) }
}

/// Whether a variable's value is a secret by its name, also a misspelt one.
pub fn is_secret_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    SECRET_NAMES.iter().any(|part| upper.contains(part)) || is_near_secret(name)
}

/// The password in a URL, or the user if there is no password: as written, and decoded.
fn passwords_in(url: &str) -> Vec<Secret> {
    let mut logins = logins_in(url);
    logins.pop();
    logins
}

/// The same, and user and password as HTTP joins them.
pub fn logins_in(url: &str) -> Vec<Secret> {
    let Some((before, _)) = url.rsplit_once('@') else { return Vec::new() };
    let Some((_, login)) = before.split_once("://") else { return Vec::new() };
    let (user, password) = login.split_once(':').unwrap_or(("", login));
    let decoded = |text: &str| percent_encoding::percent_decode_str(text).decode_utf8_lossy().into_owned();
    let joined = format!("{}:{}", decoded(user), decoded(password));
    let plain = decoded(password);
    let encoded = (plain != password).then(|| password.to_owned());
    [Some(plain), encoded, Some(joined)].into_iter().flatten().map(Secret::new).collect()
}
