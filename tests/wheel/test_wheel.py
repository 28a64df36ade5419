"""The wheel as a Python application gets it: installed, run, called, and as the check before a deploy on Railway.

    python3 tests/wheel/test_wheel.py DIST        DIST: the folder that packaging/build filled

Everything happens in a folder of its own and on loopback. Needs tests/servers/install for moto.
"""

import contextlib
import json
import os
import re
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
import unittest
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
EXAMPLE = ROOT / "examples" / "railway"
SERVERS = Path(os.environ.get("R2_SELFTEST_SERVERS", ROOT / ".cache" / "servers"))
KEYS = {"R2_ACCESS_KEY_ID": "0123456789abcdef0123456789abcdef", "R2_SECRET_ACCESS_KEY": "f" * 24 + "0123456789" * 4}

dist: Path
folder: Path
venv: Path


def clean(**more: str) -> dict:
    """An environment with nothing in it but what is named, as a container has it."""
    return {"PATH": f"{venv / 'bin'}:/usr/bin:/bin", "LANG": "C.UTF-8", **more}


def call(command, env=None, **more):
    return subprocess.run(
        command, env=env or clean(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, **more
    )


def python(code: str, **more):
    return call([venv / "bin" / "python", "-c", code], **more)


def install(*what: str) -> None:
    """`pip install` into the fresh environment; Debian's Python makes one without pip, so another pip does it."""
    pip = [sys.executable, "-m", "pip", "--python", str(venv / "bin" / "python"), "install", "--quiet", "--no-input"]
    subprocess.run([*pip, "--disable-pip-version-check", *what], check=True)


def setUpModule() -> None:
    global folder, venv
    folder = Path(tempfile.mkdtemp(prefix="r2-selftest-wheel-"))
    venv = folder / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(venv)], check=True)
    install("--no-index", f"--find-links={dist}", "r2-selftest")


def tearDownModule() -> None:
    shutil.rmtree(folder)


class Wheel(unittest.TestCase):
    def test_pip_puts_the_program_itself_on_the_path(self):
        program = venv / "bin" / "r2-selftest"
        self.assertEqual(program.read_bytes()[:4], b"\x7fELF")
        self.assertEqual(call(["r2-selftest", "--version"]).returncode, 0)

    def test_no_wheel_is_larger_than_four_and_a_half_megabytes(self):
        wheels = list(dist.glob("*.whl"))
        self.assertGreaterEqual(len(wheels), 2)
        for wheel in wheels:
            self.assertLess(wheel.stat().st_size, 4_500_000, wheel.name)

    def test_debian_11_and_older_have_the_c_library_that_it_needs(self):
        program = (venv / "bin" / "r2-selftest").read_bytes()
        wanted = {tuple(map(int, version.split(b"."))) for version in re.findall(rb"GLIBC_([0-9.]+)\0", program)}
        self.assertTrue(wanted, "no version of the C library is named")
        self.assertLessEqual(max(wanted), (2, 17))

    def test_the_build_is_named(self):
        lines = call(["r2-selftest", "--version", "--verbose"]).stdout.splitlines()
        self.assertRegex(lines[1], r"^target: \S+-linux-gnu$")
        self.assertRegex(lines[2], r"^commit: [0-9a-f]{40}$")

    def test_the_demo_passes(self):
        ran = call(["r2-selftest", "demo"])
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertIn("PASS", ran.stdout)

    def test_the_module_is_the_program(self):
        for arguments, status in (["demo"], 0), (["demo", "--fault", "read-only"], 1), (["--no-such-option"], 2):
            ran = call([venv / "bin" / "python", "-m", "r2_selftest", *arguments])
            self.assertEqual(ran.returncode, status, ran.stderr)

    def test_it_installs_into_a_folder_of_its_own_too(self):
        target = folder / "target"
        install("--no-index", f"--find-links={dist}", "--target", str(target), "r2-selftest")
        ran = call([venv / "bin" / "python", "-m", "r2_selftest", "--version"], env=clean(PYTHONPATH=str(target)))
        self.assertEqual(ran.returncode, 0, ran.stderr)


