"""The wheel as a Python application gets it: installed, run, called, and as the check before a deploy on Railway.

    python3 tests/wheel/test_wheel.py DIST        DIST: the folder that packaging/build filled

Runs all tests of this folder. Everything happens in a folder of its own and on loopback. Needs tests/servers/install for
moto.
"""

import re
import sys
import unittest
from pathlib import Path

import support


class Wheel(unittest.TestCase):
    def test_pip_puts_the_program_itself_on_the_path(self):
        program = support.venv() / "bin" / "r2-selftest"
        self.assertEqual(program.read_bytes()[:4], b"\x7fELF")
        self.assertEqual(support.call(["r2-selftest", "--version"]).returncode, 0)

    def test_no_wheel_is_larger_than_four_and_a_half_megabytes(self):
        wheels = list(support.dist.glob("*.whl"))
        self.assertGreaterEqual(len(wheels), 2)
        for wheel in wheels:
            self.assertLess(wheel.stat().st_size, 4_500_000, wheel.name)

    def test_debian_11_and_older_have_the_c_library_that_it_needs(self):
        program = (support.venv() / "bin" / "r2-selftest").read_bytes()
        wanted = {tuple(map(int, version.split(b"."))) for version in re.findall(rb"GLIBC_([0-9.]+)\0", program)}
        self.assertTrue(wanted, "no version of the C library is named")
        self.assertLessEqual(max(wanted), (2, 17))

    def test_the_build_is_named(self):
        lines = support.call(["r2-selftest", "--version", "--verbose"]).stdout.splitlines()
        self.assertRegex(lines[1], r"^target: \S+-linux-gnu$")
        self.assertRegex(lines[2], r"^commit: [0-9a-f]{40}$")

    def test_the_demo_passes(self):
        ran = support.call(["r2-selftest", "demo"])
        self.assertEqual((ran.returncode, ran.stderr), (0, ""))
        self.assertIn("PASS", ran.stdout)

    def test_the_module_is_the_program(self):
        for arguments, status in (["demo"], 0), (["demo", "--fault", "read-only"], 1), (["--no-such-option"], 2):
            ran = support.call([support.venv() / "bin" / "python", "-m", "r2_selftest", *arguments])
            self.assertEqual(ran.returncode, status, ran.stderr)

    def test_it_installs_into_a_folder_of_its_own_too(self):
        target = support.folder() / "target"
        support.install("--no-index", f"--find-links={support.dist}", "--target", str(target), "r2-selftest")
        ran = support.call([support.venv() / "bin" / "python", "-m", "r2_selftest", "--version"], env=support.clean(PYTHONPATH=str(target)))
        self.assertEqual(ran.returncode, 0, ran.stderr)
        # The environment has a program, too: the module's own counts, which is of its version.
        ran = support.python("import r2_selftest; print(r2_selftest.program())", env=support.clean(PYTHONPATH=str(target)))
        self.assertEqual(ran.stdout, f"{target / 'bin' / 'r2-selftest'}\n", ran.stderr)


if __name__ == "__main__":
    support.dist = Path(sys.argv.pop(1)).resolve()
    unittest.main(module=None, argv=[sys.argv[0], "discover", "-v", "-s", str(Path(__file__).parent), *sys.argv[1:]])
