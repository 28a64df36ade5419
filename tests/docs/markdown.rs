//! Texts of the catalogue as Markdown: nothing in them may turn into markup by accident.

use std::fmt::Write as _;

/// Text with what Markdown or HTML would take for markup escaped, and the settings' names set as code. What stands in
/// backticks stays as it is.
pub fn escaped(text: &str) -> String {
    let pieces = text.split('`').enumerate();
    let pieces: Vec<_> =
        pieces.map(|(number, piece)| if number % 2 == 0 { prose(piece) } else { piece.to_owned() }).collect();
    pieces.join("`")
}

fn prose(text: &str) -> String {
    let plain = text.replace('<', "&lt;").replace('*', "\\*").replace('|', "\\|").replace('$', "\\$");
    let words: Vec<_> = plain.split(' ').map(with_names).collect();
    words.join(" ")
}

/// A word that begins with the name of a setting, as code.
fn with_names(word: &str) -> String {
    let start = word.trim_start_matches('(');
    let is_name = |letter: char| letter.is_ascii_uppercase() || letter.is_ascii_digit() || letter == '_';
    let length = start.find(|letter| !is_name(letter)).unwrap_or(start.len());
    if length > 3 && start.starts_with("R2_") {
        let before = &word[..word.len() - start.len()];
        format!("{before}`{}`{}", &start[..length], &start[length..])
    } else {
        word.to_owned()
    }
}

/// A list without an order.
pub fn items(texts: &[String]) -> String {
    texts.iter().fold(String::new(), |mut list, text| {
        // Writing to a string cannot fail.
        let _ = writeln!(list, "- {}", escaped(text));
        list
    })
}

/// A list with an order; each step with what is there to be copied or opened.
pub fn steps(steps: &[(String, Vec<String>)]) -> String {
    let mut list = String::new();
    for (number, (text, literals)) in steps.iter().enumerate() {
        let _ = writeln!(list, "{}. {}", number + 1, escaped(text));
        for literal in literals {
            let _ = if literal.starts_with("https://") {
                writeln!(list, "   <{literal}>")
            } else {
                writeln!(list, "\n   ```sh\n   {literal}\n   ```\n")
            };
        }
    }
    list
}

/// Text as the cell of a table.
pub fn cell(text: &str) -> String {
    escaped(text).replace('\n', " ")
}

#[test]
fn nothing_turns_into_markup() {
    assert_eq!(escaped("the host <host> of `<bucket>`"), "the host &lt;host> of `<bucket>`");
    assert_eq!(escaped("set R2_REGION, or (R2_ENDPOINT)"), "set `R2_REGION`, or (`R2_ENDPOINT`)");
    assert_eq!(escaped("the R2_ variables, a * b"), "the R2_ variables, a \\* b");
}
