"""The ways to ask the same of a bucket: list one key, store an object, list it, read it, delete it, see it gone."""

import pathlib
import secrets
import subprocess
import sys

import server

ROOT = pathlib.Path(__file__).resolve().parent.parent
AWS = ROOT / ".cache" / "bench"
EMPTY = "e3b0c44298fc1c149afbf4c8996fb92427ae41e4649b934ca495991b7852b855"
BODY = "time_s,angle_deg\n0.00,12.5\n0.01,12.7\n0.02,12.9\n"


class Client:
    """A command that does the work, and what has to be done before each run of it, outside the time measured."""

    def __init__(self, name, command, is_quick, prepare=lambda: None, expect=None):
        self.name, self.command, self.is_quick = name, command, is_quick
        self.prepare, self.expect = prepare, expect

    def prove(self):
        """Numbers of something that does not do the work would mean nothing."""
        self.prepare()
        ran = subprocess.run(self.command, capture_output=True, text=True, stdin=subprocess.DEVNULL)
        if ran.returncode != 0 or (self.expect and self.expect not in ran.stdout):
            sys.exit(f"compare: {self.name} does not do its work here:\n{ran.stdout}{ran.stderr}")


def install():
    """rclone and boto3 come with the tests' servers; the AWS CLI has a folder of its own, pinned."""
    subprocess.run([ROOT / "tests" / "servers" / "install"], check=True)
    requirements = ROOT / "benches" / "requirements.txt"
    stamp = AWS / "stamp"
    if not stamp.exists() or stamp.read_text() != requirements.read_text():
        pip = [sys.executable, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", "--target", AWS]
        subprocess.run([*pip, "--upgrade", "--requirement", requirements], check=True)
        stamp.write_text(requirements.read_text())


def versions():
    """Commands that name the versions of the others."""
    python = server.SERVERS / "bin" / "python"
    return [
        [server.SERVERS / "bin" / "rclone", "version"],
        [python, "-c", "import boto3; print(f'boto3 {boto3.__version__}')"],
        ["env", f"PYTHONPATH={AWS}", sys.executable, AWS / "bin" / "aws", "--version"],
    ]


def all_of(program, folder, bucket):
    """All of them, for this bucket."""
    (folder / "body.csv").write_text(BODY)
    config = folder / "curl.config"
    return [
        Client("`r2-selftest`", [program, "--no-env-file", "--json"], True, expect='"verdict": "'),
        Client(
            "curl, one process",
            ["curl", "--config", str(config)],
            True,
            prepare=lambda: config.write_text(curl_requests(folder, bucket)),
            expect="200 200 200 200 200 204 404 ",
        ),
        Client("boto3, one process", [str(server.SERVERS / "bin" / "python"), str(ROOT / "benches" / "boto3-steps.py")], False),
        script(folder, "rclone, six processes", RCLONE, rclone_settings(bucket)),
        script(folder, "AWS CLI, six processes", AWS_CLI, aws_settings(bucket)),
    ]


def curl_requests(folder, bucket):
    """Seven signed requests over one connection, to a key of its own, so what the requests themselves cost. curl before 8
    neither sorts a query nor states a body's hash."""
    run = secrets.token_hex(16)
    place = f"{bucket.endpoint}/{bucket.name}"
    body = f"{folder}/body.csv"
    stated = subprocess.run(["sha256sum", body], capture_output=True, text=True, check=True).stdout.split()[0]
    of_object = f"{place}/{run}/csvs/probe.csv"
    put = f'request = PUT\nheader = "If-None-Match: *"\nheader = "Content-Type: text/csv"\ndata-binary = "@{body}"\n'
    requests = [
        (f"{place}?list-type=2&max-keys=1", EMPTY, ""),
        (place, EMPTY, "head\n"),
        (of_object, stated, put),
        (f"{place}?list-type=2&prefix={run}%2F", EMPTY, ""),
        (of_object, EMPTY, ""),
        (of_object, EMPTY, "request = DELETE\n"),
        (of_object, EMPTY, ""),
    ]
    trust = f'cacert = "{bucket.ca}"\n' if bucket.ca else ""
    common = f'aws-sigv4 = "aws:amz:auto:s3"\nuser = "{bucket.id}:{bucket.secret}"\n{trust}'
    common += 'write-out = "%{http_code} "\noutput = "/dev/null"\nsilent\n'
    return "next\n".join(
        f'url = "{url}"\n{common}header = "X-Amz-Content-Sha256: {stated}"\n{more}' for url, stated, more in requests
    )


def script(folder, name, text, settings):
    """A script as a careful person would write it: one process for each step."""
    path = folder / f"{name.split(',')[0].replace(' ', '-')}.sh"
    assignments = "".join(f"export {key}='{value}'\n" for key, value in settings.items())
    path.write_text(f"#!/usr/bin/env bash\nset -euo pipefail\n{assignments}body='{folder}/body.csv'\n{text}")
    path.chmod(0o700)
    return Client(name, [str(path)], False)


def rclone_settings(bucket):
    settings = {
        "RCLONE_CONFIG": "/dev/null",
        "RCLONE_CONFIG_BENCH_TYPE": "s3",
        "RCLONE_CONFIG_BENCH_PROVIDER": "Cloudflare",
        "RCLONE_CONFIG_BENCH_REGION": "auto",
        "RCLONE_CONFIG_BENCH_ENDPOINT": bucket.endpoint,
        "RCLONE_CONFIG_BENCH_ACCESS_KEY_ID": bucket.id,
        "RCLONE_CONFIG_BENCH_SECRET_ACCESS_KEY": bucket.secret,
        "RCLONE_CONFIG_BENCH_NO_CHECK_BUCKET": "true",
        "RCLONE_RETRIES": "1",
        "RCLONE_LOW_LEVEL_RETRIES": "1",
        "rclone": server.SERVERS / "bin" / "rclone",
    }
    return settings | ({"RCLONE_CA_CERT": bucket.ca} if bucket.ca else {})


def aws_settings(bucket):
    return {
        "AWS_ACCESS_KEY_ID": bucket.id,
        "AWS_SECRET_ACCESS_KEY": bucket.secret,
        "AWS_DEFAULT_REGION": "auto",
        "AWS_ENDPOINT_URL": bucket.endpoint,
        "AWS_CONFIG_FILE": "/dev/null",
        "AWS_SHARED_CREDENTIALS_FILE": "/dev/null",
        "AWS_EC2_METADATA_DISABLED": "true",
        "AWS_REQUEST_CHECKSUM_CALCULATION": "when_required",
        "PYTHONPATH": AWS,
        "aws": f"{sys.executable} {AWS / 'bin' / 'aws'}",
    }


RCLONE = """\
run=$RANDOM$RANDOM$RANDOM
object=bench:$R2_BUCKET_NAME/$run/csvs/probe.csv
$rclone lsf --max-depth 1 "bench:$R2_BUCKET_NAME" >/dev/null
$rclone copyto --immutable "$body" "$object"
$rclone lsf --recursive --format ps "bench:$R2_BUCKET_NAME/$run/" >/dev/null
$rclone cat "$object" | cmp - "$body"
$rclone deletefile "$object"
if $rclone cat --error-on-no-transfer "$object" >/dev/null 2>&1; then exit 1; fi
"""

AWS_CLI = """\
run=$RANDOM$RANDOM$RANDOM
key=$run/csvs/probe.csv
s3() { $aws s3api "$1" --bucket "$R2_BUCKET_NAME" "${@:2}"; }
s3 list-objects-v2 --max-items 1 --page-size 1 >/dev/null
s3 put-object --key "$key" --body "$body" --content-type text/csv --if-none-match '*' >/dev/null
s3 list-objects-v2 --prefix "$run/" >/dev/null
s3 get-object --key "$key" "$body.back" >/dev/null
cmp "$body" "$body.back"
s3 delete-object --key "$key" >/dev/null
if s3 get-object --key "$key" /dev/null >/dev/null 2>&1; then exit 1; fi
"""
