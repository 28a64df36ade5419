//! Faults that answer in the place of the service. The operation is not performed, unless `although_performed` says so.

use std::sync::Arc;

use super::super::error::S3Error;
use super::super::http::Request;
use super::super::reply::Reply;
use super::{Effect, Fault};

const PORTAL: &str = "<!DOCTYPE html><html><head><title>Sign in to the network</title></head>\
    <body><form action=\"/login\"><input name=\"room\"></form></body></html>";

impl Fault {
    /// Answers with this.
    #[must_use]
    pub fn answer(self, reply: Reply) -> Self {
        self.answer_with(move |_| reply.clone())
    }

    /// Answers with something made from the request.
    #[must_use]
    pub fn answer_with(self, answer: impl Fn(&Request) -> Reply + Send + Sync + 'static) -> Self {
        self.effect(Effect::Answer(Arc::new(answer)))
    }

    /// Answers with an error as R2 words it.
    #[must_use]
    pub fn error(self, error: S3Error) -> Self {
        self.answer(error.into())
    }

    /// Answers with a status and nothing else.
    #[must_use]
    pub fn status(self, status: u16) -> Self {
        self.answer(Reply::new(status))
    }

    /// Answers with a web page, as the edge does: with Cloudflare's headers.
    #[must_use]
    pub fn html(self, status: u16, page: &str) -> Self {
        self.answer(Reply::html(status, page))
    }

    /// Answers with JSON, as Cloudflare's REST API does.
    #[must_use]
    pub fn json(self, status: u16, document: &str) -> Self {
        self.answer(Reply::json(status, document))
    }

    /// Answers with a network's login page, and without Cloudflare's headers.
    #[must_use]
    pub fn captive_portal(self) -> Self {
        self.html(200, PORTAL).without("Server").without("CF-RAY")
    }

    /// Sends the client elsewhere.
    #[must_use]
    pub fn redirect(self, status: u16, location: &str) -> Self {
        self.answer(Reply::new(status).header("Location", location))
    }

    /// Answers with an error that repeats all that the request carried.
    #[must_use]
    pub fn echo(self, status: u16, code: &str) -> Self {
        let code = code.to_owned();
        self.answer_with(move |request| Reply::echo(status, &code, request))
    }

    /// The operation is performed, whatever is answered.
    #[must_use]
    pub fn although_performed(self) -> Self {
        self.effect(Effect::Performed(true))
    }

    /// The operation is not performed, whatever becomes of the connection.
    #[must_use]
    pub fn unperformed(self) -> Self {
        self.effect(Effect::Performed(false))
    }
}
