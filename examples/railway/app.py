"""A whole small application: POST a recording, and it is kept. Start it with `gunicorn app:app`."""

import os

from dotenv import load_dotenv
from flask import Flask, jsonify, request

from storage import Storage

load_dotenv()

# The second gate, for a deploy whose pre-deploy command is not set, or no longer.
if os.environ.get("CHECK_R2_AT_START") == "true":
    import r2_selftest

    # gunicorn waits 30 seconds for a worker that starts.
    report = r2_selftest.run(deadline=20)
    if report["exit_code"] != 0:
        # Not sys.exit: gunicorn would start the worker anew, again and again, and each time check.
        raise RuntimeError(f"r2-selftest: {report['summary']}")

app = Flask(__name__)
storage = Storage()


@app.post("/recordings/<name>")
def keep(name: str):
    return jsonify(kept_in=storage.put(name, request.get_data()))


@app.get("/health")
def health():
    return jsonify(in_r2=storage.in_r2)
