//! No secret leaves the program, in whatever form and through whichever hole: random secrets, servers that repeat them in
//! every encoding, every format, and all the places into which people put secrets by mistake.
#![allow(clippy::format_collect, reason = "short texts, made for reading")]

mod arguments;
mod echo;
mod encoding;
mod extra;
mod foreign;
mod misplaced;
mod searcher;
mod strays;
mod unread;
