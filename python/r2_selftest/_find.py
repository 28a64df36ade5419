"""Where the wheel's program is."""

import os
import sys
import sysconfig
from pathlib import Path
from typing import Iterator

_WINDOWS = os.name == "nt"


def _folders() -> Iterator[Path]:
    """The folders into which installers put a wheel's programs, the likeliest first."""
    yield Path(sysconfig.get_path("scripts"))
    # `pip install --user`
    yield Path(sysconfig.get_path("scripts", "nt_user" if _WINDOWS else "posix_user"))
    # `pip install --target FOLDER`
    package = Path(__file__).resolve().parent
    yield package.parent / "bin"
    # `pip install --prefix FOLDER`, and environments that are laid over another
    for folder in list(package.parents)[2:5]:
        yield folder / ("Scripts" if _WINDOWS else "bin")


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
