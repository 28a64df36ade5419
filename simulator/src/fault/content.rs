//! Faults of content: answers that are whole and well-formed, and untrue.

use super::super::reply::Reply;
use super::super::service::Twist;
use super::super::store::etag_of;
use super::super::xml::{self, Xml};
use super::Fault;

impl Fault {
    /// A write is accepted and not stored.
    #[must_use]
    pub fn forgets(self) -> Self {
        self.twist(Twist::Forget)
    }

    /// A write is stored and never listed.
    #[must_use]
    pub fn unlisted(self) -> Self {
        self.twist(Twist::Unlisted)
    }

    /// A deletion is accepted and the object stays.
    #[must_use]
    pub fn keeps(self) -> Self {
        self.twist(Twist::Keep)
    }

    /// A read finds what has been deleted, as a cache would.
    #[must_use]
    pub fn stale(self) -> Self {
        self.twist(Twist::Stale)
    }

    /// A write does not heed `If-None-Match`.
    #[must_use]
    pub fn overwrites(self) -> Self {
        self.twist(Twist::Overwrite)
    }

    /// Sets a header of the answer.
    #[must_use]
    pub fn header(self, name: &str, value: &str) -> Self {
        let (name, value) = (name.to_owned(), value.to_owned());
        self.edit(move |reply| reply.set(&name, value.as_str()))
    }

    /// The answers are those of another server than R2, by its name for itself.
    #[must_use]
    pub fn plays(self, server: &str) -> Self {
        self.header("Server", server).without("CF-RAY")
    }

    /// The answer's `ETag` is this, quotes included.
    #[must_use]
    pub fn etag(self, etag: &str) -> Self {
        self.header("ETag", etag)
    }

    /// The answer says that the object is of this type.
    #[must_use]
    pub fn content_type(self, name: &str) -> Self {
        self.header("Content-Type", name)
    }

    /// The body is this, under the headers of the true one.
    #[must_use]
    pub fn content(self, body: &[u8]) -> Self {
        let body = body.to_vec();
        self.edit(move |reply| reply.body.clone_from(&body))
    }

    /// The body and the `ETag` are those of another object.
    #[must_use]
    pub fn other_object(self, body: &[u8]) -> Self {
        self.content(body).etag(&etag_of(body))
    }

    /// One bit in the middle of the body is flipped.
    #[must_use]
    pub fn corrupt(self) -> Self {
        self.edit(|reply| {
            let middle = reply.body.len() / 2;
            if let Some(byte) = reply.body.get_mut(middle) {
                *byte ^= 1;
            }
        })
    }

    /// The body ends after so many bytes, and the length agrees.
    #[must_use]
    pub fn shortened(self, length: usize) -> Self {
        self.edit(move |reply| reply.body.truncate(length))
    }

    /// The body goes on with this.
    #[must_use]
    pub fn lengthened(self, more: &[u8]) -> Self {
        let more = more.to_vec();
        self.edit(move |reply| reply.body.extend_from_slice(&more))
    }

    /// The XML of the answer is changed.
    #[must_use]
    pub fn xml(self, xml: Xml) -> Self {
        self.edit(move |reply| reply.body = xml.change(&reply.text()))
    }

    /// In a listing, each object has this size.
    #[must_use]
    pub fn listed_size(self, size: &str) -> Self {
        self.element("Size", size)
    }

    /// In a listing, each object has this `ETag`, quotes included.
    #[must_use]
    pub fn listed_etag(self, etag: &str) -> Self {
        self.element("ETag", etag)
    }

    /// In the answer's XML, each such element has this text.
    #[must_use]
    pub fn element(self, name: &str, text: &str) -> Self {
        let (name, text) = (name.to_owned(), text.to_owned());
        self.edit(move |reply| rewrite(reply, |document| xml::with_text(document, &name, &text)))
    }

    /// In the answer's XML, there is no such element.
    #[must_use]
    pub fn without_element(self, name: &str) -> Self {
        let name = name.to_owned();
        self.edit(move |reply| rewrite(reply, |document| xml::without(document, &name)))
    }

    /// In the answer's text, one piece stands in the place of another.
    #[must_use]
    pub fn replace(self, from: &str, to: &str) -> Self {
        let (from, to) = (from.to_owned(), to.to_owned());
        self.edit(move |reply| rewrite(reply, |text| text.replace(&from, &to)))
    }
}

fn rewrite(reply: &mut Reply, change: impl Fn(&str) -> String) {
    reply.body = change(&reply.text()).into_bytes();
}
