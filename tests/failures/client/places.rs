//! Where a variable on which boto3 fails is set, and which one counts: what a fix names.

use crate::support::cli::{Cli, STAY_HERE};
use crate::support::r2::{DeadEnd, Does, Proxy, R2, Tls};
use serde_json::Value;

/// The steps of a finding's fix, and their commands, where these variables are set and an env file has these lines.
fn fix(r2: &R2, code: &str, set: &[(&str, &str)], env_file: &str) -> (Vec<String>, Vec<String>) {
    let mut cli = Cli::new("--json --no-experiments --timeout 2s").file(".env", env_file);
    for (name, _) in STAY_HERE {
        cli.command().env_remove(name);
    }
    let ran = cli.envs(r2.env()).envs(set.iter().copied()).run();
    let report: Value = serde_json::from_str(&ran.stdout).unwrap();
    let checks = report["checks"].as_array().unwrap();
    let mut findings = checks.iter().flat_map(|check| check["findings"].as_array().unwrap());
    let found = findings.find(|finding| finding["code"] == code);
    let found = found.unwrap_or_else(|| panic!("no {code} in {report:#}"));
    let all = |name: &str| {
        let texts = found["fix"].as_array().unwrap().iter().filter_map(|step| step[name].as_str());
        texts.map(str::to_owned).collect()
    };
    (all("text"), all("command"))
}

const ON_RAILWAY: [(&str, &str); 2] =
    [("RAILWAY_ENVIRONMENT_NAME", "production"), ("RAILWAY_SERVICE_NAME", "web")];

#[test]
fn a_variable_that_boto3_fails_on_is_named_with_its_place() {
    let r2 = R2::start();
    let code = "config.client-environment";
    let (texts, commands) = fix(&r2, code, &[("AWS_PROFILE", "absent")], "");
    assert_eq!(texts[0], "Unset AWS_PROFILE, or give it a value that boto3 accepts.");
    assert_eq!(commands[0], "unset AWS_PROFILE");
    let in_file = "# ours\n\nAWS_PROFILE=absent\n";
    let (texts, commands) = fix(&r2, code, &[], in_file);
    assert_eq!(texts[0], "Correct or delete AWS_PROFILE on line 3 of .env.");
    assert!(commands.iter().all(|command| !command.contains("unset")), "{commands:?}");
    // On Railway, too, the file is where it stands.
    let (texts, _) = fix(&r2, code, &ON_RAILWAY, in_file);
    assert_eq!(texts[0], "Correct or delete AWS_PROFILE on line 3 of .env.");
    let mut set = ON_RAILWAY.to_vec();
    set.push(("AWS_PROFILE", "absent"));
    let (texts, commands) = fix(&r2, code, &set, in_file);
    let service = "in the Variables of the Railway service `web`, then press Deploy";
    assert_eq!(texts[0], format!("Correct or delete AWS_PROFILE {service}."));
    assert!(commands.iter().all(|command| !command.contains("unset")), "{commands:?}");
}

#[test]
fn the_variable_of_a_proxy_is_named_with_its_place() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let dead = DeadEnd::refusing().endpoint();
    let line = format!("https_proxy={dead}\n");
    for (code, value) in [
        ("proxy.unsupported", "socks5://127.0.0.1:9"),
        ("proxy.unreachable", dead.as_str()),
        ("proxy.unreadable", "http://a:b#c@127.0.0.1:9"),
    ] {
        let told = |set: &[(&str, &str)], env_file: &str| fix(&r2, code, set, env_file).0.join(" ");
        let text = told(&[("https_proxy", value)], &line);
        assert!(text.contains("Unset https_proxy"), "{text}");
        let text = told(&[], &format!("\nhttps_proxy={value}\n"));
        assert!(text.contains("Delete https_proxy on line 2 of .env."), "{text}");
        assert!(!text.contains("Unset"), "{text}");
        let mut set = ON_RAILWAY.to_vec();
        set.push(("HTTPS_PROXY", value));
        let text = told(&set, "");
        assert!(text.contains("Delete HTTPS_PROXY in the Variables of the Railway service `web`"), "{text}");
    }
}

#[test]
fn an_exemption_goes_into_the_variable_that_counts() {
    let r2 = R2::builder().tls(Tls::Good).start();
    let code = "proxy.unsupported";
    for (set, env_file, wanted) in [
        (&[][..], "", "NO_PROXY"),
        (&[("NO_PROXY", "x.example")], "", "NO_PROXY"),
        (&[("no_proxy", "x.example")], "", "no_proxy"),
        // Python takes an empty one in lower case for the removal of the other.
        (&[("NO_PROXY", "127.0.0.1"), ("no_proxy", "")], "", "no_proxy"),
        (&[("No_Proxy", "x.example")], "", "No_Proxy"),
        (&[], "no_proxy=x.example\n", "no_proxy on line 1 of .env"),
        (&[("NO_PROXY", "y.example")], "\nno_proxy=x.example\n", "no_proxy on line 2 of .env"),
    ] {
        let mut set = set.to_vec();
        set.push(("HTTPS_PROXY", "socks5://127.0.0.1:9"));
        let (texts, commands) = fix(&r2, code, &set, env_file);
        let name = wanted.split(' ').next().unwrap();
        let in_shell = format!("export {name}=\"${{{name}:+${name},}}.r2.cloudflarestorage.com\"");
        if wanted == name {
            assert!(commands.contains(&in_shell), "{wanted}: {commands:?}");
        } else {
            let text = format!("Add `.r2.cloudflarestorage.com` to {wanted}.");
            assert!(texts.contains(&text) && commands.is_empty(), "{wanted}: {texts:?} {commands:?}");
        }
    }
    // curl's rules have it the other way round.
    let denied = Proxy::builder().does(Does::Refuse(403)).start();
    let url = denied.url();
    let ran = |set: &[(&str, &str)], options: &str| {
        let mut cli = Cli::new(options).args("--json --no-experiments --no-env-file --timeout 1s");
        for (name, _) in STAY_HERE {
            cli.command().env_remove(name);
        }
        cli.envs(r2.env()).envs(set.iter().copied()).run().stdout
    };
    let set = [("HTTPS_PROXY", url.as_str()), ("no_proxy", "x.example")];
    assert!(ran(&set, "--client native").contains("export no_proxy="));
    let set = [set[0], set[1], ("NO_PROXY", "y.example")];
    assert!(ran(&set, "--client native").contains("export NO_PROXY="));
    assert!(ran(&set, "").contains("export no_proxy="));
}
