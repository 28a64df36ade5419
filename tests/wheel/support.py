"""What the tests of this folder share: a fresh environment with the wheel in it, and a server that stores objects."""

import atexit
import contextlib
import functools
import os
import shutil
import socket
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
SERVERS = Path(os.environ.get("R2_SELFTEST_SERVERS", ROOT / ".cache" / "servers"))
KEYS = {"R2_ACCESS_KEY_ID": "0123456789abcdef0123456789abcdef", "R2_SECRET_ACCESS_KEY": "f" * 24 + "0123456789" * 4}

dist = Path()  # the folder that packaging/build filled; named on the command line


@functools.lru_cache(maxsize=None)
def folder() -> Path:
    """A folder for everything that the tests make."""
    made = Path(tempfile.mkdtemp(prefix="r2-selftest-wheel-"))
    atexit.register(shutil.rmtree, made)
    return made


@functools.lru_cache(maxsize=None)
def venv() -> Path:
    """A fresh environment with the wheel in it."""
    made = folder() / "venv"
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(made)], check=True)
    install_into(made / "bin" / "python", "--no-index", f"--find-links={dist}", "r2-selftest")
    return made


def install_into(interpreter: Path, *what: str) -> None:
    """`pip install` for another interpreter; Debian's makes environments without pip, so this one's pip does it."""
    pip = [sys.executable, "-m", "pip", "--python", str(interpreter), "install", "--quiet", "--no-input"]
    subprocess.run([*pip, "--disable-pip-version-check", *what], check=True)


def install(*what: str) -> None:
    """`pip install` into the fresh environment."""
    install_into(venv() / "bin" / "python", *what)


def clean(**more: str) -> dict:
    """An environment with nothing in it but what is named, as a container has it."""
    return {"PATH": f"{venv() / 'bin'}:/usr/bin:/bin", "LANG": "C.UTF-8", **more}


def call(command, env=None, **more):
    return subprocess.run(
        command, env=env or clean(), stdin=subprocess.DEVNULL, capture_output=True, text=True, timeout=120, **more
    )


def python(code: str, **more):
    return call([venv() / "bin" / "python", "-c", code], **more)


@functools.lru_cache(maxsize=None)
def storage() -> dict:
    """The settings for the bucket `recordings` on a server that runs until the tests end."""
    install("boto3==1.34.144")
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    server = subprocess.Popen(
        [SERVERS / "bin" / "moto_server", "-H", "127.0.0.1", "-p", str(port)],
        stdout=subprocess.DEVNULL,
        stderr=subprocess.DEVNULL,
    )
    atexit.register(server.wait)
    atexit.register(server.terminate)
    settings = {
        "R2_ENABLED": "true",
        "R2_ENDPOINT": f"http://127.0.0.1:{port}",
        "R2_BUCKET_NAME": "recordings",
        "R2_REGION": "us-east-1",
        **KEYS,
    }
    for _ in range(200):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port)):
            break
        time.sleep(0.1)
    made = in_bucket(settings, "create_bucket(Bucket='recordings')")
    assert made.returncode == 0, made.stderr
    return settings


def in_bucket(settings: dict, operation: str):
    """One call of boto3's client, whose answer is printed."""
    client = (
        "import os, boto3; print(boto3.client('s3', endpoint_url=os.environ['R2_ENDPOINT'], region_name='us-east-1',"
        " aws_access_key_id='a', aws_secret_access_key='b')"
    )
    return python(f"{client}.{operation})", env=clean(**settings))
