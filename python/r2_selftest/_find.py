"""Where the wheel's program is."""

import os
import sys
import sysconfig
from pathlib import Path
from typing import Iterator

_WINDOWS = os.name == "nt"


def _folders() -> Iterator[Path]:
    """The folders into which installers put a wheel's programs.

    Those beside this package come first: another installation's program may be of another version.
    """
    package = Path(__file__).resolve().parent
    # `pip install --target FOLDER`
    yield package.parent / "bin"
    # An environment, also one that is laid over another, `--prefix FOLDER` and `--user`: some levels above the packages
    for folder in list(package.parents)[1:5]:
        yield folder / ("Scripts" if _WINDOWS else "bin")
    yield Path(sysconfig.get_path("scripts"))
    yield Path(sysconfig.get_path("scripts", "nt_user" if _WINDOWS else "posix_user"))


def program() -> str:
    """The path of the program.

    Raises FileNotFoundError if the package was installed without it.
    """
    name = "r2-selftest" + (sysconfig.get_config_var("EXE") or "")
    folders = list(_folders())
    for folder in folders:
        path = folder / name
        if os.access(path, os.X_OK) and path.is_file():
            return str(path)
    places = ", ".join(str(folder) for folder in folders)
    raise FileNotFoundError(f"{name} is in none of {places}; install the package again with {sys.executable} -m pip")
