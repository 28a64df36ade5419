//! The numbers by which Cloudflare's edge says why it answered in a server's place: 1xxx in the text of its pages, and the
//! statuses 520 to 530. Data, and how a number is recognised in an answer.
//!
//! Source: <https://developers.cloudflare.com/support/troubleshooting/http-status-codes/cloudflare-1xxx-errors/> and the
//! pages beside it on 5xx errors and on the header fields of error pages, read in November 2026.

use super::page;
use crate::base::code::Code;
use crate::client::exchange::{Answer, Field};

/// What a number is about, which decides what to do.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Subject {
    /// A rule refuses the client: its address, its country, its program, how often it comes.
    Rules,
    /// The domain, or where it leads to, is set up wrongly.
    Domain,
    /// The host that the request names is not the one that it was sent to.
    Host,
    /// What stands behind Cloudflare does not answer as it should.
    Origin,
}

/// One number.
#[derive(Debug)]
pub struct Number {
    /// As Cloudflare's pages show it.
    pub digits: u16,
    /// What it is about.
    pub subject: Subject,
    /// Whether it may pass by itself.
    pub passes: bool,
    /// What it means, as a sentence without its beginning and its full stop.
    pub meaning: &'static str,
}

const fn number(number: u16, subject: Subject, passes: bool, meaning: &'static str) -> Number {
    Number { digits: number, subject, passes, meaning }
}

/// All that are distinguished, in the order of their numbers.
pub const NUMBERS: [Number; 38] = [
    number(
        520,
        Subject::Origin,
        true,
        "the server behind the domain answered with something that Cloudflare cannot read",
    ),
    number(521, Subject::Origin, false, "the server behind the domain refuses connections"),
    number(
        522,
        Subject::Origin,
        false,
        "the server behind the domain does not accept the connection in time",
    ),
    number(
        523,
        Subject::Origin,
        false,
        "there is no route to the server behind the domain; its DNS record is likely to be wrong",
    ),
    number(
        524,
        Subject::Origin,
        true,
        "the server behind the domain accepted the request and did not answer in time",
    ),
    number(525, Subject::Origin, false, "TLS cannot be agreed on with the server behind the domain"),
    number(526, Subject::Origin, false, "the certificate of the server behind the domain is not valid"),
    number(530, Subject::Origin, false, "the domain leads to nothing that answers"),
    number(
        1000,
        Subject::Domain,
        false,
        "the domain's DNS record points back to Cloudflare, or the request comes through Cloudflare twice",
    ),
    number(
        1001,
        Subject::Domain,
        false,
        "the domain cannot be resolved: it is not set up at Cloudflare, or a CNAME leads to one that is not",
    ),
    number(
        1002,
        Subject::Domain,
        false,
        "the domain's DNS record points to an address that Cloudflare does not allow",
    ),
    number(1003, Subject::Host, false, "the request names an IP address as its host"),
    number(1004, Subject::Domain, false, "the domain is not set up for web traffic"),
    number(1005, Subject::Rules, false, "the domain's owner blocks the provider from whose network this ran"),
    number(1006, Subject::Rules, false, "the domain's owner blocks the address from which this ran"),
    number(1007, Subject::Rules, false, "the domain's owner blocks the address from which this ran"),
    number(1008, Subject::Rules, false, "the domain's owner blocks the address from which this ran"),
    number(1009, Subject::Rules, false, "the domain's owner blocks the country from which this ran"),
    number(1010, Subject::Rules, false, "the domain's owner blocks programs that are not browsers"),
    number(
        1011,
        Subject::Rules,
        false,
        "the domain's owner allows its files to be linked from its own pages only",
    ),
    number(1012, Subject::Rules, false, "the domain's owner forbids access"),
    number(1013, Subject::Host, false, "the request names another host than the TLS connection"),
    number(
        1014,
        Subject::Domain,
        false,
        "the domain is a CNAME to a host of another Cloudflare account, which is not allowed; R2's own hosts are such",
    ),
    number(1015, Subject::Rules, true, "the domain's owner limits how often one address may come"),
    number(1016, Subject::Domain, false, "the name that the domain leads to cannot be resolved"),
    number(
        1018,
        Subject::Domain,
        false,
        "Cloudflare does not know the host; the domain was set up or changed just now, or not at all",
    ),
    number(1019, Subject::Domain, false, "a Worker of the domain calls itself"),
    number(1020, Subject::Rules, false, "a firewall rule of the domain blocks the request"),
    number(
        1023,
        Subject::Domain,
        false,
        "Cloudflare does not know the host; the domain was set up or changed just now, or not at all",
    ),
    number(1025, Subject::Rules, true, "the domain has used up what its plan allows"),
    number(1033, Subject::Domain, false, "the domain leads to a Cloudflare Tunnel that is not connected"),
    number(1034, Subject::Domain, false, "the domain's DNS record points to an address that is reserved"),
    number(
        1035,
        Subject::Domain,
        false,
        "a rule of the domain rewrites the request's path into an invalid one",
    ),
    number(
        1041,
        Subject::Domain,
        false,
        "a rule of the domain changes a header field that may not be changed",
    ),
    number(1101, Subject::Domain, false, "a Worker of the domain failed"),
    number(1102, Subject::Domain, false, "a Worker of the domain ran out of its time or memory"),
    number(1104, Subject::Domain, false, "a Worker that the domain leads to is not there"),
    number(1200, Subject::Origin, true, "too many requests wait for the server behind the domain"),
];

