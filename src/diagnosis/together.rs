//! One condition that several variables share is one finding that names them all.

use super::catalogue;
use crate::base::circumstance::Circumstance;
use crate::base::finding::{EXPLAINED, Finding};
use crate::base::text::list;

/// The findings, those joined that say the same of several variables, as far as the catalogue has words for them all.
pub fn together(findings: Vec<Finding>) -> Vec<Finding> {
    let mut joined: Vec<Finding> = Vec::new();
    for finding in findings {
        match joined.iter_mut().find(|first| are_one(first, &finding)) {
            Some(first) => join(first, finding),
            None => joined.push(finding),
        }
    }
    joined
}

/// Whether two findings differ in their variables alone.
fn are_one(one: &Finding, other: &Finding) -> bool {
    let entry = catalogue::entry(one.code);
    // What explains one variable explains no other.
    let is_explained = |finding: &Finding| EXPLAINED.iter().any(|it| finding.circumstances.contains(it));
    one.code == other.code
        && one.severity == other.severity
        && one.about.is_some()
        && other.about.is_some()
        && one.kind == other.kind
        && !is_explained(one)
        && !is_explained(other)
        && entry.is_some_and(|entry| entry.together)
}

fn join(first: &mut Finding, other: Finding) {
    // What is wrong with one value, and what it should be, does not hold for all.
    first.suggestion = None;
    first.values.remove("suggestion");
    first.values.remove("fault");
    // Other names add up, and so does what hands their values over.
    let both = |name| [first.values.get(name), other.values.get(name)].into_iter().flatten();
    let others: Vec<&str> =
        both("other").flat_map(|line| line.split(" and ")).flat_map(|part| part.split(", ")).collect();
    let assignments = both("assignments").map(|line| &**line).collect::<Vec<&str>>().join(" ");
    if !others.is_empty() {
        let others = list(&others);
        first.values.insert("other", others.into());
        first.values.insert("assignments", assignments.into());
    }
    let all = Circumstance::AllOtherNames;
    let holds_for_both = first.circumstances.contains(&all) && other.circumstances.contains(&all);
    first.circumstances.extend(&other.circumstances);
    if !holds_for_both {
        first.circumstances.remove(&all);
    }
    first.also.extend(other.about.into_iter().chain(other.also));
    for evidence in other.evidence {
        if !first.evidence.contains(&evidence) {
            first.evidence.push(evidence);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::code::Code;
    use crate::base::variable::Variable;

    #[test]
    fn one_condition_of_several_variables_is_one_finding() {
        let missing = |variable| Finding::error(Code::ConfigMissing).about(variable).because("not in .env");
        let region = Finding::warning(Code::ConfigRegion).about(Variable::Region);
        let findings = vec![
            missing(Variable::Endpoint),
            region.clone(),
            missing(Variable::BucketName).because("and more"),
        ];
        let joined = together(findings);
        assert_eq!(joined.len(), 2);
        assert_eq!(
            (joined[0].about, joined[0].also.as_slice()),
            (Some(Variable::Endpoint), &[Variable::BucketName][..])
        );
        assert_eq!(joined[0].evidence, ["not in .env", "and more"]);
        assert_eq!(joined[1], region);
    }

    #[test]
    fn other_names_add_up() {
        let missing = |variable, other: &str, assignment: &str| {
            let finding = Finding::error(Code::ConfigMissing).about(variable).with("other", other);
            finding.with("assignments", assignment).under(Circumstance::OtherNames)
        };
        let joined = together(vec![
            Finding::error(Code::ConfigMissing).about(Variable::Endpoint),
            missing(Variable::AccessKeyId, "A", "X=\"$A\""),
            missing(Variable::SecretAccessKey, "B", "Y=\"$B\""),
        ]);
        assert_eq!(joined.len(), 1);
        assert_eq!(
            (&*joined[0].values["other"], &*joined[0].values["assignments"]),
            ("A and B", "X=\"$A\" Y=\"$B\"")
        );
        assert!(joined[0].holds(Circumstance::OtherNames));
    }

    #[test]
    fn what_explains_one_variable_keeps_it_apart() {
        let missing = |variable| Finding::error(Code::ConfigMissing).about(variable);
        let hidden = missing(Variable::Endpoint).under(Circumstance::HidesValue);
        let joined = together(vec![hidden, missing(Variable::BucketName), missing(Variable::Enabled)]);
        assert_eq!((joined.len(), joined[0].also.len(), joined[1].also.len()), (2, 0, 1));
    }

    #[test]
    fn what_one_value_should_be_is_no_advice_for_all() {
        let missing = |variable| Finding::error(Code::ConfigMissing).about(variable);
        let enabled = missing(Variable::Enabled).suggesting("true");
        let joined = together(vec![enabled, missing(Variable::BucketName)]);
        assert_eq!((joined.len(), &joined[0].suggestion), (1, &None));
    }
}
