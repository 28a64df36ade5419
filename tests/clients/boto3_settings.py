"""Compares the list of settings on standard input with what botocore reads, and what is said to change nothing with what
boto3 then sends. Prints a list of complaints as JSON.

The requests go to a server of this script's own on loopback, directly and through it as a proxy.
"""

import functools
import glob
import json
import os
import re
import sys
import tempfile
import threading
import warnings
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import boto3
import botocore
import botocore.session
import urllib3
from botocore import xform_name
from botocore.config import Config
from botocore.configprovider import (
    BOTOCORE_DEFAUT_SESSION_VARIABLES,
    DEFAULT_PROXIES_CONFIG_VARS,
    DEFAULT_S3_CONFIG_VARS,
)

warnings.simplefilter("ignore")
# The descriptions of S3 are the same for all clients here, and reading them takes longer than all else.
botocore.session.create_loader = functools.cache(botocore.session.create_loader)

TABLES = {
    "session": BOTOCORE_DEFAUT_SESSION_VARIABLES,
    "s3": DEFAULT_S3_CONFIG_VARS,
    "proxies": DEFAULT_PROXIES_CONFIG_VARS,
}
VARIABLE = re.compile(r"""['"]((?:AWS|BOTO|BOTOCORE|_X)_[A-Z0-9_]+|[A-Z]*_?CA_BUNDLE|SSL[A-Z_]*FILE)['"]""")
KEY = re.compile(r"""(?:scoped_config|profile|profile_config)(?:\.get\(|\[)\s*['"](\w+)['"]""")
BODY = b"time,value\n0,1\n"
LISTING = (
    b'<?xml version="1.0"?><ListBucketResult><Contents><Key>differential/probe.csv</Key><Size>15</Size>'
    b"</Contents></ListBucketResult>"
)
# What differs from request to request.
OF_THE_MOMENT = {"x-amz-date", "amz-sdk-invocation-id"}
LABELS = {"user-agent", "x-amzn-trace-id"}
VALUES = ["", "true", "false", "1", "x", "/absent"]
BLOCKS = ["\n  a = b", "\n  s3 = x"]


class Server(BaseHTTPRequestHandler):
    """A storage that takes everything for granted, and writes down what it was asked."""

    protocol_version = "HTTP/1.1"
    seen = []

    def log_message(self, *_):
        pass

    def answer(self):
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        fields = {name.lower(): value for name, value in self.headers.items()}
        fields["authorization"] = re.sub(r"/\d{8}/|Signature=\w+", "", fields["authorization"])
        fields = {name: value for name, value in fields.items() if name not in OF_THE_MOMENT}
        path = re.sub(r"^http://[^/]*", "", self.path)
        self.seen.append((self.command, path, fields, body))
        answer = LISTING if "list-type=2" in self.path else BODY
        empty = self.command in ("PUT", "DELETE", "HEAD")
        self.send_response(204 if self.command == "DELETE" else 200)
        if self.command != "DELETE":
            self.send_header("Content-Length", "0" if empty else str(len(answer)))
        self.end_headers()
        if not empty:
            self.wfile.write(answer)

    do_DELETE = do_GET = do_HEAD = do_PUT = answer


def work(port, environment):
    """What a client made as the application makes it sends in this environment, and how it fails."""
    os.environ.clear()
    os.environ.update(environment)
    boto3.DEFAULT_SESSION = None
    Server.seen.clear()
    try:
        client = boto3.client(
            "s3",
            endpoint_url=f"http://127.0.0.1:{port}",
            aws_access_key_id="0123456789abcdef" * 2,
            aws_secret_access_key="0123456789abcdef" * 4,
            region_name="auto",
            config=Config(signature_version="s3v4", connect_timeout=3, read_timeout=3),
        )
        name = {"Bucket": "app-files", "Key": "differential/probe.csv"}
        client.put_object(**name, Body=BODY)
        client.list_objects_v2(Bucket="app-files", Prefix="differential/")
        client.get_object(**name)["Body"].read()
        client.delete_object(**name)
        client.head_bucket(Bucket="app-files")
        failure = ""
    except Exception as error:
        failure = f"{type(error).__name__}: {error}"
    return failure, list(Server.seen)


def without_labels(outcome):
    failure, seen = outcome
    bare = [
        (method, path, {name: value for name, value in fields.items() if name not in LABELS}, body)
        for method, path, fields, body in seen
    ]
    return failure, bare


def as_list(value):
    if value is None:
        return []
    return value if isinstance(value, list) else [value]


