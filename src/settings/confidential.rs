//! Which names and values are confidential: told by the name of a variable, by the login in a URL, by what R2 makes of it.

use super::rules::keys::{is_shaped_as_secret, secret_of_token};
use super::rules::near_miss::is_near_secret;
use super::{Variable, characters};
use crate::base::secret::Secret;

/// What the names of variables contain whose values are kept secret. The names of this program's own are known.
const SECRET_NAMES: [&str; 9] =
    ["SECRET", "PASSWORD", "PASSWD", "PASSPHRASE", "TOKEN", "PRIVATE", "CREDENTIAL", "API_KEY", "ACCESS_KEY"];
/// How the names of variables end that only say where a secret is.
const PLACES: [&str; 4] = ["_FILE", "_PATH", "_DIR", "_URL"];

/// What R2 would take for the secret where something else stands in its place: that may be a token, and an experiment
/// signs with its SHA-256.
pub fn secret_made_of(variable: Variable, secret: &Secret) -> Vec<Secret> {
    if variable != Variable::SecretAccessKey {
        return Vec::new();
    }
    let (value, core) = (secret.expose(), characters::core(variable, secret.expose()));
    let hashed = [value, &core].into_iter().filter(|value| !value.is_empty() && !is_shaped_as_secret(value));
    hashed.map(secret_of_token).collect()
}

/// What no output may hold of another variable's value: all of it, or the login in it.
pub fn of_another(name: &str, value: &str) -> Vec<Secret> {
    let upper = name.to_ascii_uppercase();
    let is_place = PLACES.iter().any(|ending| upper.ends_with(ending));
    if is_secret_name(name) && !is_place { vec![Secret::new(value.to_owned())] } else { passwords_in(value) }
}

/// Whether a variable's name says that its value is a secret, also where it is misspelt.
pub fn is_secret_name(name: &str) -> bool {
    let upper = name.to_ascii_uppercase();
    SECRET_NAMES.iter().any(|part| upper.contains(part)) || is_near_secret(name)
}

/// The password in a URL, or the user where there is no password: as it stands there, and decoded.
fn passwords_in(url: &str) -> Vec<Secret> {
    let mut logins = logins_in(url);
    logins.pop();
    logins
}

/// The same, and at last user and password as HTTP joins both.
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
