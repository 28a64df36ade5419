//! The table of families. The commands are those of the tools' own documentation.

use super::Mark::{self, AroundName, Begins, Holds};
use super::{Family, StandIn};

/// All families; the first match counts.
pub static FAMILIES: [Family; 32] = [
    // <https://developer.1password.com/docs/cli/secrets-environment-variables/>
    reference(
        "1Password",
        &[Holds("op://")],
        "Start the application under `op run`, which resolves 1Password's references",
        Some("op run --env-file=.env -- r2-selftest"),
    ),
    // <https://bitwarden.com/help/secrets-manager-cli/#run>
    reference(
        "Bitwarden",
        &[Begins("bws://"), Begins("bw://")],
        "Start the application under `bws run`, which sets Bitwarden's secrets",
        Some("bws run -- r2-selftest"),
    ),
    // <https://docs.doppler.com/docs/cli>
    reference(
        "Doppler",
        &[Begins("doppler://"), Holds("${doppler.")],
        "Start the application under `doppler run`, which sets Doppler's secrets",
        Some("doppler run -- r2-selftest"),
    ),
    // <https://infisical.com/docs/cli/commands/run>
    reference(
        "Infisical",
        &[Begins("infisical://")],
        "Start the application under `infisical run`, which sets Infisical's secrets",
        Some("infisical run -- r2-selftest"),
    ),
    // <https://github.com/helmfile/vals>
    reference(
        "vals",
        &[Begins("ref+")],
        "Start the application under `vals exec`, which resolves such references",
        None,
    ),
    // Vault's transit engine: <https://developer.hashicorp.com/vault/docs/secrets/transit>
    ciphertext(
        "Vault's transit engine",
        &[Begins("vault:v1:"), Begins("vault:v2:"), Begins("vault:v3:")],
        "Decrypt it with `vault write transit/decrypt/KEY`",
        None,
    ),
    // <https://developer.hashicorp.com/vault/docs/commands/kv/get>, <https://bank-vaults.dev/docs/mutating-webhook/>
    reference(
        "HashiCorp Vault",
        &[Begins("vault:"), Begins("vault://"), Begins("hashivault://"), Holds("{{ with secret")],
        "Read the secret from Vault when the application starts, as `envconsul` or Vault's agent does",
        Some("vault kv get -field=FIELD PATH"),
    ),
    // <https://github.com/GoogleCloudPlatform/berglas>
    reference(
        "Google Secret Manager",
        &[Begins("sm://"), Begins("berglas://")],
        "Start the application under `berglas exec`, which resolves such references",
        Some("berglas exec -- r2-selftest"),
    ),
    // <https://cloud.google.com/sdk/gcloud/reference/secrets/versions/access>
    reference(
        "Google Secret Manager",
        &[Begins("projects/"), Begins("gcp:projects/"), Begins("gcpsecretmanager://")],
        "Read the secret from Google's Secret Manager when the application starts",
        Some("gcloud secrets versions access latest --secret=NAME"),
    ),
    // <https://docs.aws.amazon.com/cli/latest/reference/secretsmanager/get-secret-value.html>
    reference(
        "AWS Secrets Manager",
        &[
            Begins("arn:aws:secretsmanager:"),
            Begins("arn:aws-cn:secretsmanager:"),
            Begins("arn:aws-us-gov:secretsmanager:"),
            Holds("{{resolve:secretsmanager:"),
            Begins("awssecretsmanager:"),
            Begins("aws-secretsmanager://"),
            Begins("secretsmanager:"),
        ],
        "Read the secret from AWS Secrets Manager when the application starts",
        Some("aws secretsmanager get-secret-value --query SecretString --output text --secret-id NAME"),
    ),
    // <https://docs.aws.amazon.com/cli/latest/reference/ssm/get-parameter.html>
    reference(
        "AWS Parameter Store",
        &[
            Begins("arn:aws:ssm:"),
            Holds("{{resolve:ssm"),
            Begins("ssm://"),
            Begins("ssm:"),
            Begins("awsssm://"),
            Begins("aws-ssm://"),
        ],
        "Read the parameter from AWS Parameter Store when the application starts",
        Some("aws ssm get-parameter --with-decryption --query Parameter.Value --output text --name NAME"),
    ),
    // <https://learn.microsoft.com/azure/app-service/app-service-key-vault-references>
    reference(
        "Azure Key Vault",
        &[
            Begins("@Microsoft.KeyVault("),
            Holds(".vault.azure.net/secrets/"),
            Begins("azurekeyvault://"),
            Begins("akv://"),
        ],
        "Read the secret from Azure's Key Vault when the application starts",
        Some("az keyvault secret show --query value --output tsv --vault-name VAULT --name NAME"),
    ),
    // Docker, Compose and Kubernetes put secrets into files: <https://docs.docker.com/compose/how-tos/use-secrets/>
    Family {
        is: StandIn::File,
        whose: "Docker, Compose or Kubernetes",
        marks: &[
            Begins("/run/secrets/"),
            Begins("/var/run/secrets/"),
            Begins("/etc/secrets/"),
            Begins("/mnt/secrets"),
            Begins("file://"),
            Begins("file:/"),
        ],
        resolve: "Put the file's content into the variable before the application starts",
        command: Some("export {variable}=\"$(cat PATH)\""),
    },
    reference(
        "Kubernetes",
        &[Holds("secretKeyRef"), Holds("valueFrom")],
        "Set the variable by `valueFrom` in the manifest, not by `value`",
        None,
    ),
    // <https://docs.github.com/actions/security-guides/using-secrets-in-github-actions>
    reference(
        "GitHub Actions",
        &[Holds("${{ secrets."), Holds("${{secrets."), Holds("${{ vars."), Holds("${{ env.")],
        "Use the expression in the workflow's `env`, where GitHub Actions replaces it",
        None,
    ),
    // <https://docs.railway.com/variables#referencing-another-services-variable>
    reference(
        "Railway",
        &[Holds("${{")],
        "Choose the reference again in the service's Variables on Railway, from the list that the field offers",
        None,
    ),
    reference(
        "CloudFormation",
        &[Begins("!Ref "), Begins("!Sub "), Begins("!GetAtt "), Begins("!ImportValue "), Holds("Fn::")],
        "Let CloudFormation replace the function: it stands where no function is read",
        None,
    ),
    reference(
        "Terraform",
        &[Begins("${var."), Begins("${data."), Begins("${module."), Begins("${local.")],
        "Let Terraform write the value: the expression stands where none is read",
        None,
    ),
    code("JavaScript", &[Begins("process.env"), Begins("import.meta.env"), Begins("Deno.env.get(")]),
    code("Python", &[Begins("os.environ"), Begins("os.getenv("), Begins("environ["), Begins("getenv(")]),
    code("Ruby", &[Begins("ENV["), Begins("ENV.fetch("), Begins("<%")]),
    code(
        "PHP, Java, Go or Rust",
        &[
            Begins("env("),
            Begins("$_ENV["),
            Begins("System.getenv("),
            Begins("os.Getenv("),
            Begins("std::env::"),
        ],
    ),
    code("PowerShell", &[Begins("$env:"), Begins("$Env:")]),
    // <https://dotenvx.com/docs/quickstart/encryption>
    ciphertext(
        "dotenvx",
        &[Begins("encrypted:")],
        "Start the application under `dotenvx run`, with DOTENV_PRIVATE_KEY set where the file is decrypted",
        Some("dotenvx run -- r2-selftest"),
    ),
    // <https://getsops.io/docs/#passing-secrets-to-other-processes>
    ciphertext(
        "SOPS",
        &[Begins("ENC[AES256_GCM,")],
        "Start the application under `sops exec-env`, which decrypts the file",
        Some("sops exec-env .env r2-selftest"),
    ),
    // <https://docs.ansible.com/ansible/latest/cli/ansible-vault.html>
    ciphertext(
        "ansible-vault",
        &[Begins("$ANSIBLE_VAULT;"), Begins("!vault")],
        "Decrypt the file where it is deployed",
        Some("ansible-vault decrypt .env"),
    ),
    // <https://github.com/AGWA/git-crypt>
    ciphertext(
        "git-crypt",
        &[Begins("\u{0}GITCRYPT")],
        "Unlock the repository before it is deployed",
        Some("git-crypt unlock"),
    ),
    // <https://github.com/FiloSottile/age>
    ciphertext(
        "age",
        &[Begins("age-encryption.org/"), Begins("-----BEGIN AGE ENCRYPTED FILE-----")],
        "Decrypt the file where it is deployed",
        Some("age --decrypt --identity KEY --output .env.plain .env"),
    ),
    // <https://www.gnupg.org/documentation/manuals/gnupg/Operational-GPG-Commands.html>
    ciphertext(
        "PGP",
        &[Begins("-----BEGIN PGP MESSAGE-----")],
        "Decrypt the file where it is deployed",
        Some("gpg --decrypt --output .env.plain .env"),
    ),
    // Spring Cloud Config, Jasypt, AWS KMS, Fernet, `openssl enc`.
    ciphertext(
        "another program",
        &[Begins("{cipher}"), Begins("ENC("), Begins("AQICAH"), Begins("gAAAAA"), Begins("U2FsdGVkX1")],
        "Decrypt the value with the program that encrypted it, before the application starts",
        None,
    ),
    reference(
        "shell",
        &[
            Holds("${"),
            Holds("$("),
            AroundName("$", ""),
            AroundName("%", "%"),
            Begins("env://"),
            Begins("env:"),
        ],
        "Set the variable that the reference names, where something replaces it",
        None,
    ),
    reference(
        "template",
        &[Holds("{{"), Holds("#{"), AroundName("__", "__"), AroundName("@", "@"), AroundName("@@", "@@")],
        "Fill in the template before the application starts",
        None,
    ),
];

const fn reference(
    whose: &'static str,
    marks: &'static [Mark],
    resolve: &'static str,
    command: Option<&'static str>,
) -> Family {
    Family { is: StandIn::Reference, whose, marks, resolve, command }
}

const fn ciphertext(
    whose: &'static str,
    marks: &'static [Mark],
    resolve: &'static str,
    command: Option<&'static str>,
) -> Family {
    Family { is: StandIn::Ciphertext, whose, marks, resolve, command }
}

const fn code(whose: &'static str, marks: &'static [Mark]) -> Family {
    let resolve = "Put the value itself into the variable: nothing runs code in there";
    Family { is: StandIn::Code, whose, marks, resolve, command: None }
}
