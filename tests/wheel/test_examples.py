"""The recipes for CI and cron."""

import json
import re
import unittest

import support


class Examples(unittest.TestCase):
    def test_the_workflows_are_yaml_and_run_the_program(self):
        support.install("PyYAML==6.0.3")
        for name in "github-actions.yml", "gitlab-ci.yml":
            ran = support.python(f"import json, yaml; print(json.dumps(yaml.safe_load(open({str(support.ROOT / 'examples/ci' / name)!r}))))")
            document = json.loads(ran.stdout)
            job = document["jobs"]["r2"] if "jobs" in document else document["r2"]
            commands = [step.get("run", "") for step in job["steps"]] if "steps" in job else job["before_script"] + job["script"]
            for command in commands:
                if command.startswith("r2-selftest"):
                    options = re.findall(r"--[a-z-]+", command)
                    known = support.call(["r2-selftest", "--help"]).stdout
                    self.assertTrue(options and all(option in known for option in options), command)
            version = support.call(["r2-selftest", "--version"]).stdout.split()[1]
            self.assertTrue(any(command == f"pip install r2-selftest=={version}" for command in commands))

    def test_the_job_of_cron_is_silent_while_all_is_well(self):
        script = support.ROOT / "examples" / "ci" / "r2-check"
        bin_folder = support.folder() / "fake"
        bin_folder.mkdir()
        for status, words in (0, ""), (1, "cannot keep"), (2, "set up wrongly"), (143, ""), (70, "status 70"):
            (bin_folder / "r2-selftest").write_text(f"#!/bin/sh\necho REPORT \"$@\"\nexit {status}\n")
            (bin_folder / "r2-selftest").chmod(0o755)
            ran = support.call([script, "the.env"], env={"PATH": f"{bin_folder}:/usr/bin:/bin"})
            self.assertEqual(ran.returncode, status)
            self.assertEqual("--env-file the.env" in ran.stdout, bool(words), ran.stdout)
            self.assertIn(words, ran.stdout)
        cron = (support.ROOT / "examples" / "ci" / "r2-check.cron").read_text().splitlines()
        lines = [line for line in cron if line and not line.startswith("#")]
        variables = dict(line.split("=", 1) for line in lines if "=" in line.split()[0])
        jobs = [line.split() for line in lines if "=" not in line.split()[0]]
        self.assertEqual([len(job[:5]) for job in jobs], [5])
        self.assertTrue(jobs[0][6].endswith("/r2-check"))
        # cron gives a job no other PATH than this one, and pip installs for the whole machine into /usr/local/bin.
        self.assertIn("/usr/local/bin", variables["PATH"].split(":"))
