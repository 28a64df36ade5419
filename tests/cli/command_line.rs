//! A wrong command line is refused with status 2 before anything happens, and its message names the option and the fix.

use crate::support::cli::Cli;

#[test]
fn an_unknown_option_is_refused() {
    Cli::new("--jsn").run().refused(&["--jsn", "--json"]);
}

#[test]
fn an_unknown_command_is_refused_with_a_suggestion() {
    Cli::new("dmeo").run().refused(&["dmeo", "demo"]);
}

#[test]
fn json_and_another_format_exclude_each_other() {
    Cli::new("--json --format text").run().refused(&["--json", "--format"]);
    Cli::new("demo --json --format text").run().refused(&["--json", "--format"]);
}

#[test]
fn quiet_and_verbose_exclude_each_other() {
    Cli::new("-q -v").run().refused(&["--quiet", "--verbose"]);
}

#[test]
fn an_env_file_and_no_env_file_exclude_each_other() {
    Cli::new("--env-file .env --no-env-file").run().refused(&["--env-file", "--no-env-file"]);
}

#[test]
fn options_of_a_run_are_not_lost_before_a_command() {
    Cli::new("--strict demo").run().refused(&[]);
}

#[test]
fn a_time_limit_without_a_unit_is_refused_with_an_example() {
    for option in ["--timeout", "--deadline"] {
        for bad in ["10", "ten", "", "1x", "-5s"] {
            Cli::new("--no-env-file").arg(format!("{option}={bad}")).run().refused(&[option, "10s"]);
        }
    }
}

#[test]
fn a_time_limit_of_zero_or_of_days_is_refused() {
    Cli::new("--timeout 0s").run().refused(&["--timeout", "longer than zero"]);
    Cli::new("--timeout 2days").run().refused(&["--timeout", "an hour"]);
    Cli::new("--deadline 999999999999years").run().refused(&["--deadline"]);
}

#[test]
fn a_prefix_outside_its_characters_is_refused_with_the_reason() {
    for (bad, why) in [
        ("a b/", "' '"),
        ("ä/", "'ä'"),
        ("a\u{200b}/", "200b"),
        ("/a", "slash"),
        ("a//b", "empty part"),
        ("../a", ".."),
        ("a?b", "'?'"),
    ] {
        Cli::new("").arg(format!("--prefix={bad}")).run().refused(&["--prefix", why]);
    }
    Cli::new("").arg(format!("--prefix={}", "a".repeat(513))).run().refused(&["--prefix", "512"]);
}

#[test]
fn a_tag_without_a_key_or_a_value_is_refused_with_its_form() {
    for bad in ["build", "=7", ""] {
        Cli::new("").arg(format!("--tag={bad}")).run().refused(&["--tag", "KEY=VALUE"]);
    }
}

#[test]
fn the_same_tag_twice_is_refused() {
    Cli::new("--tag build=7 --tag build=8").run().refused(&["--tag", "build"]);
}

#[test]
fn retries_that_are_no_small_number_are_refused_with_the_range() {
    for bad in ["-1", "11", "many", "1.5", "99999999999999999999"] {
        let ran = Cli::new("").arg(format!("--retries={bad}")).run();
        ran.refused(&["--retries"]);
    }
    Cli::new("--retries 11").run().refused(&["0..=10"]);
}

#[test]
fn an_argument_that_is_not_unicode_is_refused() {
    use std::os::unix::ffi::OsStrExt as _;
    for bad in [&b"--prefix=\xFF"[..], b"--tag=a=\xFF", b"--timeout=\xFF", b"--\xFF", b"-\xFF", b"\xFF"] {
        Cli::new("").arg(std::ffi::OsStr::from_bytes(bad)).run().refused(&["error: "]);
    }
    for command in ["explain", "demo", "demo --fault", "clean"] {
        Cli::new(command).arg(std::ffi::OsStr::from_bytes(b"\xFF")).run().refused(&["error: "]);
    }
}

#[test]
fn the_version_is_that_of_the_package() {
    for option in ["--version", "-V"] {
        let ran = Cli::new(option).run();
        assert_eq!(ran.status, 0);
        assert_eq!(ran.stdout, concat!("r2-selftest ", env!("CARGO_PKG_VERSION"), "\n"));
    }
}

#[test]
fn a_verbose_version_names_the_build() {
    for call in ["--version --verbose", "--verbose --version", "-V -v"] {
        let ran = Cli::new(call).run();
        let lines: Vec<&str> = ran.stdout.lines().collect();
        assert_eq!((ran.status, lines.len()), (0, 3), "{call}: {}", ran.stdout);
        assert_eq!(lines[0], concat!("r2-selftest ", env!("CARGO_PKG_VERSION")));
        assert!(lines[1].starts_with("target: ") && lines[1].contains(std::env::consts::ARCH), "{call}");
        assert!(lines[2].starts_with("commit: "), "{call}");
    }
}

#[test]
fn help_exits_with_success_and_fits_the_screen() {
    for call in ["--help", "-h", "help", "run --help", "run -h", "demo --help", "demo -h", "explain --help"] {
        for columns in [80, 100, 200] {
            let ran = Cli::new(call).env("COLUMNS", columns.to_string()).run();
            assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{call}");
            let widest = ran.stdout.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= columns.min(100), "{call}: {widest} of {columns} columns\n{}", ran.stdout);
        }
    }
}

#[test]
fn help_names_every_exit_status() {
    let help = Cli::new("--help").run().stdout;
    for status in ["0 ", "1 ", "2 ", "70 ", "130", "143"] {
        assert!(help.contains(status), "{status}");
    }
}

#[test]
fn options_stand_under_headings_and_three_examples_at_the_end() {
    for option in ["-h", "--help"] {
        let help = Cli::new(option).run().stdout;
        let headings = ["\nSettings:\n", "\nConnection:\n", "\nReport:\n", "\nRun:\n", "\nAppearance:\n"];
        for pair in headings.windows(2) {
            assert!(help.find(pair[0]).unwrap() < help.find(pair[1]).unwrap(), "{pair:?}: {help}");
        }
        let (_, examples) = help.split_once("\nExamples:\n").unwrap();
        let examples: Vec<_> = examples.lines().take_while(|line| !line.is_empty()).collect();
        assert_eq!(examples.len(), 3, "{help}");
        for example in examples {
            let (call, _) = example.trim().rsplit_once("  ").unwrap();
            let arguments = call.trim().strip_prefix("r2-selftest").unwrap();
            let ran = Cli::new(arguments).file("prod.env", "").run();
            assert_eq!((ran.status, ran.stderr.as_str()), (1, ""), "{call}");
        }
    }
}

#[test]
fn the_short_help_is_shorter() {
    for command in ["", "run", "demo", "clean", "explain"] {
        let lines = |option: &str| Cli::new(command).args(option).run().stdout.lines().count();
        assert!(lines("-h") < lines("--help"), "{command}");
    }
}

#[test]
fn help_is_a_command_like_others() {
    for (call, same) in [
        ("help", "--help"),
        ("help run", "run --help"),
        ("help clean", "clean --help"),
        ("help --help", "help -h"),
    ] {
        let ran = Cli::new(call).run();
        assert_eq!((ran.status, ran.stderr.as_str()), (0, ""), "{call}");
        assert_eq!(ran.stdout, Cli::new(same).run().stdout, "{call}");
    }
    Cli::new("help nonsense").run().refused(&["no command `nonsense`", "r2-selftest help"]);
}
