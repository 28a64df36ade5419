"""Run r2-selftest from Python: can the application keep its files in this R2 bucket?

    import r2_selftest

    report = r2_selftest.run()
    if report["exit_code"] != 0:
        print(report["summary"])

All of the logic is in the program; this module starts it, waits for it and reads its JSON report.
"""

from ._program import Report, run
from ._find import program

__all__ = ["Report", "program", "run"]
