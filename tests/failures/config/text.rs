//! What came along with a value: quotes, white space, characters that nobody sees, bytes that are no text.

use super::*;

#[test]
fn quotes_that_are_part_of_a_value_are_named_for_every_variable() {
    for (variable, value) in SOUND {
        each(
            variable,
            "config.quotes",
            &[
                (&format!("\"{value}\""), "starts and ends with a double quote"),
                (&format!("'{value}'"), "single quote"),
            ],
        );
    }
}

#[test]
fn white_space_around_a_value_is_named_for_every_variable() {
    for (variable, value) in SOUND {
        each(
            variable,
            "config.whitespace",
            &[
                (&format!("{value} "), "ends with a space"),
                (&format!("{value}\n"), "ends with a line feed"),
                (&format!("{value}\r\n"), "a carriage return and a line feed"),
                (&format!("\t{value}"), "starts with a tab"),
            ],
        );
    }
}

#[test]
fn characters_that_nobody_sees_are_named_by_code_point_and_place() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.invisible-character",
        &[
            (&format!("{SECRET}\u{200b}"), "U+200B (zero width space) at character 65 of 65"),
            (&format!("\u{feff}{SECRET}"), "U+FEFF (byte order mark)"),
            (&format!("\u{a0}{SECRET}"), "U+00A0 (no-break space)"),
            (&format!("\u{201c}{SECRET}\u{201d}"), "a typographic quote"),
        ],
    );
    let cyrillic = ENDPOINT.replace("cloudflare", "cloudfl\u{430}re");
    each("R2_ENDPOINT", "config.invisible-character", &[(&cyrillic, "U+0430")]);
}

#[test]
fn bytes_that_are_no_text_are_named_for_every_variable() {
    for (variable, _) in SOUND {
        let case = Case::sound_but(&[]);
        let bytes = OsString::from_vec(b"abc\xff".to_vec());
        let report = Case { cli: case.cli.env(variable, bytes), ..case }.fails();
        names(&report, "config.not-unicode", variable, "byte 4 is not UTF-8");
        let fix = report.finding("config.not-unicode")["fix"].to_string();
        assert_eq!(fix.contains("SHA-256"), variable.contains("SECRET"), "{variable}: {fix}");
    }
}
