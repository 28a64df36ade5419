//! What the signature of a request says of its body.

/// What a signature says of the body.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Payload {
    /// Its hash, but where the client leaves that out of itself.
    #[default]
    Usual,
    /// Its hash, always.
    Hashed,
    /// Nothing, as `x-amz-content-sha256` then says.
    Unsigned,
}
