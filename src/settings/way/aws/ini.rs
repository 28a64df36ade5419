//! Files of sections and keys as Python's `configparser.RawConfigParser` reads them.

/// A key with its value.
pub type Pair = (String, String);

/// A file that was read.
#[derive(Default)]
pub struct Ini {
    sections: Vec<(String, Vec<Pair>)>,
}

impl Ini {
    /// Parses a text.
    ///
    /// # Errors
    /// With the line that Python rejects, and why.
    pub fn parse(text: &str) -> Result<Self, String> {
        let mut ini = Self::default();
        for (number, line) in (1..).zip(text.lines()) {
            ini.line(line).map_err(|why| format!("line {number} {why}"))?;
        }
        Ok(ini)
    }

    fn line(&mut self, line: &str) -> Result<(), &'static str> {
        let bare = line.trim();
        if bare.is_empty() || bare.starts_with(['#', ';']) {
            return Ok(());
        }
        let has_key = self.sections.last().is_some_and(|(_, pairs)| !pairs.is_empty());
        if line.starts_with([' ', '\t']) && has_key {
            // A continuation line of the value above.
            return Ok(());
        }
        if let Some(name) = bare.strip_prefix('[').and_then(|rest| rest.rsplit_once(']')) {
            let name = name.0.to_owned();
            if self.section(&name).is_some() {
                return Err("begins a section that is there already");
            }
            self.sections.push((name, Vec::new()));
            return Ok(());
        }
        let Some((_, pairs)) = self.sections.last_mut() else { return Err("stands before any section") };
        let Some((key, value)) = bare.split_once(['=', ':']).filter(|(key, _)| !key.trim().is_empty()) else {
            return Err("has no `=`");
        };
        let key = key.trim().to_lowercase();
        if pairs.iter().any(|(known, _)| *known == key) {
            return Err("sets a key that its section has already");
        }
        pairs.push((key, value.trim().to_owned()));
        Ok(())
    }

    /// A section by its name.
    pub fn section(&self, name: &str) -> Option<&Vec<Pair>> {
        self.sections.iter().find(|(known, _)| known == name).map(|(_, pairs)| pairs)
    }

    /// The section of a profile: `default`, or `profile NAME`.
    pub fn profile(&self, name: &str) -> Option<&Vec<Pair>> {
        let named = |section: &str| {
            let rest = section.strip_prefix("profile").map(str::trim);
            (name == "default" && section == "default")
                || rest.is_some_and(|rest| rest.trim_matches(['"', '\'']) == name && !name.is_empty())
        };
        self.sections.iter().find(|(section, _)| named(section)).map(|(_, pairs)| pairs)
    }
}

/// The value of a key.
pub fn value<'a>(pairs: &'a [Pair], key: &str) -> Option<&'a str> {
    pairs.iter().find(|(known, _)| known == key).map(|(_, value)| value.as_str())
}
