//! What stands in the place of a value that somebody should have resolved, read or filled in.

use super::values::value;
use super::{Situation, each, fails};

const STAND_INS: &[Situation] = &[
    value(
        "references to 1Password, in both keys",
        &[
            ("R2_ACCESS_KEY_ID", "op://Production/cloudflare-r2/access-key-id"),
            ("R2_SECRET_ACCESS_KEY", "op://Production/cloudflare-r2/secret-access-key"),
        ],
        fails(
            "config.placeholder",
            &[
                "R2_ACCESS_KEY_ID and R2_SECRET_ACCESS_KEY contain an unresolved 1Password reference",
                "1Password",
            ],
            "Start the application under `op run`",
        ),
    ),
    value(
        "a secret's name at AWS",
        &[("R2_SECRET_ACCESS_KEY", "arn:aws:secretsmanager:eu-west-1:1:secret:r2")],
        fails(
            "config.placeholder",
            &["R2_SECRET_ACCESS_KEY", "AWS Secrets Manager"],
            "Read the secret from AWS",
        ),
    ),
    value(
        "a reference of Azure's",
        &[("R2_SECRET_ACCESS_KEY", "@Microsoft.KeyVault(SecretUri=https://v.vault.azure.net/secrets/r2)")],
        fails(
            "config.placeholder",
            &["R2_SECRET_ACCESS_KEY", "Azure Key Vault"],
            "Read the secret from Azure",
        ),
    ),
    value(
        "a secret's path at Google",
        &[("R2_SECRET_ACCESS_KEY", "projects/1/secrets/r2/versions/latest")],
        fails(
            "config.placeholder",
            &["R2_SECRET_ACCESS_KEY", "Google Secret Manager"],
            "Read the secret from Google",
        ),
    ),
    value(
        "a reference to Bitwarden",
        &[("R2_SECRET_ACCESS_KEY", "bws://9c5b94b1-35ad-49bb-b118-8e8fc24abf80")],
        fails(
            "config.placeholder",
            &["R2_SECRET_ACCESS_KEY", "Bitwarden"],
            "Start the application under `bws run`",
        ),
    ),
    value(
        "the path of a mounted secret",
        &[("R2_SECRET_ACCESS_KEY", "/run/secrets/r2_secret")],
        fails(
            "config.placeholder",
            &["R2_SECRET_ACCESS_KEY contains a file's path"],
            "Put the file's content into the variable",
        ),
    ),
    value(
        "code that was never run",
        &[("R2_BUCKET_NAME", "process.env.R2_BUCKET_NAME")],
        fails("config.placeholder", &["R2_BUCKET_NAME contains JavaScript code"], "Put the value itself"),
    ),
    value(
        "a mark that no script replaced",
        &[("R2_BUCKET_NAME", "__R2_BUCKET_NAME__")],
        fails(
            "config.placeholder",
            &["R2_BUCKET_NAME", "an unresolved template reference"],
            "Fill in the template",
        ),
    ),
    value(
        "a function of CloudFormation",
        &[("R2_BUCKET_NAME", "!Ref FilesBucket")],
        fails("config.placeholder", &["R2_BUCKET_NAME", "CloudFormation"], "Let CloudFormation replace"),
    ),
];

#[test]
fn a_value_that_somebody_should_have_replaced_names_who_resolves_it() {
    each(STAND_INS);
}