def of_botocore():
    """Each table's names with their variables and keys, in the form of the list."""
    tables = {}
    for table, names in TABLES.items():
        tables[table] = {
            name: (as_list(entry[1]), [key if isinstance(key, str) else ".".join(key) for key in as_list(entry[0])])
            for name, entry in names.items()
        }
    os.environ.clear()
    model = boto3.client("s3", region_name="auto").meta.service_model
    parameters = [xform_name(parameter.name) for parameter in model.client_context_parameters]
    tables["parameters"] = {name: ([], [f"s3.{name}"]) for name in parameters}
    return tables


def in_source():
    variables, keys = set(), set()
    for package in (boto3, botocore, urllib3):
        folder = os.path.dirname(package.__file__)
        for path in glob.glob(f"{folder}/**/*.py", recursive=True):
            if "/vendored/" in path:
                continue
            with open(path, encoding="utf-8") as file:
                text = file.read()
            variables.update(VARIABLE.findall(text))
            if package is botocore:
                keys.update(KEY.findall(text))
    return variables, keys


def undecided(decided):
    """Where the list is not what botocore reads."""
    known_variables, known_keys = set(decided["variables"]), set(decided["keys"])
    for table, names in of_botocore().items():
        listed = decided[table]
        for name, (variables, keys) in names.items():
            known_variables.update(variables)
            known_keys.update(keys)
            if name not in listed:
                yield f"[{table}] {name} of botocore {botocore.__version__} is not in the list: {variables} {keys}"
            elif [sorted(part) for part in listed[name][1:]] != [sorted(variables), sorted(keys)]:
                yield f"[{table}] {name} is {variables} and {keys} in botocore, and {listed[name][1:]} in the list"
        for name in set(listed) - set(names):
            yield f"[{table}] {name} is in the list, and not in botocore"
    variables, keys = in_source()
    for name in sorted(variables - known_variables):
        yield f"the variable {name} is in the source, and not in the list"
    for name in sorted(set(decided["variables"]) - variables):
        yield f"the variable {name} is in the list, and not in the source"
    # What botocore's tables call so, or holds a whole file.
    for name in sorted(keys - known_keys - {"profiles", "sso_sessions"}):
        yield f"the key {name} is in the source, and not in the list"


def harmless(decided):
    """Variables and keys that change nothing, or only labels."""
    for table in (*TABLES, "parameters"):
        for decision, variables, keys in decided[table].values():
            yield from ((decision, name, None) for name in variables)
            yield from ((decision, None, key) for key in keys)
    yield from ((decision, name, None) for name, decision in decided["variables"].items())
    yield from ((decision, None, key) for key, decision in decided["keys"].items())


def environments(variable, key, folder):
    if variable:
        # A name of a function of Lambda counts together with a trace.
        with_it = {"AWS_LAMBDA_FUNCTION_NAME": "x"} if variable == "_X_AMZN_TRACE_ID" else {}
        yield from ((f"{variable}={value!r}", {variable: value, **with_it}) for value in VALUES)
        return
    block, _, name = key.rpartition(".")
    for value in VALUES + ([] if block else BLOCKS):
        text = f"[default]\n{block} =\n  {name} = {value}\n" if block else f"[default]\n{name} = {value}\n"
        path = os.path.join(folder, "config")
        with open(path, "w", encoding="utf-8") as file:
            file.write(text)
        yield f"{key} = {value!r}", {"AWS_CONFIG_FILE": path}


def harmful(decided):
    """What is said to change nothing, and does."""
    server = ThreadingHTTPServer(("127.0.0.1", 0), Server)
    server.daemon_threads = True
    threading.Thread(target=server.serve_forever, daemon=True).start()
    port = server.server_address[1]
    with tempfile.TemporaryDirectory() as folder:
        # Through a proxy only what may concern proxies.
        for through in ({}, {"http_proxy": f"http://127.0.0.1:{port}"}):
            common = {"HOME": folder, "AWS_MAX_ATTEMPTS": "1", **through}
            usual = work(port, common)
            if usual[0]:
                yield f"boto3 fails as it is: {usual[0]}"
                return
            for decision, variable, key in harmless(decided):
                if decision not in ("nothing", "label") or (through and "proxy" not in (variable or key).lower()):
                    continue
                for what, environment in environments(variable, key, folder):
                    outcome = work(port, {**common, **environment})
                    same = without_labels if decision == "label" else lambda outcome: outcome
                    if same(outcome) != same(usual):
                        failure = outcome[0] or "another request"
                        yield f"{what} is said to change nothing, and does ({decision}, {through}): {failure[:200]}"
                        break


decided = json.load(sys.stdin)
json.dump([*undecided(decided), *harmful(decided)], sys.stdout, indent=1)
