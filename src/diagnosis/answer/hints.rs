//! What an answer settles beyond its condition: the setting that is meant, the value that belongs there, whose keys these
//! are, and whether the request was changed on its way.

use super::shorten;
use crate::base::code::Code;
use crate::base::finding::Finding;
use crate::client::exchange::{Answer, Exchange, Field};
use crate::client::storage::answer::{Document, S3Error};
use crate::diagnosis::vocabulary::expected_region;
use crate::diagnosis::{Context, cloudflare};
use crate::settings::Variable;
use crate::settings::correction::has_shape_of_r2;
use crate::settings::lists::REGION;

const NO_CODE: &str = "without a code";
const ANOTHER: &str = "another address";

/// Names the variable where the server found a fault in a setting, the S3 code, and what of the answer settles more.
pub fn with_hints(
    finding: Finding,
    document: &Document,
    exchange: &Exchange,
    answer: &Answer,
    context: &Context<'_>,
) -> Finding {
    let finding = with_location(with_sender(with_limit(finding), answer), answer);
    let Document::Error(error) = document else {
        return finding.with("expected", ANOTHER).with("s3_code", NO_CODE);
    };
    let code = if error.code.is_empty() { NO_CODE } else { &error.code };
    let finding = finding.with("s3_code", code);
    if finding.code == Code::ConfigBucketName {
        finding.about(Variable::BucketName)
    } else if finding.code == Code::ConfigRegion {
        with_region(finding, error, answer, context)
    } else if finding.code == Code::HttpRedirect {
        with_address(finding, error, answer)
    } else if finding.code == Code::ConfigAccessKeyShape {
        with_key_length(finding, context)
    } else if finding.code == Code::AuthUnauthorized {
        with_origin(with_doubt(finding, error), answer, context)
    } else if finding.code == Code::AuthSignature {
        with_gateway(finding, error, exchange, answer, context)
    } else {
        finding
    }
}

/// What Cloudflare's number says, where Cloudflare answered in the server's place.
pub fn with_sender(finding: Finding, answer: &Answer) -> Finding {
    let number = cloudflare::number_of(answer);
    let finding = number.map_or(finding.clone(), |number| finding.because(number.sentence()));
    if finding.code == Code::HttpCustomDomain {
        let reason = number.map_or_else(
            || format!("it answered {} with a page for browsers", answer.status),
            |number| format!("{} (Cloudflare's error {})", number.meaning, number.digits),
        );
        return finding.about(Variable::Endpoint).with("reason", reason);
    }
    finding
}

/// The region that belongs in the setting: R2's, or the one that the server names.
fn with_region(finding: Finding, error: &S3Error, answer: &Answer, context: &Context<'_>) -> Finding {
    let finding = finding.about(Variable::Region);
    let set = context.settings.map_or("", |settings| &settings.region);
    let server = context.server([answer]);
    let Some(name) = server.filter(|server| !server.is_r2()).map(|server| server.name()) else {
        return finding.with_fault(format!("is `{set}`, which R2 refuses")).suggesting(REGION);
    };
    let region = expected_region(error, answer);
    let fault = match &region {
        Some(region) => format!("is `{set}`, and {name} expects `{region}`"),
        None => format!("is `{set}`, which {name} refuses"),
    };
    let finding = finding.with_fault(fault);
    match region {
        Some(region) if error.region.is_none() => finding
            .because(format!("the server expects the region `{region}`"))
            .with("expected", format!("`{region}`"))
            .suggesting(region),
        Some(region) => finding.with("expected", format!("`{region}`")).suggesting(region),
        None => finding.with("expected", "the one that its provider's pages give for this bucket"),
    }
}

/// Where a redirect leads to, by its header.
fn with_location(finding: Finding, answer: &Answer) -> Finding {
    if finding.code != Code::HttpRedirect {
        return finding;
    }
    let address = answer.header(Field::Location);
    finding.with("address", address.map_or_else(|| ANOTHER.to_owned(), |text| format!("`{}`", shorten(text))))
}