class Module(unittest.TestCase):
    def test_a_failed_run_is_a_report_and_no_exception(self):
        ran = python("import json, r2_selftest; print(json.dumps(r2_selftest.run(args=['--no-env-file'])))")
        report = json.loads(ran.stdout)
        self.assertEqual((report["exit_code"], report["root_cause"]), (1, "config.missing"))
        self.assertEqual(len(report["checks"]), 6)

    def test_options_reach_the_program(self):
        ran = python(
            "import json, r2_selftest\n"
            "report = r2_selftest.run(tags={'ticket': 'OPS-17'}, strict=True, deadline=5.5, env={'R2_ENABLED': 'no'},"
            " args=['--no-env-file'])\n"
            "print(json.dumps(report))"
        )
        report = json.loads(ran.stdout)
        self.assertEqual(report["tags"], {"ticket": "OPS-17"})
        self.assertEqual(report["settings"][0]["value"], "no")

    def test_a_wrong_call_raises_with_the_programs_words(self):
        ran = python("import r2_selftest; r2_selftest.run(args=['--no-such-option'])")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("ValueError: error: unexpected argument '--no-such-option'", ran.stderr)

    def test_a_program_that_is_missing_or_broken_is_never_a_pass(self):
        for program in "print('no report')", "import sys; sys.exit(3)":
            broken = folder / "broken"
            broken.write_text(f"#!{sys.executable}\n{program}\n")
            broken.chmod(0o755)
            ran = python(
                f"import r2_selftest._program as p; p.program = lambda: {str(broken)!r}; print(p.run()['exit_code'])"
            )
            self.assertEqual(ran.stdout, "70\n", ran.stderr)
        ran = python("import r2_selftest._program as p; p.program = lambda: '/no/such'; print(p.run()['exit_code'])")
        self.assertEqual(ran.stdout, "70\n", ran.stderr)

    def test_an_interrupted_application_ends_the_program_in_order(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(20)
            env = clean(
                R2_ENABLED="true",
                R2_BUCKET_NAME="recordings",
                R2_ENDPOINT=f"http://127.0.0.1:{silent.getsockname()[1]}",
                **KEYS,
            )
            application = subprocess.Popen(
                [venv / "bin" / "python", "-c", "import r2_selftest; r2_selftest.run(args=['--no-env-file'])"],
                env=env,
                stderr=subprocess.PIPE,
                text=True,
            )
            connection, _ = silent.accept()
            with connection:
                application.send_signal(signal.SIGINT)
                _, errors = application.communicate(timeout=20)
                self.assertIn("KeyboardInterrupt", errors)
                connection.settimeout(5)
                while connection.recv(4096):
                    pass  # to the end of the stream: the program has gone


class Predeploy(unittest.TestCase):
    """Railway's step before a deploy, and the application that it guards: variables only, no terminal, no env file."""

    COMMAND = "r2-selftest && echo migrated"

    @classmethod
    def setUpClass(cls):
        requirements = (EXAMPLE / "requirements.txt").read_text().splitlines()
        install(*(line for line in requirements if line and not line.startswith(("#", "r2-selftest"))))
        cls.app = folder / "app"
        shutil.copytree(EXAMPLE, cls.app)
        cls.app.chmod(0o555)
        with socket.create_server(("127.0.0.1", 0)) as free:
            cls.port = free.getsockname()[1]
        cls.server = subprocess.Popen(
            [SERVERS / "bin" / "moto_server", "-H", "127.0.0.1", "-p", str(cls.port)],
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
        cls.addClassCleanup(cls.stop)
        cls.settings = {
            "R2_ENABLED": "true",
            "R2_ENDPOINT": f"http://127.0.0.1:{cls.port}",
            "R2_BUCKET_NAME": "recordings",
            "R2_REGION": "us-east-1",
            **KEYS,
            "RAILWAY_ENVIRONMENT_NAME": "production",
            "RAILWAY_SERVICE_NAME": "recordings",
            "RAILWAY_DEPLOYMENT_ID": "11111111-2222-4333-8444-555555555555",
        }
        for _ in range(200):
            with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", cls.port)):
                break
            time.sleep(0.1)
        made = python(
            "import os, boto3; boto3.client('s3', endpoint_url=os.environ['R2_ENDPOINT'], region_name='us-east-1',"
            " aws_access_key_id='a', aws_secret_access_key='b').create_bucket(Bucket='recordings')",
            env=clean(**cls.settings),
        )
        assert made.returncode == 0, made.stderr

    @classmethod
    def stop(cls):
        cls.server.terminate()
        cls.server.wait()

    def deploy(self, **variables):
        return call(["sh", "-c", self.COMMAND], env=clean(**{**self.settings, **variables}), cwd=self.app)

    def kept_in(self, **variables):
        """Where the application itself keeps a file, with the same variables."""
        env = clean(**{**self.settings, "LOCAL_FOLDER": str(folder / "disk"), **variables})
        ran = python(
            "from app import app; print(app.test_client().post('/recordings/a.csv', data=b'1').json['kept_in'])",
            env=env,
            cwd=self.app,
        )
        self.assertEqual(ran.returncode, 0, ran.stderr)
        return ran.stdout.split()[-1]

    def test_a_working_service_deploys(self):
        ran = self.deploy()
        self.assertEqual(ran.returncode, 0, ran.stdout + ran.stderr)
        self.assertTrue(ran.stdout.endswith("migrated\n"))
        self.assertEqual(self.kept_in(), "r2")

    def test_a_broken_variable_blocks_the_deploy_and_the_log_says_why(self):
        for variable, value, words in [
            ("R2_ENABLED", "yes", "R2_ENABLED"),
            ("R2_BUCKET_NAME", "recordngs", "recordngs"),
            ("R2_ENDPOINT", "http://127.0.0.1:1", "127.0.0.1"),
        ]:
            with self.subTest(variable):
                ran = self.deploy(**{variable: value})
                self.assertEqual(ran.returncode, 1)
                self.assertNotIn("migrated", ran.stdout)
                self.assertIn("FAIL", ran.stdout)
                self.assertIn(words, ran.stdout)
                # The accident itself: the same variables, and the application says nothing to its user.
                self.assertEqual(self.kept_in(**{variable: value}), "disk")

    def test_a_deploy_that_is_cancelled_ends_in_order(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(20)
            env = clean(**{**self.settings, "R2_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}"})
            step = subprocess.Popen(["r2-selftest"], env=env, cwd=self.app, stdout=subprocess.PIPE, text=True)
            with silent.accept()[0]:
                step.terminate()
                step.communicate(timeout=20)
            self.assertEqual(step.returncode, 143)

    def test_the_second_gate_stops_the_application_at_its_start(self):
        for variables, status in ({}, 0), ({"R2_BUCKET_NAME": "recordngs"}, 1):
            ran = python("import app", env=clean(**{**self.settings, "CHECK_R2_AT_START": "true", **variables}), cwd=self.app)
            self.assertEqual(ran.returncode, status, ran.stderr)
        self.assertIn("r2-selftest: ", ran.stderr)


class Examples(unittest.TestCase):
    def test_the_workflows_are_yaml_and_run_the_program(self):
        install("PyYAML==6.0.3")
        for name in "github-actions.yml", "gitlab-ci.yml":
            ran = python(f"import json, yaml; print(json.dumps(yaml.safe_load(open({str(ROOT / 'examples/ci' / name)!r}))))")
            document = json.loads(ran.stdout)
            job = document["jobs"]["r2"] if "jobs" in document else document["r2"]
            commands = [step.get("run", "") for step in job["steps"]] if "steps" in job else job["before_script"] + job["script"]
            for command in commands:
                if command.startswith("r2-selftest"):
                    options = re.findall(r"--[a-z-]+", command)
                    known = call(["r2-selftest", "--help"]).stdout
                    self.assertTrue(options and all(option in known for option in options), command)
            version = call(["r2-selftest", "--version"]).stdout.split()[1]
            self.assertTrue(any(command == f"pip install r2-selftest=={version}" for command in commands))

    def test_the_job_of_cron_is_silent_while_all_is_well(self):
        script = ROOT / "examples" / "ci" / "r2-check"
        bin_folder = folder / "fake"
        bin_folder.mkdir()
        for status, words in (0, ""), (1, "cannot keep"), (2, "set up wrongly"), (143, ""), (70, "status 70"):
            (bin_folder / "r2-selftest").write_text(f"#!/bin/sh\necho REPORT \"$@\"\nexit {status}\n")
            (bin_folder / "r2-selftest").chmod(0o755)
            ran = call([script, "the.env"], env={"PATH": f"{bin_folder}:/usr/bin:/bin"})
            self.assertEqual(ran.returncode, status)
            self.assertEqual("--env-file the.env" in ran.stdout, bool(words), ran.stdout)
            self.assertIn(words, ran.stdout)
        cron = (ROOT / "examples" / "ci" / "r2-check.cron").read_text().splitlines()
        jobs = [line.split() for line in cron if line and not line.startswith("#") and "=" not in line.split()[0]]
        self.assertEqual([len(job[:5]) for job in jobs], [5])
        self.assertTrue(jobs[0][6].endswith("/r2-check"))


if __name__ == "__main__":
    dist = Path(sys.argv.pop(1)).resolve()
    unittest.main(verbosity=2)
