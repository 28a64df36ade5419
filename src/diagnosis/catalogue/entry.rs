//! What the catalogue says, as types: areas, entries, steps.

use serde::Deserialize;

use crate::base::circumstance::Circumstance;
use crate::base::finding::Finding;

/// What the codes of one area have in common.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Area {
    /// What it is about, in a few words.
    pub title: String,
    /// What it means that a finding is of this area.
    pub about: String,
}

/// What one code says.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Entry {
    /// The condition in a few words, without a full stop.
    pub title: String,
    /// The same with `{placeholders}`, as a finding says it, if that differs: it names what is at fault.
    pub headline: Option<String>,
    /// The cause in one sentence, as a finding says it.
    pub cause: String,
    /// What the code means, independent of a run, as `explain` says it.
    pub meaning: String,
    /// What it typically looks like: error texts, statuses, symptoms.
    pub evidence: Vec<String>,
    /// Whether `--accept` may make a note of it: a warning, or an error that some applications can live with.
    #[serde(default)]
    pub acceptable: bool,
    /// Whether its texts hold for several variables too: `{variable}` then reads `A, B and C`, `{is}` `are`, and `{s}` nothing.
    #[serde(default)]
    pub together: bool,
    /// The causes in order of likelihood.
    pub causes: Vec<String>,
    /// What to do, in order.
    pub fix: Vec<Step>,
    /// What a finding says where the server is not R2, as far as that differs.
    pub elsewhere: Option<Advice>,
    /// What a finding says where something in front of the server may have changed the request.
    pub gateway: Option<Advice>,
    /// Where the vendor documents it.
    pub docs: String,
}

/// What a finding says in a certain place. What is left out is as in the entry.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Advice {
    /// As [`Entry::headline`].
    pub headline: Option<String>,
    /// As [`Entry::cause`].
    pub cause: Option<String>,
    /// As [`Entry::fix`].
    #[serde(default)]
    pub fix: Vec<Step>,
    /// As [`Entry::docs`]; without it, S3's own list of errors stands for pages of Cloudflare's, as other servers follow it.
    pub docs: Option<String>,
}

/// What a finding about a value is called that knows what is wrong with the value.
const EXACT: &str = "{variable} {fault}";
/// What Cloudflare's pages begin with.
const DOCS_OF_R2: &str = "https://developers.cloudflare.com/";
/// S3's own list of errors.
const DOCS_OF_S3: &str = "https://docs.aws.amazon.com/AmazonS3/latest/API/ErrorResponses.html";

impl Entry {
    /// What is said in the place of a finding, if that differs.
    fn place(&self, finding: &Finding) -> Option<&Advice> {
        let gateway = self.gateway.as_ref().filter(|_| finding.behind_gateway);
        gateway.or(self.elsewhere.as_ref().filter(|_| !finding.on_r2))
    }

    /// The title of a finding, before its placeholders are filled.
    pub fn headline(&self, finding: &Finding) -> &str {
        if finding.values.contains_key("fault") {
            return EXACT;
        }
        let of_place = self.place(finding).and_then(|advice| advice.headline.as_deref());
        of_place.or(self.headline.as_deref()).unwrap_or(&self.title)
    }

    /// The cause, the fix and the documentation that suit the place of a finding.
    pub fn advice(&self, finding: &Finding) -> (&str, &[Step], &str) {
        let Some(advice) = self.place(finding) else { return (&self.cause, &self.fix, &self.docs) };
        let fix = if advice.fix.is_empty() { &self.fix } else { &advice.fix };
        let neutral = if self.docs.starts_with(DOCS_OF_R2) { DOCS_OF_S3 } else { &self.docs };
        (advice.cause.as_ref().unwrap_or(&self.cause), fix, advice.docs.as_deref().unwrap_or(neutral))
    }

    /// What it says in other places, each with the name of the place.
    pub fn places(&self) -> impl Iterator<Item = (&'static str, &Advice)> {
        let elsewhere = self.elsewhere.iter().map(|advice| ("not R2", advice));
        elsewhere.chain(self.gateway.iter().map(|advice| ("gateway", advice)))
    }
}

/// One step of a fix.
#[derive(Clone, Debug, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Step {
    /// What must be known of the run for this step to be shown; always shown without it.
    #[serde(default)]
    pub when: Vec<Circumstance>,
    /// The step as an instruction.
    pub text: String,
    /// A command that does or checks it.
    pub command: Option<String>,
    /// The page on which it is done.
    pub url: Option<String>,
}
