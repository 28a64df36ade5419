//! `explain`: what a diagnosis code means, from the catalogue; a single code in full, an area, or the whole register.

mod topic;

use std::collections::BTreeMap;

use crate::base::circumstance::Circumstance;
use crate::base::code::{Area, Code};
use crate::base::finding::Line;
use crate::base::text::within_sentence;
use crate::commands::demo::fault::DemoFault;
use crate::diagnosis::catalogue::{self, Entry, fill};
use crate::diagnosis::cloudflare::Number;
use crate::report::text::{Layout, block, hanging, paragraphs, steps};
use topic::Topic;

/// Where variables are set, for texts without a run.
const WHERE: &str = "in the env file, or in the service's Variables on Railway";

/// Example tools that resolve a reference, with their commands.
const EXAMPLES: [(Circumstance, &str, &str); 5] = [
    (
        Circumstance::Resolver,
        "Start the application under the tool's command: `op run`, `doppler run`, `dotenvx run`, `sops exec-env`",
        "op run --env-file=.env -- r2-selftest",
    ),
    (
        Circumstance::Lookup,
        "Read the value from where it is kept when the application starts",
        "vault kv get -field=FIELD PATH",
    ),
    (Circumstance::Reference, "Set the reference where something replaces it", ""),
    (Circumstance::FileVariable, "", "export R2_SECRET_ACCESS_KEY=\"$(cat \"$R2_SECRET_ACCESS_KEY_FILE\")\""),
    (Circumstance::FileEncrypted, "", "git-crypt unlock"),
];

/// Explains a name: a code, its beginning, an area, a code of S3, or a number of Cloudflare.
///
/// # Errors
/// With a sentence for the user, when it means nothing or several things.
pub fn about(name: &str, layout: &Layout) -> Result<String, String> {
    Ok(match topic::find(name)? {
        Topic::Code(code) => one(code, layout),
        Topic::Area(area) => of_area(area, layout),
        Topic::OfS3(name, codes) => of_s3(name, &codes, layout),
        Topic::Number(number) => of_cloudflare(number, layout),
    })
}

/// A code of S3: its conditions, and the usual one in full.
fn of_s3(name: &str, codes: &[Code], layout: &Layout) -> String {
    let [usual, others @ ..] = codes else { return String::new() };
    let lead = match others {
        [] => format!("{}: S3's code for {usual}.", layout.palette.strong(name)),
        _ => format!(
            "{}: S3's code for {usual}. With other details in the answer, it is:",
            layout.palette.strong(name)
        ),
    };
    let mut text = hanging("", "  ", &lead, layout);
    for code in others {
        let title = catalogue::entry(*code).map_or("", |entry| &entry.title);
        text.push_str(&hanging("  ", "    ", &format!("{code}: {title}"), layout));
    }
    text + "\n" + &one(*usual, layout)
}

/// A number of Cloudflare: its meaning, and its condition in full.
fn of_cloudflare(number: &Number, layout: &Layout) -> String {
    hanging("", "  ", &(number.sentence() + "."), layout) + "\n" + &one(number.code(), layout)
}

/// One code in full.
fn one(code: Code, layout: &Layout) -> String {
    let Some(entry) = catalogue::entry(code) else { return format!("{code}\n") };
    let mut text = heading(code, entry, layout);
    block(&mut text, "meaning", std::slice::from_ref(&entry.meaning), layout);
    block(&mut text, "evidence", &entry.evidence, layout);
    steps(&mut text, "causes", entry.causes.iter().map(|cause| (cause.as_str(), Vec::new())), layout);
    fix(&mut text, "fix", &fixes(entry), layout);
    for (place, advice) in entry.places().filter(|(_, advice)| !advice.fix.is_empty()) {
        fix(&mut text, place, &generic(&advice.fix), layout);
    }
    block(&mut text, "docs", std::slice::from_ref(&entry.docs), layout);
    let demos: Vec<String> =
        DemoFault::that_show(code).filter(|_| cfg!(feature = "demo")).map(command).collect();
    block(&mut text, "see it", &demos, layout);
    text
}

fn fix(text: &mut String, name: &str, fixes: &[(String, Vec<String>)], layout: &Layout) {
    let lines =
        fixes.iter().map(|(step, literals)| (step.as_str(), literals.iter().map(String::as_str).collect()));
    steps(text, name, lines, layout);
}

/// The steps of a code's fix, each with the commands to be copied; what only a run knows is shown as `<bucket>`.
fn fixes(entry: &Entry) -> Vec<(String, Vec<String>)> {
    generic(&entry.fix)
}

fn generic(steps: &[catalogue::Step]) -> Vec<(String, Vec<String>)> {
    let step = |step: &catalogue::Step| {
        let values = samples(&step.when);
        let generic = |text: &String| fill(text, &values);
        let literals = step.command.iter().chain(&step.url).map(generic).collect();
        let text = match conditions(&step.when) {
            None => generic(&step.text),
            Some(conditions) => format!("{conditions}: {}", within_sentence(&generic(&step.text))),
        };
        (text, literals)
    };
    steps.iter().map(step).collect()
}