impl Number {
    /// The condition that it stands for at a domain in front of a server.
    pub const fn code(&self) -> Code {
        match self.subject {
            Subject::Rules => Code::HttpBlocked,
            Subject::Domain | Subject::Origin => Code::HttpCustomDomain,
            Subject::Host => Code::HttpEdgeRefused,
        }
    }

    /// What it means, as a whole sentence.
    pub fn sentence(&self) -> String {
        let waiting = if self.passes { "it may pass by itself" } else { "waiting does not help" };
        format!("Cloudflare's error {} says that {}; {waiting}", self.digits, self.meaning)
    }
}

/// Finds a number.
pub fn find(number: u16) -> Option<&'static Number> {
    NUMBERS.iter().find(|known| known.digits == number)
}

/// Whether Cloudflare's edge sent an answer, or passed it on.
pub fn answered(answer: &Answer) -> bool {
    let server = answer.header(Field::Server).unwrap_or_default();
    answer.header(Field::Ray).is_some() || server.eq_ignore_ascii_case("cloudflare")
}

/// What precedes a number in Cloudflare's pages, in lower case: as plain text, in JSON, in HTML.
const BEFORE: [&str; 5] = ["error code:", "error code ", "\"error_code\":", "cf-error-code\">", "error "];

/// The number that an answer of Cloudflare's names: in its header, its title or its text, or by its status.
pub fn number_of(answer: &Answer) -> Option<&'static Number> {
    if !answered(answer) {
        return None;
    }
    let of_header = || answer.header(Field::ErrorType).and_then(leading);
    of_header()
        .or_else(|| of_page(&answer.text()))
        .or_else(|| find(answer.status).filter(|known| known.digits >= 520))
}

fn of_page(text: &str) -> Option<&'static Number> {
    // `example.com | 522: Connection timed out`
    let of_title = || page::title(text)?.split(" | ").find_map(leading);
    let text = page::beginning(text).to_ascii_lowercase();
    let after =
        |before: &&str| text.match_indices(before).find_map(|(at, _)| leading(&text[at + before.len()..]));
    BEFORE.iter().find_map(after).or_else(of_title)
}

/// The number at the beginning of a text, if it is one of the table's and no part of a longer one.
fn leading(text: &str) -> Option<&'static Number> {
    let text = text.trim_start();
    let digits = text.bytes().take_while(u8::is_ascii_digit).count();
    (digits <= 4).then(|| text[..digits].parse().ok()).flatten().and_then(find)
}

#[cfg(test)]
mod tests;
