"""Starts the program and reads its report."""

import json
import subprocess
from typing import Any, Dict, List, Mapping, Optional, Sequence, TypedDict

from ._find import program

# The program ends by itself: at its deadline, and after cleaning up, for which it takes a minute at most. One that does
# not is asked to end with SIGTERM, which makes it clean up, and is then killed.
_CLEANING_UP = 65.0
_MISUSE = 2


class Report(TypedDict, total=False):
    """The JSON report, schema version 1. docs/report.md describes every field; these are the ones to act on."""

    schema_version: int
    run_id: str
    started_at: str
    duration_ms: float
    verdict: str  # "pass", "warn", "fail" or "interrupted"
    exit_code: int  # 0 if the application can keep its files
    summary: str  # one sentence
    root_cause: Optional[str]  # a code such as "auth.signature"
    target: Dict[str, Any]
    environment: Dict[str, Any]
    tags: Dict[str, str]
    settings: List[Dict[str, Any]]
    checks: List[Dict[str, Any]]
    experiments: List[Dict[str, Any]]
    cleanup: Dict[str, List[str]]
    usage: Dict[str, int]


def run(
    *,
    deadline: float = 60.0,
    strict: bool = False,
    tags: Optional[Mapping[str, str]] = None,
    env: Optional[Mapping[str, str]] = None,
    args: Sequence[str] = (),
) -> Report:
    """Run the six checks and return the report.

    deadline  seconds after which the run ends, and fails
    strict    whether warnings fail the run
    tags      go into the report
    env       the environment of the run; that of this process if not given
    args      more options of the command line, such as ["--no-env-file"]

    A failed check, a missing program or a program that breaks is a report whose exit_code is not 0. Only a wrong call
    raises: ValueError, with the program's message.
    """
    command = ["run", "--json", f"--deadline={round(deadline * 1000)}ms", *(["--strict"] if strict else [])]
    command += [f"--tag={key}={value}" for key, value in (tags or {}).items()]
    try:
        status, output, errors = _finish([program(), *command, *args], env, deadline + _CLEANING_UP)
    except (OSError, subprocess.SubprocessError) as error:
        return _broken(f"r2-selftest did not run: {error}")
    if status == _MISUSE:
        raise ValueError(errors.strip() or "r2-selftest refused the call without a message")
    try:
        report = json.loads(output)
    except ValueError:
        return _broken(f"r2-selftest ended with status {status} and without a report. {errors.strip()}".strip())
    return report


def _finish(command: List[str], env: Optional[Mapping[str, str]], limit: float) -> "tuple[int, str, str]":
    process = subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=None if env is None else dict(env),
        encoding="utf-8",
        errors="replace",
    )
    try:
        output, errors = process.communicate(timeout=limit)
    except BaseException:
        # Also when this process is interrupted: the program must have the time to delete its object.
        process.terminate()
        try:
            process.communicate(timeout=10)
        except subprocess.TimeoutExpired:
            process.kill()
            process.communicate()
        raise
    return process.returncode, output, errors


def _broken(reason: str) -> Report:
    """A report of nothing but a failure: whoever asks for the exit code must never take it for a pass."""
    return Report(schema_version=1, verdict="fail", exit_code=70, summary=reason, root_cause="run.internal", checks=[])
