//! Example text and references that nobody replaced.

use super::*;

#[test]
fn what_was_never_filled_in_is_named() {
    each(
        "R2_ENDPOINT",
        "config.placeholder",
        &[
            ("https://<ACCOUNT_ID>.r2.cloudflarestorage.com", "a name in brackets"),
            ("https://your_account_id.r2.cloudflarestorage.com", "template text"),
            ("https://xxxxxxxx.r2.cloudflarestorage.com", "a row of `x`"),
        ],
    );
    each("R2_ACCESS_KEY_ID", "config.placeholder", &[("changeme", "template text"), ("****", "mask")]);
    each("R2_BUCKET_NAME", "config.placeholder", &[("your-bucket-name", "template text")]);
}

#[test]
fn a_reference_that_the_platform_did_not_resolve_is_named() {
    each(
        "R2_SECRET_ACCESS_KEY",
        "config.placeholder",
        &[("${{shared.R2_SECRET}}", "an unresolved Railway reference")],
    );
    each("R2_BUCKET_NAME", "config.placeholder", &[("${R2_BUCKET}", "reference"), ("$BUCKET", "reference")]);
}

/// References to secret stores, code, paths and ciphertext: what it is, how that is known, and what resolves it.
#[test]
fn what_somebody_else_should_have_replaced_is_named_by_family() {
    for (value, says, fix) in [
        (
            "op://Production/cloudflare-r2/secret-access-key",
            "1Password",
            "op run --env-file=.env -- r2-selftest",
        ),
        ("{{ op://Production/r2/secret }}", "1Password", "op run"),
        ("bws://0b6c8d1e-77aa-41f2-9e3d-5c2b8a90d1e4", "Bitwarden", "bws run -- r2-selftest"),
        ("doppler://project/config/R2_SECRET", "Doppler", "doppler run -- r2-selftest"),
        ("infisical://project/env/R2_SECRET", "Infisical", "infisical run -- r2-selftest"),
        ("vault:secret/data/r2#secret", "HashiCorp Vault", "vault kv get"),
        ("ref+awssecrets://r2/secret", "vals", "vals exec"),
        ("sm://project/r2-secret", "Google Secret Manager", "berglas exec -- r2-selftest"),
        (
            "projects/123/secrets/r2/versions/latest",
            "Google Secret Manager",
            "gcloud secrets versions access",
        ),
        (
            "arn:aws:secretsmanager:eu-west-1:123456789012:secret:r2-AbCdEf",
            "AWS Secrets Manager",
            "get-secret-value",
        ),
        ("{{resolve:secretsmanager:r2:SecretString:key}}", "AWS Secrets Manager", "get-secret-value"),
        ("arn:aws:ssm:eu-west-1:123456789012:parameter/r2", "AWS Parameter Store", "aws ssm get-parameter"),
        (
            "@Microsoft.KeyVault(SecretUri=https://x.vault.azure.net/secrets/r2/)",
            "Azure Key Vault",
            "az keyvault",
        ),
        ("/run/secrets/r2_secret", "a file's path instead of its content", "$(cat PATH)"),
        ("file:///etc/r2/secret", "a file's path instead of its content", "$(cat PATH)"),
        ("process.env.R2_SECRET_ACCESS_KEY", "JavaScript code", "the value itself"),
        ("os.environ['R2_SECRET_ACCESS_KEY']", "Python code", "the value itself"),
        ("os.getenv(\"R2_SECRET_ACCESS_KEY\")", "Python code", "the value itself"),
        ("__R2_SECRET__", "an unresolved template reference", "Fill in the template"),
        ("!Ref R2Secret", "CloudFormation", "CloudFormation"),
        ("{{ r2_secret }}", "an unresolved template reference", "Fill in the template"),
        ("${{ secrets.R2_SECRET }}", "GitHub Actions", "workflow"),
        ("${{shared.R2_SECRET}}", "Railway", "Variables on Railway"),
        ("%R2_SECRET%", "an unresolved shell reference", "the reference names"),
        ("$(cat secret.txt)", "an unresolved shell reference", "the reference names"),
        ("${R2_SECRET:-none}", "an unresolved shell reference", "the reference names"),
        (
            "encrypted:BFXQkM7p3dGJ8w2Zs6VtYcRq1uLnAoEh9iXjKfBvWg",
            "a value encrypted by dotenvx",
            "dotenvx run -- r2-selftest",
        ),
        (
            "ENC[AES256_GCM,data:p673w==,iv:YY=,tag:UQ=,type:str]",
            "a value encrypted by SOPS",
            "sops exec-env .env r2-selftest",
        ),
        ("$ANSIBLE_VAULT;1.1;AES256", "a value encrypted by ansible-vault", "ansible-vault decrypt"),
        ("{cipher}AQATBGvqXkD0Yq", "encrypted", "Decrypt the value"),
    ] {
        let quoted = format!("\"{value}\"");
        for (variable, value) in
            [("R2_SECRET_ACCESS_KEY", value), ("R2_ACCESS_KEY_ID", &quoted), ("R2_BUCKET_NAME", value)]
        {
            let report = Case::sound_but(&[(variable, Some(value))]).fails();
            assert_eq!(report.codes(), ["config.placeholder"], "{variable}={value}");
            let finding = report.finding("config.placeholder").to_string().replace("\\\"", "\"");
            for part in [variable, says, "(`", fix] {
                assert!(finding.contains(part), "no `{part}`: {finding}");
            }
        }
    }
}

