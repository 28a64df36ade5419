//! Stand-ins that should have been replaced by the value: references to secret stores, code, paths of files, ciphertext. By
//! family, each with its marks and the tool that resolves it.

mod families;

use crate::base::circumstance::Circumstance;
use families::FAMILIES;

/// The kind of a stand-in.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum StandIn {
    /// A reference that a program resolves before the application starts.
    Reference,
    /// Code of a program, which only that program runs.
    Code,
    /// The path of a file with the value.
    File,
    /// The value, encrypted.
    Ciphertext,
}

/// How a member of a family is recognised.
enum Mark {
    /// It begins with this.
    Begins(&'static str),
    /// It holds this anywhere.
    Holds(&'static str),
    /// It begins and ends with these, with the name of a variable between.
    AroundName(&'static str, &'static str),
}

/// One kind of stand-in.
pub struct Family {
    /// What its members are.
    pub is: StandIn,
    /// The tool they belong to.
    pub whose: &'static str,
    marks: &'static [Mark],
    /// What to do, as an instruction without a full stop.
    pub resolve: &'static str,
    /// The command that runs the check with the value in its place, or that reads it.
    pub command: Option<&'static str>,
}

use Mark::{AroundName, Begins, Holds};

/// The family of a value, with the mark by which it was recognised.
pub fn family(value: &str) -> Option<(&'static Family, &'static str)> {
    let value = value.trim_start();
    FAMILIES.iter().find_map(|family| Some((family, family.mark_in(value)?)))
}

/// The public words of this table.
pub fn words() -> impl Iterator<Item = &'static str> {
    FAMILIES.iter().flat_map(|family| {
        let marks = family.marks.iter().map(|mark| match mark {
            Begins(mark) | Holds(mark) | AroundName(mark, _) => *mark,
        });
        marks.chain([family.whose, family.resolve]).chain(family.command)
    })
}

impl Family {
    fn mark_in(&self, value: &str) -> Option<&'static str> {
        self.marks.iter().find_map(|mark| mark.in_value(value))
    }

    /// Whether a tool or a command for the value is known.
    pub fn circumstance(&self) -> Circumstance {
        match self.command {
            Some(command) if command.contains("r2-selftest") => Circumstance::Resolver,
            Some(_) => Circumstance::Lookup,
            None => Circumstance::Reference,
        }
    }

    /// What a member is, as the object of a sentence.
    pub fn stand_in(&self) -> String {
        match self.is {
            StandIn::Reference => format!("an unresolved {} reference", self.whose),
            StandIn::Code => format!("{} code instead of its result", self.whose),
            StandIn::File => "a file's path instead of its content".to_owned(),
            StandIn::Ciphertext => format!("a value encrypted by {}", self.whose),
        }
    }
}

impl Mark {
    fn in_value(&self, value: &str) -> Option<&'static str> {
        match self {
            Begins(mark) => value.starts_with(mark).then_some(*mark),
            Holds(mark) => value.contains(mark).then_some(*mark),
            AroundName(open, close) => {
                let name = value.strip_prefix(open)?.strip_suffix(close)?;
                let letters = |b: u8| b.is_ascii_uppercase() || b == b'_' || b.is_ascii_digit();
                (!name.is_empty() && name.bytes().all(letters)).then_some(*open)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_family_hides_another() {
        for family in &FAMILIES {
            let sample = match &family.marks[0] {
                Begins(mark) | Holds(mark) => format!("{mark}X"),
                AroundName(open, close) => format!("{open}NAME{close}"),
            };
            let (found, _) = super::family(&sample).expect(family.whose);
            assert_eq!(found.whose, family.whose, "{sample}");
        }
    }

    #[test]
    fn what_resolves_it_is_one_short_instruction() {
        for Family { whose, resolve, .. } in &FAMILIES {
            let verb = ["Start", "Read", "Put", "Set", "Use", "Choose", "Let", "Fill", "Decrypt", "Unlock"];
            assert!(verb.iter().any(|verb| resolve.starts_with(verb)), "{whose}: {resolve}");
            assert!(resolve.chars().count() <= 110 && !resolve.ends_with('.'), "{whose}: {resolve}");
        }
    }

    #[test]
    fn what_is_no_stand_in_belongs_to_no_family() {
        for value in [
            "https://0123456789abcdef0123456789abcdef.r2.cloudflarestorage.com",
            "0123456789abcdef0123456789abcdef",
            "app-files",
            "wJalrXUtnFEMI/K7MDENG+bPxRfiCYzEXAMPLEKE",
            "minioadmin",
            "auto",
            "true",
            "pa$$word",
            "100%",
        ] {
            assert!(family(value).is_none(), "{value}");
        }
    }
}
