//! Env files that are encrypted as a whole, recognised by their beginnings.

/// A tool that encrypts files.
pub struct Seal {
    begins: &'static str,
    /// Its name.
    pub by: &'static str,
    /// How it is recognised, for a sentence in parentheses.
    pub mark: &'static str,
    /// The command that decrypts it.
    pub command: &'static str,
}

/// All of them, with the commands of the tools' own documentation.
const SEALS: [Seal; 7] = [
    // <https://github.com/AGWA/git-crypt>
    Seal {
        begins: "\0GITCRYPT\0",
        by: "git-crypt",
        mark: "it begins with `GITCRYPT`",
        command: "git-crypt unlock",
    },
    // <https://docs.ansible.com/ansible/latest/cli/ansible-vault.html>
    Seal {
        begins: "$ANSIBLE_VAULT;",
        by: "ansible-vault",
        mark: "it begins with `$ANSIBLE_VAULT`",
        command: "ansible-vault decrypt {env_file}",
    },
    // <https://github.com/FiloSottile/age>
    Seal {
        begins: "age-encryption.org/",
        by: "age",
        mark: "it begins with `age-encryption.org`",
        command: "age --decrypt --identity KEY --output .env.plain {env_file}",
    },
    Seal {
        begins: "-----BEGIN AGE ENCRYPTED FILE-----",
        by: "age",
        mark: "it begins with `BEGIN AGE ENCRYPTED FILE`",
        command: "age --decrypt --identity KEY --output .env.plain {env_file}",
    },
    // <https://www.gnupg.org/documentation/manuals/gnupg/Operational-GPG-Commands.html>
    Seal {
        begins: "-----BEGIN PGP MESSAGE-----",
        by: "PGP",
        mark: "it begins with `BEGIN PGP MESSAGE`",
        command: "gpg --decrypt --output .env.plain {env_file}",
    },
    // <https://docs.openssl.org/master/man1/openssl-enc/>
    Seal {
        begins: "Salted__",
        by: "`openssl enc`",
        mark: "it begins with `Salted__`",
        command: "openssl enc -d -aes-256-cbc -pbkdf2 -in {env_file} -out .env.plain",
    },
    // <https://getsops.io/docs/#passing-secrets-to-other-processes>
    Seal {
        begins: "{\n\t\"data\": \"ENC[",
        by: "SOPS",
        mark: "its first field holds `ENC[`",
        command: "sops exec-env {env_file} r2-selftest",
    },
];

/// The tool that encrypted a file of these bytes, if one did.
pub fn seal(bytes: &[u8]) -> Option<&'static Seal> {
    let bytes = bytes.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(bytes).trim_ascii_start();
    SEALS.iter().find(|seal| bytes.starts_with(seal.begins.as_bytes()))
}
