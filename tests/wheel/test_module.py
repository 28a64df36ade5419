"""The Python module: `r2_selftest.run`, `python -m r2_selftest`."""

import json
import os
import pty
import shutil
import signal
import socket
import subprocess
import threading
import time
import unittest

import support


class Module(unittest.TestCase):
    def test_a_failed_run_is_a_report_and_no_exception(self):
        ran = support.python("import json, r2_selftest; print(json.dumps(r2_selftest.run(args=['--no-env-file'])))")
        report = json.loads(ran.stdout)
        self.assertEqual((report["exit_code"], report["root_cause"]), (1, "config.missing"))
        self.assertEqual(len(report["checks"]), 6)

    def test_options_reach_the_program(self):
        ran = support.python(
            "import json, r2_selftest\n"
            "report = r2_selftest.run(tags={'ticket': 'OPS-17'}, strict=True, deadline=5.5, env={'R2_ENABLED': 'no'},"
            " args=['--no-env-file'])\n"
            "print(json.dumps(report))"
        )
        report = json.loads(ran.stdout)
        self.assertEqual(report["tags"], {"ticket": "OPS-17"})
        self.assertEqual(report["settings"][0]["value"], "no")

    def test_a_wrong_call_raises_with_the_programs_words(self):
        ran = support.python("import r2_selftest; r2_selftest.run(args=['--no-such-option'])")
        self.assertEqual(ran.returncode, 1)
        self.assertIn("ValueError: error: unexpected argument '--no-such-option'", ran.stderr)

    def test_a_run_without_an_end_is_a_wrong_call(self):
        for deadline in "inf", "nan", "-1":
            ran = support.python(f"import r2_selftest; r2_selftest.run(deadline=float({deadline!r}))")
            self.assertIn("ValueError: ", ran.stderr, deadline)

    def broken(self, program: str, then: str = "print(p.run()['exit_code'], p.run()['summary'])"):
        """A call of the module with this Python program in the place of the real one."""
        path = support.folder() / "broken"
        path.write_text(f"#!{support.venv()}/bin/python\n{program}\n")
        path.chmod(0o755)
        return support.python(f"import r2_selftest._program as p; p.program = lambda: {str(path)!r}; {then}")

    def test_a_program_that_is_missing_or_broken_is_never_a_pass(self):
        passed = """print('{"schema_version": 1, "exit_code": 0, "verdict": "pass"}', flush=True)"""
        for program in [
            "print('no report')",
            "print('null')",
            "print('0')",
            "print('{}')",
            "import sys; sys.exit(3)",
            f"import sys; {passed}; sys.exit(2)",
            f"import os; {passed}; os.kill(os.getpid(), 9)",
        ]:
            with self.subTest(program):
                ran = self.broken(program)
                self.assertTrue(ran.stdout.startswith("70 r2-selftest ended with status "), ran.stdout + ran.stderr)
        for path in "/no/such", "/etc/passwd":
            ran = support.python(f"import r2_selftest._program as p; p.program = lambda: {path!r}; print(p.run()['exit_code'])")
            self.assertEqual(ran.stdout, "70\n", ran.stderr)

    def test_a_program_that_does_not_end_is_ended(self):
        deaf = "import signal, time; signal.signal(signal.SIGTERM, signal.SIG_IGN); print(flush=True); time.sleep(60)"
        then = "p._CLEANING_UP = p._ASKED_TO_END = 0.5; print(p.run(deadline=1)['summary'])"
        started = time.monotonic()
        self.assertEqual(self.broken(deaf, then).stdout, "r2-selftest did not end within 1.5 seconds\n")
        self.assertLess(time.monotonic() - started, 30)

    def test_an_interrupted_application_sees_its_interruption_even_if_the_program_does_not_end(self):
        deaf = "import os, signal, time; signal.signal(15, signal.SIG_IGN); os.kill(os.getppid(), 2); time.sleep(60)"
        ran = self.broken(deaf, "p._ASKED_TO_END = 0.5; p.run()")
        self.assertIn("KeyboardInterrupt", ran.stderr.splitlines()[-1])

    def test_without_the_program_the_command_says_so_and_is_no_failed_check(self):
        alone = support.folder() / "alone"
        shutil.copytree(support.ROOT / "python", alone, ignore=shutil.ignore_patterns("__pycache__"))
        interpreter = [os.path.realpath(support.venv() / "bin" / "python"), "-I", "-c"]
        code = f"import sys, runpy; sys.path.insert(0, {str(alone)!r}); runpy.run_module('r2_selftest', run_name='__main__')"
        ran = support.call([*interpreter, code])
        self.assertEqual(ran.returncode, 70, ran.stderr)
        self.assertRegex(ran.stderr, "^r2-selftest did not run: r2-selftest is in none of [^\n]*\n$")

    def test_the_types_name_what_every_report_has(self):
        schema = json.loads((support.ROOT / "schema" / "report-v1.schema.json").read_text())
        ran = self.broken(
            "",
            "import json; R = p.Report; print(json.dumps([sorted(R.__annotations__), sorted(R.__required_keys__), sorted(p.run())]))",
        )
        known, required, of_a_broken_run = json.loads(ran.stdout)
        self.assertEqual(known, sorted(schema["properties"]))
        self.assertEqual(required, of_a_broken_run)
        self.assertLessEqual(set(required), set(schema["required"]))

    def test_every_python_that_is_promised_and_at_hand_can_call_it(self):
        target = support.folder() / "each"
        support.install("--no-index", f"--find-links={support.dist}", "--target", str(target), "r2-selftest")
        tried = []
        for minor in range(9, 15):
            interpreter = shutil.which(f"python3.{minor}")
            # One that a version manager only knows of does not start.
            if not interpreter or support.call([interpreter, "-c", ""]).returncode != 0:
                continue
            env = support.clean(PYTHONPATH=str(target), PYTHONWARNINGS="error")
            code = "import r2_selftest; print(r2_selftest.run(args=['--no-env-file'])['root_cause'])"
            ran = support.call([interpreter, "-c", code], env=env)
            self.assertEqual(ran.stdout, "config.missing\n", f"{interpreter}: {ran.stderr}")
            ran = support.call([interpreter, "-m", "r2_selftest", "--version"], env=env)
            self.assertEqual(ran.returncode, 0, f"{interpreter}: {ran.stderr}")
            tried.append(minor)
        self.assertTrue(tried)

    def test_an_interrupted_application_ends_the_program_in_order(self):
        with socket.create_server(("127.0.0.1", 0)) as silent:
            silent.settimeout(20)
            env = support.clean(
                R2_ENABLED="true",
                R2_BUCKET_NAME="recordings",
                R2_ENDPOINT=f"http://127.0.0.1:{silent.getsockname()[1]}",
                **support.KEYS,
            )
            application = subprocess.Popen(
                [support.venv() / "bin" / "python", "-c", "import r2_selftest; r2_selftest.run(args=['--no-env-file'])"],
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

    def test_ctrl_c_on_a_terminal_leaves_no_object(self):
        settings = support.storage()
        with Slow(int(settings["R2_ENDPOINT"].rpartition(":")[2])) as slow:
            env = support.clean(**{**settings, "R2_ENDPOINT": f"http://127.0.0.1:{slow.port}"})
            code = "import r2_selftest; r2_selftest.run(args=['--no-env-file'])"
            child, terminal = pty.fork()
            if child == 0:
                os.execve(support.venv() / "bin" / "python", ["python", "-c", code], env)
            self.assertTrue(slow.storing.wait(20), "nothing was uploaded")
            os.write(terminal, b"\x03")
            shown = b""
            while True:
                try:
                    part = os.read(terminal, 4096)
                except OSError:  # what Linux says at the end of a terminal
                    break
                if not part:
                    break
                shown += part
            os.waitpid(child, 0)
        self.assertIn(b"KeyboardInterrupt", shown)
        self.assertEqual(support.in_bucket(settings, "list_objects_v2(Bucket='recordings')['KeyCount']").stdout, "0\n")


class Slow:
    """A way to the server on which the answer to an upload takes a second."""

    def __init__(self, to: int) -> None:
        self.to = to
        self.storing = threading.Event()
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.port = self.listener.getsockname()[1]

    def __enter__(self) -> "Slow":
        threading.Thread(target=self.accept, daemon=True).start()
        return self

    def __exit__(self, *_: object) -> None:
        self.listener.close()

    def accept(self) -> None:
        while True:
            try:
                client, _ = self.listener.accept()
            except OSError:
                return
            server = socket.create_connection(("127.0.0.1", self.to))
            for source, sink in (client, server), (server, client):
                threading.Thread(target=self.pass_on, args=(source, sink), daemon=True).start()

    def pass_on(self, source: socket.socket, sink: socket.socket) -> None:
        try:
            while True:
                part = source.recv(65536)
                if part.startswith(b"PUT "):
                    self.storing.set()
                elif self.storing.is_set() and part.startswith(b"HTTP/"):
                    time.sleep(1)
                if not part:
                    break
                sink.sendall(part)
        except OSError:
            pass
        sink.close()
