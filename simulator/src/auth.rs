//! Who is asking, and whether the request proves it: R2's refusals in R2's order.

use time::Duration;

use super::clock::from_amz_date;
use super::error::S3Error;
use super::http::Request;
use super::settings::Settings;
use super::sigv4::{Authorization, Calculated, calculate};
use super::token::Token;

const LONGEST_SKEW: Duration = Duration::minutes(15);
/// What R2 takes for a region: its own name for all, two aliases of it, and its location hints.
const REGIONS: [&str; 9] = ["auto", "", "us-east-1", "wnam", "enam", "weur", "eeur", "apac", "oc"];

/// The token that signed the request, which was sent to a host of this account.
pub fn authenticate<'a>(
    settings: &'a Settings,
    request: &Request,
    account: &str,
) -> Result<&'a Token, S3Error> {
    let authorization = well_formed(settings, request)?;
    in_time(settings, request, &authorization)?;
    let known = settings
        .tokens
        .iter()
        .find(|token| token.id == authorization.key_id && settings.account_of(token) == account);
    let token = known.ok_or_else(S3Error::unauthorized)?;
    signed_with(settings, request, &authorization, &token.secret)?;
    if token.has_expired() || token.session.as_deref() != request.header("x-amz-security-token") {
        return Err(S3Error::unauthorized());
    }
    Ok(token)
}

fn well_formed(settings: &Settings, request: &Request) -> Result<Authorization, S3Error> {
    let header = request.header("authorization").ok_or_else(|| S3Error::invalid_argument("Authorization"))?;
    if header.starts_with("AWS ") {
        return Err(S3Error::sigv2());
    }
    let authorization =
        Authorization::parse(header).ok_or_else(|| S3Error::invalid_argument("Authorization"))?;
    if authorization.key_id.len() != 32 {
        return Err(S3Error::key_length(authorization.key_id.len()));
    }
    let region = authorization.region.as_str();
    match &settings.region {
        Some(expected) if expected != region => Err(S3Error::other_region(region, expected)),
        None if !REGIONS.contains(&region.to_ascii_lowercase().as_str()) => Err(S3Error::region(region)),
        Some(_) | None => Ok(authorization),
    }
}

fn in_time(settings: &Settings, request: &Request, authorization: &Authorization) -> Result<(), S3Error> {
    let stamp = request.header("x-amz-date").unwrap_or_default();
    let time = from_amz_date(stamp).ok_or_else(|| S3Error::invalid_argument("x-amz-date"))?;
    if (settings.clock.now() - time).abs() > LONGEST_SKEW {
        return Err(S3Error::too_skewed());
    }
    if stamp.starts_with(&authorization.date) { Ok(()) } else { Err(S3Error::signature()) }
}

fn signed_with(
    settings: &Settings,
    request: &Request,
    authorization: &Authorization,
    secret: &str,
) -> Result<(), S3Error> {
    let calculated = calculate(request, authorization, secret);
    let whole = authorization.service == "s3" && !authorization.leaves_unsigned(request);
    if whole && calculated.signature == authorization.signature {
        return Ok(());
    }
    Err(explained(settings, &calculated))
}

fn explained(settings: &Settings, calculated: &Calculated) -> S3Error {
    if !settings.explain_signatures {
        return S3Error::signature();
    }
    let text = &calculated.string_to_sign;
    let bytes: Vec<_> = text.bytes().map(|byte| format!("{byte:02x}")).collect();
    S3Error::signature()
        .with("StringToSign", text)
        .with("StringToSignBytes", &bytes.join(" "))
        .with("CanonicalRequest", &calculated.canonical_request)
}
