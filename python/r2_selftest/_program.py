"""Starts the program and reads its report."""

import json
import math
import signal
import subprocess
import sys
from typing import Any, Dict, List, Literal, Mapping, Optional, Sequence, Tuple, TypedDict, cast

from ._find import program

# The program ends by itself: at its deadline, and after cleaning up, for which it takes a minute at most. One that does
# not is asked to end, which makes it clean up within five seconds, and is then killed.
_CLEANING_UP = 65.0
_ASKED_TO_END = 10.0
_MISUSE = 2

# Ctrl-C reaches every program of a terminal's group; `terminate` from here would be a second signal, which ends the program
# before it has deleted its object. So it has a group of its own.
if sys.platform == "win32":
    _OWN_GROUP = subprocess.CREATE_NEW_PROCESS_GROUP
else:
    _OWN_GROUP = 0  # `start_new_session` does it


class _Outcome(TypedDict):
    """What every report has, also the one about a program that did not run."""

    schema_version: int
    verdict: Literal["pass", "warn", "fail", "interrupted"]
    exit_code: int  # 0 if the application can keep its files
    summary: str  # one sentence
    root_cause: Optional[str]  # a code such as "auth.signature"
    checks: List[Dict[str, Any]]


class Report(_Outcome, total=False):
    """The JSON report, schema version 1. docs/report.md describes every field."""

    tool: Dict[str, Any]
    run_id: str
    started_at: str
    duration_ms: float
    target: Dict[str, Any]
    environment: Dict[str, Any]
    tags: Dict[str, str]
    settings: List[Dict[str, Any]]
    experiments: List[Dict[str, Any]]
    cleanup: Dict[str, List[str]]
    usage: Dict[str, int]
    measurements: Optional[Dict[str, Any]]


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
    if not math.isfinite(deadline):
        raise ValueError(f"deadline is {deadline}: a run needs an end")
    command = ["run", "--json", f"--deadline={round(deadline * 1000)}ms", *(["--strict"] if strict else [])]
    command += [f"--tag={key}={value}" for key, value in (tags or {}).items()]
    limit = deadline + _CLEANING_UP
    try:
        status, output, errors = _finish([program(), *command, *args], env, limit)
    except subprocess.TimeoutExpired:
        return _broken(f"r2-selftest did not end within {limit:g} seconds")
    except (OSError, subprocess.SubprocessError) as error:
        return _broken(f"r2-selftest did not run: {error}")
    if status == _MISUSE and not output:
        raise ValueError(errors.strip() or "r2-selftest refused the call without a message")
    report = _parse(output)
    # A report counts only if the program ended as it says: what broke on the way must never look like a pass.
    if report is None or report["exit_code"] != status:
        return _broken(f"r2-selftest ended with status {status} and without a report of it. {errors.strip()}".strip())
    return report


def _parse(output: str) -> Optional[Report]:
    try:
        report = cast(object, json.loads(output))
    except ValueError:
        return None
    return cast(Report, report) if isinstance(report, dict) and "exit_code" in report else None


def _finish(command: List[str], env: Optional[Mapping[str, str]], limit: float) -> Tuple[int, str, str]:
    with subprocess.Popen(
        command,
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        env=None if env is None else dict(env),
        encoding="utf-8",
        errors="replace",
        creationflags=_OWN_GROUP,
        start_new_session=True,
    ) as process:
        try:
            output, errors = process.communicate(timeout=limit)
        except BaseException:
            # Also when this process is interrupted: the program must have the time to delete its object.
            try:
                _ask_to_end(process)
                process.communicate(timeout=_ASKED_TO_END)
            except (OSError, subprocess.TimeoutExpired):
                pass
            finally:
                process.kill()  # no effect on a program that has ended
            raise
    return process.returncode, output, errors


def _ask_to_end(process: "subprocess.Popen[str]") -> None:
    if sys.platform == "win32":
        # The only signal that another program's group can be sent; `terminate` would give it no time.
        process.send_signal(signal.CTRL_BREAK_EVENT)
    else:
        process.terminate()


def _broken(reason: str) -> Report:
    """A report of nothing but a failure: whoever asks for the exit code must never take it for a pass."""
    return Report(schema_version=1, verdict="fail", exit_code=70, summary=reason, root_cause="run.internal", checks=[])
