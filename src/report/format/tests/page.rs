//! What a browser allows a page, and whether its colours can be told apart (WCAG 2.2: 1.4.3 and 1.4.11).

use std::collections::BTreeMap;

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use sha2::{Digest as _, Sha256};

use super::*;

const STYLE: &str = include_str!("../../../../templates/report.css");

#[test]
fn a_browser_allows_a_page_its_own_style_and_nothing_else() {
    for (name, value) in saved() {
        let page = rendered(Format::Html, &value);
        let (_, style) = page.split_once("<style>").expect("a style");
        let (style, _) = style.split_once("</style>").expect("its end");
        let hash = STANDARD.encode(Sha256::digest(style));
        let policy = format!(
            "<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; style-src 'sha256-{hash}'; \
             base-uri 'none'; form-action 'none'\">"
        );
        let (head, _) = page.split_once("<style>").expect("a style");
        assert!(head.contains(&policy), "{name}: {head}");
        assert!(!page.contains(" style=") && !page.contains(" onload="), "{name}");
    }
}

/// The colours by their names, of one block that sets them.
fn colours(block: &str) -> BTreeMap<&str, [u8; 3]> {
    let colour = |setting| {
        let (name, value) = str::trim(setting).strip_prefix("--")?.split_once(": #")?;
        let bytes = hex::decode(value).expect("a colour");
        Some((name, bytes.try_into().expect("three parts")))
    };
    block.split(';').filter_map(colour).collect()
}

/// The relative luminance of a colour.
fn luminance(colour: [u8; 3]) -> f64 {
    let linear = |part: u8| {
        let part = f64::from(part) / 255.0;
        if part <= 0.04045 { part / 12.92 } else { ((part + 0.055) / 1.055).powf(2.4) }
    };
    let [red, green, blue] = colour.map(linear);
    0.2126 * red + 0.7152 * green + 0.0722 * blue
}

fn contrast(one: [u8; 3], other: [u8; 3]) -> f64 {
    let [one, other] = [one, other].map(luminance);
    (one.max(other) + 0.05) / (one.min(other) + 0.05)
}

#[test]
fn every_colour_can_be_told_from_what_it_stands_on() {
    let blocks = STYLE.split(":root {").skip(1).map(|block| block.split('}').next().unwrap_or_default());
    let themes: Vec<_> = blocks.map(colours).collect();
    assert_eq!(themes.len(), 3, "light, dark and print");
    let texts = ["ink", "quiet", "link", "pass", "warn", "fail", "skip"].map(|name| (name, "page", 4.5));
    let on_code = ["ink", "quiet"].map(|name| (name, "soft", 4.5));
    let bars = ["open", "wait", "read", "lost"].map(|name| (name, "page", 3.0));
    for (theme, colours) in themes.iter().enumerate() {
        for (name, ground, least) in texts.into_iter().chain(on_code).chain(bars) {
            let found = contrast(colours[name], colours[ground]);
            assert!(found >= least, "theme {theme}: {name} on {ground} has {found:.2}");
        }
    }
}