/// Where a redirect leads to, in the words of the server.
fn with_address(finding: Finding, error: &S3Error, answer: &Answer) -> Finding {
    let address = match (error.endpoint.as_deref(), expected_region(error, answer)) {
        (Some(address), _) => format!("`{}`", shorten(address)),
        (None, Some(region)) => format!("the address of the region `{region}`"),
        (None, None) => return finding.with("expected", ANOTHER),
    };
    finding.with("expected", address.clone()).with("address", address)
}

/// Whose keys these are, where another provider does not know them.
fn with_origin(finding: Finding, answer: &Answer, context: &Context<'_>) -> Finding {
    let (Some(settings), Some(server)) = (context.settings, context.server([answer])) else { return finding };
    let (id, secret) = (settings.access_key_id.expose(), settings.secret_access_key.expose());
    if server.is_r2() || !has_shape_of_r2(id, secret) {
        return finding;
    }
    let mut finding = finding.because(
        "R2_ACCESS_KEY_ID has 32 hexadecimal digits and R2_SECRET_ACCESS_KEY 64, as the keys of R2 have them",
    );
    if server.is_other_provider() {
        finding.code = Code::AuthOtherProvider;
    }
    finding
}

/// What the signature shows about the route: something in front of the server comes first, unless the server's own words or its
/// host rule that out.
fn with_gateway(
    finding: Finding,
    error: &S3Error,
    exchange: &Exchange,
    answer: &Answer,
    context: &Context<'_>,
) -> Finding {
    let (theirs, ours) = (error.signed_text.trim(), exchange.signed_text.as_str());
    if !theirs.is_empty() && !ours.is_empty() {
        return with_comparison(finding, theirs, ours);
    }
    let may_have = context.server([answer]).is_some_and(|server| server.may_have_gateway());
    Finding { behind_gateway: may_have, ..finding }
}

/// What is known of the clocks when the server does not send its time.
fn with_limit(finding: Finding) -> Finding {
    if finding.code == Code::AuthClockSkew { finding.with("offset", "more than 15 minutes") } else { finding }
}

fn with_key_length(finding: Finding, context: &Context<'_>) -> Finding {
    let length = context.settings.map(|settings| settings.access_key_id.expose().chars().count().to_string());
    finding.about(Variable::AccessKeyId).with("length", length.unwrap_or_default())
}

/// Some refusals of the credentials are about another thing than the access key's id.
fn with_doubt(finding: Finding, error: &S3Error) -> Finding {
    let message = error.message.to_ascii_lowercase();
    if message.contains("sigv2") {
        finding
            .because("this program signs with SigV4 only, so something on the way signed the request again")
    } else if message.contains("x-amz-security-token") || error.code == "InvalidToken" {
        finding.because("R2_SESSION_TOKEN does not belong to R2_ACCESS_KEY_ID, or is past its time")
    } else {
        finding
    }
}

/// Some servers send the text from which they calculated the signature. It distinguishes a wrong secret from a request that was
/// changed on its way.
fn with_comparison(finding: Finding, theirs: &str, ours: &str) -> Finding {
    let same = |line: usize| theirs.lines().nth(line).map(str::trim) == ours.lines().nth(line);
    let finding = Finding { behind_gateway: ![0, 1, 2, 3].into_iter().all(same), ..finding };
    finding.because(if [0, 1, 2, 3].into_iter().all(same) {
        "the server calculated its signature from the very request that was sent, so only the secret can be wrong"
    } else if !same(1) {
        "the server calculated its signature with another time than was sent: something on the way changed the request"
    } else if !same(2) {
        "the server calculated its signature for another region or day than was sent: something on the way changed the \
         request"
    } else {
        "the server calculated its signature from another request than was sent: something on the way changed its \
         address, a header or its body, and the secret may well be right"
    })
}
