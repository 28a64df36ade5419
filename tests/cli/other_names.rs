//! The recipes for an application that reads other names, run as they stand on their page.

use crate::support::cli::Cli;
use crate::support::r2::{BUCKET, R2};

const PAGE: &str = include_str!("../../docs/other-names.md");

/// What such an application has in its environment.
fn of_the_application(r2: &R2) -> [(&'static str, String); 5] {
    [
        ("AWS_ENDPOINT_URL", r2.endpoint()),
        ("AWS_ACCESS_KEY_ID", r2.token().id.clone()),
        ("AWS_SECRET_ACCESS_KEY", r2.token().secret.clone()),
        ("AWS_REGION", "auto".to_owned()),
        ("S3_BUCKET", BUCKET.to_owned()),
    ]
}

/// The blocks of the page in this language.
fn blocks(language: &str) -> Vec<&'static str> {
    let fence = format!("```{language}\n");
    PAGE.split(fence.as_str()).skip(1).map(|rest| rest.split("```").next().unwrap()).collect()
}

#[test]
fn the_recipes_for_a_shell_pass() {
    let recipes = blocks("sh");
    assert_eq!(recipes.len(), 2);
    for recipe in recipes {
        let r2 = R2::start();
        let program = std::path::Path::new(env!("CARGO_BIN_EXE_r2-selftest"));
        let cli = Cli::new_program("/bin/sh").envs(of_the_application(&r2));
        let ran = cli.env("PATH", program.parent().unwrap()).arg("-c").arg(recipe).run();
        assert_eq!(ran.status, 0, "{recipe}{}", ran.stdout);
        assert!(r2.requests().len() >= 7 && r2.left().is_empty(), "{}", ran.stdout);
    }
}

#[test]
fn the_recipe_for_railway_passes_with_its_references_replaced() {
    let [recipe] = blocks("text")[..] else { panic!("{PAGE}") };
    let r2 = R2::start();
    let mut content = recipe.to_owned();
    for (name, value) in of_the_application(&r2) {
        content = content.replace(&format!("${{{{{name}}}}}"), &value);
    }
    assert!(!content.contains("${{"), "{content}");
    let lines = content.lines().map(|line| line.split_once('=').unwrap());
    let ran = Cli::new("--no-env-file").envs(lines).run();
    assert_eq!(ran.status, 0, "{}", ran.stdout);
}

#[test]
fn a_missing_variable_leads_to_the_recipe_where_another_name_holds_its_value() {
    let r2 = R2::start();
    let report = Cli::new("--json --no-env-file").envs(of_the_application(&r2)).run().report();
    let all = report.0.to_string();
    assert_eq!(report.root_cause(), Some("config.missing"));
    for (ours, other) in [("R2_ENDPOINT", "AWS_ENDPOINT_URL"), ("R2_BUCKET_NAME", "S3_BUCKET")] {
        let told = format!("{other} is set in the environment, but the application reads {ours}");
        assert!(all.contains(&told), "{told}: {all}");
        assert!(all.contains(&format!("{ours}=\\\"${other}\\\"")), "{all}");
    }
    assert!(!all.contains("the application does not"), "{all}");
    let alone = Cli::new("--json --no-env-file").run().report().0.to_string();
    assert!(!alone.contains("docs/other-names.md"), "{alone}");
}
