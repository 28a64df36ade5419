//! Completions and manual pages: generated from the command line, so that they name every command and option of it.

use std::fs;
use std::process::Command;

use crate::support::cli::Cli;

/// The commands that the help lists.
fn commands() -> Vec<String> {
    let help = Cli::new("--help").run().stdout;
    let list = help.split("Commands:\n").nth(1).unwrap().split("\n\n").next().unwrap();
    // What is indented further goes on from the line before.
    let names = list.lines().filter_map(|line| line.strip_prefix("  ").filter(|line| !line.starts_with(' ')));
    names.filter_map(|line| line.split_whitespace().next()).map(str::to_owned).collect()
}

#[test]
fn the_completions_of_every_shell_name_every_command() {
    for shell in ["bash", "zsh", "fish", "powershell", "elvish"] {
        let ran = Cli::new("completions").arg(shell).run();
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{shell}");
        for word in commands().iter().map(String::as_str).chain(["env-file", "no-experiments"]) {
            assert!(ran.stdout.contains(word), "{shell} does not know {word}");
        }
    }
}

#[test]
fn bash_reads_its_completions_and_completes_a_command() {
    let script = Cli::new("completions bash").run().stdout;
    let asked = "COMP_WORDS=(r2-selftest exp); COMP_CWORD=1; _r2__selftest r2-selftest exp r2-selftest; echo ${COMPREPLY[@]}";
    let Ok(output) = Command::new("bash").arg("-c").arg(format!("{script}\n{asked}")).output() else {
        return;
    };
    assert_eq!(String::from_utf8_lossy(&output.stdout).trim(), "explain", "{output:?}");
}

#[test]
fn an_unknown_shell_is_refused_with_those_that_are_known() {
    Cli::new("completions tcsh").run().refused(&["tcsh", "bash", "zsh", "fish", "powershell"]);
    Cli::new("completions").run().refused(&["SHELL"]);
}

#[test]
fn each_command_has_a_manual_page_and_so_has_the_program() {
    let whole = Cli::new("man").run();
    assert_eq!((whole.status, whole.stderr.as_str()), (0, ""));
    assert!(whole.stdout.contains(".TH r2-selftest 1"), "{}", whole.stdout);
    for command in commands() {
        assert!(
            whole.stdout.contains(&format!("r2\\-selftest\\-{}", command.replace('-', "\\-"))),
            "{command}"
        );
        let ran = Cli::new("man").arg(&command).run();
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{command}");
        assert!(ran.stdout.contains(&format!(".TH r2-selftest-{command} 1")), "{}", ran.stdout);
    }
    Cli::new("man dmeo").run().refused(&["dmeo", "demo"]);
}

#[test]
fn a_release_has_each_page_and_the_completions_of_each_shell() {
    let folder = tempfile::tempdir().unwrap();
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/packaging/generated");
    let write = |program: &str| {
        Command::new("bash").args([script, program]).arg(folder.path()).output().expect("bash runs it")
    };
    let output = write(env!("CARGO_BIN_EXE_r2-selftest"));
    assert!(output.status.success(), "{output:?}");
    let size = |file: String| fs::metadata(folder.path().join(file)).map_or(0, |data| data.len());
    for command in commands() {
        assert!(size(format!("share/man/man1/r2-selftest-{command}.1")) > 300, "{command}");
    }
    for file in
        ["r2-selftest.bash", "_r2-selftest", "r2-selftest.fish", "_r2-selftest.ps1", "r2-selftest.elv"]
    {
        assert!(size(format!("completions/{file}")) > 1_000, "{file}");
    }
    assert!(size("share/man/man1/r2-selftest.1".to_owned()) > 1_000);
    assert!(!write("true").status.success(), "a program that prints nothing has no pages");
}