#[test]
fn an_encrypted_env_file_is_one_finding_for_all_of_its_variables() {
    for (wrap, by) in [
        (["encrypted:BFXQkM7p3dGJ8w2Zs6VtYcRq1uLnAoEh9iXjKfBvWg", "=="], "dotenvx"),
        (["ENC[AES256_GCM,data:", ",iv:YY=,tag:UQ=,type:str]"], "SOPS"),
    ] {
        let lines =
            SOUND.iter().map(|(name, value)| format!("{name}=\"{}{}{}\"\n", wrap[0], value.len(), wrap[1]));
        let report = Case::file(&lines.collect::<Vec<_>>().concat()).fails();
        assert_eq!(report.codes(), ["config.placeholder"], "{by}");
        let finding = report.finding("config.placeholder").to_string();
        assert!(SOUND.iter().all(|(name, _)| finding.contains(name)) && finding.contains(by), "{finding}");
    }
}

#[test]
fn a_file_that_is_encrypted_as_a_whole_names_the_tool_and_its_command() {
    for (begins, by, command) in [
        (&b"\0GITCRYPT\0\x01\xff\xfe"[..], "git-crypt", "git-crypt unlock"),
        (b"$ANSIBLE_VAULT;1.1;AES256\n6566\n", "ansible-vault", "ansible-vault decrypt app.env"),
        (b"age-encryption.org/v1\n-> X25519 abc\n", "age", "age --decrypt"),
        (b"-----BEGIN AGE ENCRYPTED FILE-----\nYWdl\n", "age", "age --decrypt"),
        (b"-----BEGIN PGP MESSAGE-----\n\nhQ==\n", "PGP", "gpg --decrypt"),
        (b"Salted__\xff\x01\x02", "openssl", "openssl enc -d"),
    ] {
        let report = Case::bytes(begins).fails();
        assert_eq!(report.codes(), ["config.env-file"], "{by}");
        assert!(
            report.evidence("config.env-file").contains(&format!("is encrypted by {by}")) || by == "openssl"
        );
        let fix = report.finding("config.env-file")["fix"].to_string();
        assert!(fix.contains(command) && !fix.contains("Correct the line"), "{fix}");
    }
}

/// Images of Docker read such variables; the application does not.
#[test]
fn a_variable_that_names_a_file_is_reported_with_how_to_read_it() {
    for (variable, _) in [SOUND[1], SOUND[2], SOUND[3], SOUND[4]] {
        let file = format!("{variable}_FILE");
        let report = Case::sound_but(&[(variable, None), (&file, Some("/run/secrets/r2"))]).fails();
        assert_eq!(report.codes(), ["config.missing"]);
        assert!(report.evidence("config.missing").contains(&format!(
            "{file} in the environment names a file, and the application reads {variable} only"
        )));
        let fix = report.finding("config.missing")["fix"].to_string().replace("\\\"", "\"");
        assert!(fix.contains(&format!("export {variable}=\"$(cat \"${file}\")\"")), "{fix}");
    }
}
