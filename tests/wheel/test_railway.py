"""The wheel as Railway's step before a deploy, in the application of examples/railway."""

import platform
import shutil
import socket
import subprocess
import unittest
from pathlib import Path

import support

EXAMPLE = support.ROOT / "examples" / "railway"


class Predeploy(unittest.TestCase):
    """Railway's step before a deploy, and the application that it guards: variables only, no terminal, no env file."""

    COMMAND = "r2-selftest && echo migrated"

    @classmethod
    def setUpClass(cls):
        cls.app = support.folder() / "app"
        shutil.copytree(EXAMPLE, cls.app)
        # As the comment says while the package is not published: the wheel in the application's folder.
        requirements = cls.app / "requirements.txt"
        *lines, published = requirements.read_text().splitlines()
        assert published.startswith("r2-selftest=="), published
        vendored = lines.pop().removeprefix("# ").replace("x86_64", platform.machine())
        vendored = vendored.replace("file:///app/", f"{cls.app.as_uri()}/")
        wheel = Path(vendored.partition(" @ file://")[2])
        wheel.parent.mkdir()
        shutil.copy(support.dist / wheel.name, wheel)
        requirements.write_text("\n".join([*lines, vendored, ""]))
        support.install("--requirement", str(requirements))
        cls.app.chmod(0o555)
        cls.settings = {
            **support.storage(),
            "RAILWAY_ENVIRONMENT_NAME": "production",
            "RAILWAY_SERVICE_NAME": "recordings",
            "RAILWAY_DEPLOYMENT_ID": "11111111-2222-4333-8444-555555555555",
        }

    def deploy(self, **variables):
        return support.call(["sh", "-c", self.COMMAND], env=support.clean(**{**self.settings, **variables}), cwd=self.app)

    def kept_in(self, **variables):
        """Where the application itself keeps a file, with the same variables."""
        env = support.clean(**{**self.settings, "LOCAL_FOLDER": str(support.folder() / "disk"), **variables})
        ran = support.python(
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
            env = support.clean(**{**self.settings, "R2_ENDPOINT": f"http://127.0.0.1:{silent.getsockname()[1]}"})
            step = subprocess.Popen(["r2-selftest"], env=env, cwd=self.app, stdout=subprocess.PIPE, text=True)
            with silent.accept()[0]:
                step.terminate()
                step.communicate(timeout=20)
            self.assertEqual(step.returncode, 143)

    def test_the_second_gate_lets_a_working_application_start(self):
        env = support.clean(**self.settings, CHECK_R2_AT_START="true")
        ran = support.python("import app; print(app.storage.in_r2)", env=env, cwd=self.app)
        self.assertEqual((ran.returncode, ran.stdout), (0, "True\n"), ran.stderr)

    def test_the_second_gate_ends_the_server_and_all_of_its_workers(self):
        # gunicorn starts a worker anew that ends by itself, again and again; only one that cannot load ends it all.
        start = (EXAMPLE / "Procfile").read_text().partition("web: ")[2].strip()
        env = support.clean(**{**self.settings, "R2_BUCKET_NAME": "recordngs", "CHECK_R2_AT_START": "true", "PORT": "0"})
        ran = support.call(["sh", "-c", f"exec {start} --workers 2"], env=env, cwd=self.app)
        self.assertNotEqual(ran.returncode, 0, ran.stderr)
        self.assertRegex(ran.stderr, "RuntimeError: r2-selftest: .*recordngs")
        self.assertLessEqual(ran.stderr.count("Booting worker"), 2)
