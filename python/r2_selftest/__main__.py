"""`python -m r2_selftest`: the program, with the same arguments."""

import os
import subprocess
import sys

from ._find import program


def main() -> None:
    path = program()
    command = [path, *sys.argv[1:]]
    if os.name == "nt":
        sys.exit(subprocess.run(command).returncode)
    # In the place of this process: signals and the exit status are the program's own.
    os.execv(path, command)


if __name__ == "__main__":
    main()
