//! A thin layer in front of the S3 server: it lets requests through, or does to some of them what a fault wants.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use http::request::Parts;
use http::{HeaderValue, Method, Request};
use http_body_util::BodyExt as _;
use hyper::body::{Bytes, Incoming};
use hyper::service::Service;
use s3s::service::S3Service;
use s3s::{Body, HttpError, HttpResponse};

use super::alteration::Alteration;
use super::reply::Reply;
use crate::exchange::Operation;

/// What is done, and to which requests.
#[derive(Clone, Copy)]
pub struct Trouble {
    /// To these operations.
    pub on: &'static [Operation],
    /// To which of them.
    pub when: When,
    /// What is done.
    pub effect: Effect,
}

/// Which of the requests that a trouble is about it concerns.
#[derive(Clone, Copy)]
pub enum When {
    /// Every one.
    Always,
    /// Only the first.
    First,
    /// All but the first.
    AfterFirst,
}

/// What is done to a request or its answer.
#[derive(Clone, Copy)]
pub enum Effect {
    /// This is answered, and the server never hears of the request.
    Instead(Reply),
    /// A deletion is confirmed, and the server never hears of it.
    ConfirmDeletion,
    /// An upload is confirmed, and the server never hears of it.
    ConfirmUpload,
    /// The request waits, then goes through.
    Delay(Duration),
    /// The request waits for ever.
    Stall,
    /// The server's answer, if it is a success, is changed.
    Alter(Alteration),
}

/// The layer; clones share what they have seen.
#[derive(Clone)]
pub struct Front {
    server: S3Service,
    trouble: Option<Trouble>,
    seen: Arc<AtomicU32>,
}

impl Front {
    /// The server behind its layer.
    pub fn new(server: S3Service, trouble: Option<Trouble>) -> Self {
        Self { server, trouble, seen: Arc::default() }
    }

    /// What is to be done to this request.
    fn effect_on(&self, request: &Parts) -> Option<Effect> {
        let trouble = self.trouble?;
        let concerned = operation(request).is_some_and(|operation| trouble.on.contains(&operation));
        if !concerned {
            return None;
        }
        let is_first = self.seen.fetch_add(1, Ordering::Relaxed) == 0;
        let due = match trouble.when {
            When::Always => true,
            When::First => is_first,
            When::AfterFirst => !is_first,
        };
        due.then_some(trouble.effect)
    }

    async fn answer(self, request: Request<Incoming>) -> Result<HttpResponse, HttpError> {
        let (head, body) = request.into_parts();
        // Read in any case: an answer before the end of the request would break the connection off.
        let body = body.collect().await.map_err(|error| HttpError::new(Box::new(error)))?.to_bytes();
        match self.effect_on(&head) {
            None => self.pass(head, body).await,
            Some(Effect::Instead(reply)) => Ok(reply.answer()),
            Some(Effect::ConfirmDeletion) => Ok(with_status(http::StatusCode::NO_CONTENT)),
            Some(Effect::ConfirmUpload) => Ok(confirmation(&body)),
            Some(Effect::Delay(pause)) => {
                tokio::time::sleep(pause).await;
                self.pass(head, body).await
            }
            Some(Effect::Stall) => std::future::pending().await,
            Some(Effect::Alter(change)) => altered(self.pass(head, body).await?, change).await,
        }
    }

    async fn pass(&self, head: Parts, body: Bytes) -> Result<HttpResponse, HttpError> {
        self.server.call(Request::from_parts(head, Body::from(body))).await
    }
}

impl Service<Request<Incoming>> for Front {
    type Response = HttpResponse;
    type Error = HttpError;
    type Future = Pin<Box<dyn Future<Output = Result<HttpResponse, HttpError>> + Send>>;

    fn call(&self, request: Request<Incoming>) -> Self::Future {
        Box::pin(self.clone().answer(request))
    }
}

/// The operation that a request in path style asks for.
fn operation(request: &Parts) -> Option<Operation> {
    let lists = request.uri.query().is_some_and(|query| query.contains("list-type=2"));
    match request.method {
        Method::GET if lists => Some(Operation::ListObjectsV2),
        Method::GET => Some(Operation::GetObject),
        Method::PUT => Some(Operation::PutObject),
        Method::DELETE => Some(Operation::DeleteObject),
        _ => None,
    }
}

fn with_status(status: http::StatusCode) -> HttpResponse {
    let mut answer = HttpResponse::new(Body::empty());
    *answer.status_mut() = status;
    answer
}

/// What a server answers to an upload that it stored.
fn confirmation(body: &[u8]) -> HttpResponse {
    let mut answer = with_status(http::StatusCode::OK);
    if let Ok(etag) = HeaderValue::from_str(&format!("\"{:x}\"", md5::compute(body))) {
        answer.headers_mut().insert(http::header::ETAG, etag);
    }
    answer
}

async fn altered(answer: HttpResponse, change: Alteration) -> Result<HttpResponse, HttpError> {
    if !answer.status().is_success() {
        return Ok(answer);
    }
    let (mut head, body) = answer.into_parts();
    let body = body.collect().await.map_err(HttpError::new)?.to_bytes();
    let body = change(&mut head, &body);
    head.headers.remove(http::header::CONTENT_LENGTH);
    Ok(HttpResponse::from_parts(head, Body::from(body)))
}
