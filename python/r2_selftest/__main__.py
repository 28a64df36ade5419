"""`python -m r2_selftest`: the program, with the same arguments."""

import os
import subprocess
import sys

from ._find import program

_BROKEN = 70


def main() -> None:
    """Become the program, or run it where a process cannot be replaced. Does not return."""
    try:
        command = [program(), *sys.argv[1:]]
        if sys.platform == "win32":
            sys.exit(_finish(subprocess.Popen(command)))
        # In the place of this process: signals and the exit status are the program's own.
        os.execv(command[0], command)
    except OSError as error:
        # Not a traceback, whose status would be that of a failed check.
        print(f"r2-selftest did not run: {error}", file=sys.stderr)
        sys.exit(_BROKEN)


def _finish(process: "subprocess.Popen[bytes]") -> int:
    while True:
        try:
            return process.wait()
        except KeyboardInterrupt:
            pass  # the console told the program, too, which now cleans up


if __name__ == "__main__":
    main()
