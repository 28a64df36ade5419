//! Env files as people write them. The application reads them with python-dotenv, and so does the program.

use super::EnvFile::{CarriageReturns, Text, Utf16};
use super::{Situation, USUAL, each, fails, warns};

/// What stands in the file, and what it comes to.
const SITUATIONS: &[Situation] = &[
    Situation {
        what: "a switch is set again further down, to `false`",
        file: Text("{settings}R2_ENABLED=false\n"),
        ends: fails(
            "config.disabled",
            &["R2_ENABLED is `false`"],
            "Set R2_ENABLED to `true` on line 6 of .env",
        ),
        ..USUAL
    },
    Situation {
        what: "the last of two lines is the good one",
        file: Text("R2_BUCKET_NAME=older-files\n{settings}"),
        ends: warns(
            "config.duplicate",
            &["R2_BUCKET_NAME is set more than once in `.env`"],
            "Delete all lines of R2_BUCKET_NAME but one from .env",
        ),
        ..USUAL
    },
    Situation {
        what: "a reference without braces, which python-dotenv leaves as it is",
        file: Text("ACCOUNT={account}\n{settings}R2_ENDPOINT=https://$ACCOUNT.r2.cloudflarestorage.com\n"),
        ends: fails("config.endpoint-account", &["R2_ENDPOINT has `$account`"], "Put the account id"),
        ..USUAL
    },
    Situation {
        what: "a reference with braces",
        file: Text(
            "CF_ACCOUNT={account}\n{without-endpoint}R2_ENDPOINT=https://${CF_ACCOUNT}.r2.cloudflarestorage.com\n",
        ),
        ..USUAL
    },
    Situation {
        what: "a reference with a default, which other loaders do not know",
        file: Text(
            "{without-endpoint}R2_ENDPOINT=https://${CF_ACCOUNT:-{account}}.r2.cloudflarestorage.com\n",
        ),
        ends: warns(
            "config.loaders-differ",
            &["R2_ENDPOINT", ".env"],
            "Write line 5 of .env as NAME='value'",
        ),
        ..USUAL
    },
    Situation {
        what: "a reference in single quotes, which python-dotenv replaces too",
        file: Text("FILES=app-files\n{without-bucket}R2_BUCKET_NAME='${FILES}'\n"),
        ends: warns("config.loaders-differ", &["R2_BUCKET_NAME", ".env"], "Write line 6 of .env"),
        ..USUAL
    },
    Situation {
        what: "a reference to nothing",
        file: Text("{without-bucket}R2_BUCKET_NAME=${FILES}\n"),
        ends: fails(
            "config.missing",
            &["R2_BUCKET_NAME is empty"],
            "Set FILES, or write the value itself on line 5 of .env",
        ),
        ..USUAL
    },
    Situation {
        what: "a title with blanks and without quotes, below all settings",
        file: Text("{settings}APP_TITLE=Recordings of the ward\n"),
        ..USUAL
    },
    Situation {
        what: "a title with blanks and without quotes, above all settings",
        file: Text("APP_TITLE=Recordings of the ward\n{settings}"),
        ends: warns("config.loaders-differ", &["R2_", ".env"], "Write line 1 of .env"),
        ..USUAL
    },
    Situation {
        what: "quoted pieces side by side, which make no value",
        file: Text("{without-bucket}R2_BUCKET_NAME=\"app\"'-files'\n"),
        ends: fails(
            "config.env-file",
            &["Line 5 of .env is not read: ", "R2_BUCKET_NAME"],
            "Write line 5 of .env as R2_BUCKET_NAME='value'",
        ),
        ..USUAL
    },
    Situation {
        what: "a quote that is never closed, in the last line",
        file: Text("{without-bucket}R2_BUCKET_NAME=\"app-files\n"),
        ends: fails(
            "config.env-file",
            &["Line 5 of .env is not read: unclosed quote for R2_BUCKET_NAME"],
            "Write line 5 of .env as R2_BUCKET_NAME='value'",
        ),
        ..USUAL
    },
    Situation {
        what: "a name with a hyphen, in a line of another program",
        file: Text("{settings}other-name=1\n"),
        ..USUAL
    },
    Situation {
        what: "a quote that is never closed, in a line of another program",
        file: Text("{settings}NOTE=\"fine\n"),
        ends: warns(
            "config.env-file",
            &["line 6 of .env is not read: unclosed quote"],
            "Write line 6 of .env",
        ),
        ..USUAL
    },
    Situation {
        what: "carriage returns alone at the ends of lines",
        file: CarriageReturns("{settings}"),
        ends: warns("config.loaders-differ", &["R2_", ".env"], "Write line 1 of .env"),
        ..USUAL
    },
    Situation {
        what: "a bare name and an apostrophe, in lines of another program",
        file: Text("{settings}DEBUG\nNOTE=it's fine\n"),
        ..USUAL
    },
    Situation {
        what: "a comment behind a closing quote",
        file: Text("{without-bucket}R2_BUCKET_NAME=\"app-files\" # of the ward\n"),
        ..USUAL
    },
    Situation {
        what: "a file that PowerShell wrote",
        file: Utf16("{settings}"),
        ends: fails(
            "config.env-file",
            &[".env is not read: it is stored as UTF-16"],
            "Save .env as UTF-8 without a byte order mark",
        ),
        ..USUAL
    },
    Situation {
        what: "a file in which every value is encrypted",
        file: Text(
            "R2_ENABLED=\"encrypted:BFXQ1aP0\"\nR2_ENDPOINT=\"encrypted:BFXQ2bP0\"\nR2_ACCESS_KEY_ID=\"encrypted:BFXQ3cP0\"\n\
             R2_SECRET_ACCESS_KEY=\"encrypted:BFXQ4dP0\"\nR2_BUCKET_NAME=\"encrypted:BFXQ5eP0\"\n",
        ),
        ends: fails(
            "config.placeholder",
            &["R2_ENABLED, R2_ENDPOINT, R2_ACCESS_KEY_ID", "encrypted by dotenvx"],
            "Start the application under `dotenvx run`",
        ),
        never: &["switches R2 off", "not a URL", "BFXQ4dP0"],
        ..USUAL
    },
    Situation {
        what: "a file that is encrypted as a whole",
        file: Text("$ANSIBLE_VAULT;1.1;AES256\n6162636465666768\n"),
        ends: fails("config.env-file", &[".env is not read: it is encrypted"], "Decrypt .env where"),
        ..USUAL
    },
];

#[test]
fn an_env_file_is_answered_as_the_application_reads_it() {
    each(SITUATIONS);
}
