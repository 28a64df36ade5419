//! Paragraphs of text: wrapped to the terminal's width, with a label, a number or a hanging indent.

use std::fmt::Write as _;

use super::Layout;
use crate::report::palette::Palette;

/// The column at which the text of a labelled block begins.
const INDENT: &str = "            ";

/// A labelled block: one paragraph an entry, the first beside the label.
pub fn block(text: &mut String, label: &str, paragraphs: &[String], layout: &Layout) {
    for (index, paragraph) in paragraphs.iter().filter(|paragraph| !paragraph.is_empty()).enumerate() {
        let label = if index == 0 { label } else { "" };
        let first = format!("  {}", layout.palette.quiet(&format!("{label:10}")));
        text.push_str(&wrap(&layout.palette.plain(paragraph), &first, INDENT, layout));
        text.push('\n');
    }
}

/// A labelled block of numbered paragraphs, each with the literals that belong to it. A single one needs no number.
pub fn steps<'a>(
    text: &mut String,
    label: &str,
    steps: impl Iterator<Item = (&'a str, Vec<&'a str>)>,
    layout: &Layout,
) {
    let steps: Vec<_> = steps.collect();
    for (index, (step, literals)) in steps.iter().enumerate() {
        let label = if index == 0 { label } else { "" };
        let number = if steps.len() > 1 { format!("{}. ", index + 1) } else { String::new() };
        let first = format!("  {}{number}", layout.palette.quiet(&format!("{label:10}")));
        let rest = format!("{INDENT}{}", " ".repeat(number.len()));
        text.push_str(&wrap(&layout.palette.plain(step), &first, &rest, layout));
        text.push('\n');
        // Never wrapped: a command or an address must survive being copied.
        for literal in literals {
            let _ = writeln!(text, "{rest}{}", layout.palette.literal(&layout.palette.plain(literal)));
        }
    }
}

/// A labelled command or address by itself, never wrapped.
pub fn literal(text: &mut String, label: &str, literal: &str, layout: &Layout) {
    let palette = layout.palette;
    let (label, literal) = (palette.quiet(&format!("{label:10}")), palette.literal(&palette.plain(literal)));
    // Writing to a string cannot fail.
    let _ = writeln!(text, "  {label}{literal}");
}

/// A paragraph that begins with `first` and goes on under `rest`.
pub fn hanging(first: &str, rest: &str, text: &str, layout: &Layout) -> String {
    wrap(&layout.palette.plain(text), first, rest, layout) + "\n"
}

/// Paragraphs without a label.
pub fn paragraphs(texts: &[String], layout: &Layout) -> String {
    texts.iter().map(|text| wrap(&layout.palette.plain(text), "", "", layout) + "\n").collect()
}

/// Text broken at spaces only, so that an identifier stays whole.
pub(super) fn wrap(text: &str, first: &str, rest: &str, layout: &Layout) -> String {
    let options = textwrap::Options::new(layout.width())
        .initial_indent(first)
        .subsequent_indent(rest)
        .break_words(false)
        .word_separator(textwrap::WordSeparator::AsciiSpace)
        .word_splitter(textwrap::WordSplitter::NoHyphenation);
    textwrap::fill(text, options)
}

/// Words of more columns may be shortened: no name of a variable is so long, nor an address, an account id or a code.
const LONG: usize = 40;
/// The same for a word with a dot, which no name of a variable has.
const LONG_HOST: usize = 24;
/// No word is shortened to fewer columns: a host is still known by its beginning and its end.
const SHORTEST: usize = 12;

/// Cuts a text to a width in columns: hosts and other long words in their middle first, and then its end.
pub(super) fn clip(text: &str, width: usize, palette: Palette) -> String {
    let text = &squeezed(text, width, palette);
    if columns(text) <= width {
        return text.to_owned();
    }
    let room = width.saturating_sub(columns(palette.ellipsis()));
    let mut clipped = String::new();
    for letter in text.chars() {
        if columns(&clipped) + columns(letter.encode_utf8(&mut [0; 4])) > room {
            break;
        }
        clipped.push(letter);
    }
    clipped.trim_end().to_owned() + palette.ellipsis()
}

/// Shortens the longest words of a text until it has this width, as far as that goes.
fn squeezed(text: &str, width: usize, palette: Palette) -> String {
    let is_long = |word: &str| columns(word) > if word.contains('.') { LONG_HOST } else { LONG };
    let mut words: Vec<String> = text.split(' ').map(str::to_owned).collect();
    let long: Vec<bool> = words.iter().map(|word| is_long(word)).collect();
    loop {
        let excess = columns(&words.join(" ")).saturating_sub(width);
        let longest = words.iter_mut().zip(&long).filter(|(_, long)| **long).map(|(word, _)| word);
        let longest = longest.max_by_key(|word| columns(word));
        let Some(longest) = longest.filter(|word| excess > 0 && columns(word) > SHORTEST) else {
            return words.join(" ");
        };
        let length = columns(longest);
        *longest = without_middle(longest, length.saturating_sub(excess).max(SHORTEST), palette);
        // A letter of two columns may leave it as long as it was.
        if columns(longest) >= length {
            return words.join(" ");
        }
    }
}

/// A word of at most this width, with what it begins and ends with.
pub(super) fn without_middle(word: &str, width: usize, palette: Palette) -> String {
    if columns(word) <= width {
        return word.to_owned();
    }
    let room = width.saturating_sub(columns(palette.ellipsis()));
    let fitting = |letters: &mut dyn Iterator<Item = char>, room: usize| {
        let mut kept = String::new();
        for letter in letters {
            kept.push(letter);
            if columns(&kept) > room {
                kept.pop();
                break;
            }
        }
        kept
    };
    let end: String = fitting(&mut word.chars().rev(), room / 3).chars().rev().collect();
    let start = fitting(&mut word.chars(), room - columns(&end));
    start + palette.ellipsis() + &end
}

fn columns(text: &str) -> usize {
    textwrap::core::display_width(text)
}
