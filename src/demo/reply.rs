//! Answers that are given in place of the server's own, with the bodies that R2, a hotspot or a firewall sends.

use http::{HeaderValue, StatusCode};
use s3s::{Body, HttpResponse};
use time::{Duration, OffsetDateTime};

/// The form of dates in HTTP (RFC 9110, section 5.6.7).
const HTTP_DATE: &[time::format_description::BorrowedFormatItem<'_>] = time::macros::format_description!(
    "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
);

/// An answer that was written beforehand.
#[derive(Clone, Copy)]
pub struct Reply {
    status: u16,
    content: Content,
    header: Option<(&'static str, &'static str)>,
    clock_ahead: i64,
}

#[derive(Clone, Copy)]
enum Content {
    S3Error { code: &'static str, message: &'static str },
    Html(&'static str),
    Xml(&'static str),
}

impl Reply {
    /// An error as R2 words it: no request id, no host id, no namespace.
    pub const fn error(status: u16, code: &'static str, message: &'static str) -> Self {
        Self::new(status, Content::S3Error { code, message })
    }

    /// A page for people.
    pub const fn html(status: u16, body: &'static str) -> Self {
        Self::new(status, Content::Html(body))
    }

    /// A document that no parser has seen.
    pub const fn xml(status: u16, body: &'static str) -> Self {
        Self::new(status, Content::Xml(body))
    }

    const fn new(status: u16, content: Content) -> Self {
        Self { status, content, header: None, clock_ahead: 0 }
    }

    /// Adds a header field.
    pub const fn with(self, name: &'static str, value: &'static str) -> Self {
        Self { header: Some((name, value)), ..self }
    }

    /// Dates the answer by a clock that is so many seconds ahead.
    pub const fn ahead(self, seconds: i64) -> Self {
        Self { clock_ahead: seconds, ..self }
    }

    /// The answer itself.
    pub fn answer(self) -> HttpResponse {
        let mut answer = HttpResponse::new(Body::from(self.body()));
        *answer.status_mut() = StatusCode::from_u16(self.status).unwrap_or(StatusCode::INTERNAL_SERVER_ERROR);
        let headers = answer.headers_mut();
        headers.insert(http::header::CONTENT_TYPE, HeaderValue::from_static(self.content_type()));
        if let Some((name, value)) = self.header {
            headers.insert(name, HeaderValue::from_static(value));
        }
        let date = (OffsetDateTime::now_utc() + Duration::seconds(self.clock_ahead)).format(HTTP_DATE);
        if let Some(date) = date.ok().and_then(|date| date.parse().ok()) {
            headers.insert(http::header::DATE, date);
        }
        answer
    }

    fn content_type(self) -> &'static str {
        match self.content {
            Content::S3Error { .. } | Content::Xml(_) => "application/xml",
            Content::Html(_) => "text/html; charset=utf-8",
        }
    }

    fn body(self) -> String {
        match self.content {
            Content::S3Error { code, message } => format!(
                r#"<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{message}</Message></Error>"#
            ),
            Content::Html(body) | Content::Xml(body) => body.to_owned(),
        }
    }
}