/// Samples for the values of a finding, in a step for these circumstances.
fn samples(when: &[Circumstance]) -> BTreeMap<&'static str, Line> {
    let of_settings = ["where", "where_endpoint", "where_bucket", "where_keys"];
    let of_others = ["where_variable", "where_proxy", "where_no_proxy", "where_roots"];
    let places = of_settings.into_iter().chain(of_others).map(|name| (name, WHERE));
    let words = [
        ("is", "is"),
        ("s", "s"),
        ("them", "the variable"),
        ("roots_variable", "AWS_CA_BUNDLE"),
        ("no_proxy", "NO_PROXY"),
        ("set_proxy", "HTTPS_PROXY"),
        ("server", "the server"),
        ("expected", "what the server names"),
        ("env_file", ".env"),
        ("name", "NAME"),
        ("reference", "NAME"),
        ("other", "R2_BUCKET"),
        ("assignments", "R2_BUCKET_NAME=\"$R2_BUCKET\""),
    ];
    let examples = EXAMPLES.iter().filter(|(circumstance, ..)| when.contains(circumstance));
    let examples = examples.flat_map(|(_, resolve, command)| [("resolve", *resolve), ("command", *command)]);
    places.chain(words).chain(examples).map(|(name, text)| (name, Line::from(text))).collect()
}

/// The condition of a step, as the beginning of a sentence.
fn conditions(when: &[Circumstance]) -> Option<String> {
    let (first, others) = when.split_first()?;
    let others = others.iter().map(|other| format!(", {}", within_sentence(other.condition())));
    Some(first.condition().to_owned() + &others.collect::<String>())
}

/// The command that shows a fault.
fn command(fault: DemoFault) -> String {
    format!("r2-selftest demo --fault {}", fault.name())
}

/// One area: what its codes have in common, and what sets each apart from the others.
fn of_area(area: Area, layout: &Layout) -> String {
    let mut text = area_heading(area, layout);
    if let Some(entry) = catalogue::area(area) {
        text.push_str(&paragraphs(std::slice::from_ref(&entry.about), layout));
    }
    for code in Code::of_area(area) {
        if let Some(entry) = catalogue::entry(code) {
            text.push('\n');
            text.push_str(&heading(code, entry, layout));
            text.push_str(&hanging("  ", "  ", &entry.meaning, layout));
        }
    }
    text + "\nr2-selftest explain CODE says what to do about one of them.\n"
}

/// The whole register, grouped by area.
pub fn register(layout: &Layout) -> String {
    let mut text = String::new();
    for area in Area::ALL {
        text.push_str(&area_heading(area, layout));
        let widest = Code::of_area(area).map(|code| code.as_str().len()).max().unwrap_or_default();
        for code in Code::of_area(area) {
            let name = layout.palette.strong(&format!("{:widest$}", code.as_str()));
            let title = catalogue::entry(code).map_or("", |entry| &entry.title);
            let rest = " ".repeat(widest + 4);
            text.push_str(&hanging(&format!("  {name}  "), &rest, title, layout));
        }
        text.push('\n');
    }
    text + "r2-selftest explain tls            tells the codes of one area apart\n\
        r2-selftest explain tls.untrusted  says what one code means and what to do\n"
}

fn area_heading(area: Area, layout: &Layout) -> String {
    let name = area.name();
    let title = catalogue::area(area).map_or("", |area| &area.title);
    format!("{}: {title}\n", layout.palette.strong(name))
}

fn heading(code: Code, entry: &Entry, layout: &Layout) -> String {
    let name = layout.palette.strong(code.as_str());
    hanging("", "  ", &format!("{name}: {}", entry.title), layout)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::palette::Palette;

    const LAYOUT: Layout =
        Layout { width: 80, palette: Palette { colored: false, ascii: false }, full: false, requests: false };

    /// Lines of more than 80 columns that are not meant to be copied.
    fn too_long(text: &str) -> Vec<&str> {
        let is_literal = |line: &str| line.starts_with(&" ".repeat(15)) || line.contains("https://");
        let width = textwrap::core::display_width;
        text.lines().filter(|line| width(line) > 80 && !is_literal(line)).collect()
    }

    #[test]
    fn every_explanation_fits_eighty_columns() {
        for code in Code::ALL {
            assert_eq!(too_long(&one(*code, &LAYOUT)), [""; 0], "{code}");
        }
        for area in Area::ALL {
            assert_eq!(too_long(&of_area(area, &LAYOUT)), [""; 0], "{area:?}");
        }
        assert_eq!(too_long(&register(&LAYOUT)), [""; 0]);
    }

    #[test]
    fn the_register_and_its_areas_leave_no_code_out() {
        let (all, areas): (String, String) =
            (register(&LAYOUT), Area::ALL.map(|area| of_area(area, &LAYOUT)).concat());
        for code in Code::ALL {
            assert!(all.contains(code.as_str()) && areas.contains(code.as_str()), "{code}");
        }
    }

    #[test]
    #[cfg(feature = "demo")]
    fn a_code_names_the_demo_that_shows_it() {
        assert!(one(Code::AuthSignature, &LAYOUT).contains("demo --fault wrong-secret"));
    }
}
