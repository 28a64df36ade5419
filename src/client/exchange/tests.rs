//! The `Date` of an answer is text of the server: it is parsed strictly, or rejected.

use super::*;
use proptest::prelude::*;

#[test]
fn the_date_of_the_rfc_is_read() {
    let date = parse_http_date("Sun, 06 Nov 1994 08:49:37 GMT").expect("date");
    assert_eq!(date.unix_timestamp(), 784_111_777);
}

#[test]
fn other_dates_are_no_dates() {
    for text in [
        "",
        "GMT",
        "Sun, 06 Nov 1994 08:49:37",
        "Sunday, 06-Nov-94 08:49:37 GMT",
        "Sun Nov  6 08:49:37 1994",
        "Sun, 31 Feb 2026 08:49:37 GMT",
        "Sun, 06 Nov 1994 25:49:37 GMT",
        "Sun, 06 Nov 99999 08:49:37 GMT",
        "784111777",
    ] {
        assert_eq!(parse_http_date(text), None, "{text}");
    }
}

fn answer(date: &str) -> Answer {
    Answer {
        status: 200,
        version: http::Version::HTTP_11,
        headers: Headers::default().with(Field::Date, date),
        body: Vec::new(),
        cut_off: false,
        first_byte: Duration::ZERO,
        local_time: OffsetDateTime::UNIX_EPOCH,
    }
}

proptest! {
    #[test]
    fn every_date_is_read_as_it_was_written(seconds in -62_000_000_000_i64..253_000_000_000) {
        let date = OffsetDateTime::from_unix_timestamp(seconds).expect("time");
        let format = time::macros::format_description!(
            "[weekday repr:short], [day] [month repr:short] [year] [hour]:[minute]:[second] GMT"
        );
        let text = date.format(format).expect("text");
        // Years before 1900 have other meanings in RFC 2822, which the format comes from.
        prop_assume!(date.year() >= 1900);
        prop_assert_eq!(parse_http_date(&text), Some(date));
        prop_assert_eq!(answer(&text).clock_offset(), Some(seconds));
    }

    #[test]
    fn no_damage_to_a_date_makes_its_parser_panic(at in any::<prop::sample::Index>(), by in "\\PC{0,6}") {
        let good = "Sun, 06 Nov 1994 08:49:37 GMT";
        let at = at.index(good.len());
        for text in [format!("{}{by}{}", &good[..at], &good[at..]), format!("{}{by}", &good[..at])] {
            let _ = (parse_http_date(&text), answer(&text).clock_offset());
        }
    }

    #[test]
    fn no_text_makes_the_date_parser_panic(text in "\\PC{0,60}") {
        let _ = parse_http_date(&text);
    }
}
