"""Prints the version of boto3, and answers for each line of standard input, the environment of an application as JSON,
whether boto3 can work in it.

The client is made as the guarded application makes it, and puts, lists, gets and deletes one object.
"""

import json
import os
import sys
import warnings

import boto3
from botocore.config import Config

BODY = b"time,value\n0,1\n"
warnings.simplefilter("ignore")


def work() -> None:
    boto3.DEFAULT_SESSION = None
    client = boto3.client(
        "s3",
        endpoint_url=os.environ["R2_ENDPOINT"],
        aws_access_key_id=os.environ["R2_ACCESS_KEY_ID"],
        aws_secret_access_key=os.environ["R2_SECRET_ACCESS_KEY"],
        aws_session_token=os.environ.get("R2_SESSION_TOKEN"),
        region_name=os.environ.get("R2_REGION") or "auto",
        config=Config(signature_version="s3v4", connect_timeout=3, read_timeout=3),
    )
    bucket = os.environ["R2_BUCKET_NAME"]
    key = "differential/probe.csv"
    client.put_object(Bucket=bucket, Key=key, Body=BODY)
    listed = client.list_objects_v2(Bucket=bucket, Prefix="differential/")
    assert [entry["Key"] for entry in listed["Contents"]] == [key]
    assert client.get_object(Bucket=bucket, Key=key)["Body"].read() == BODY
    client.delete_object(Bucket=bucket, Key=key)


print(boto3.__version__, flush=True)
for line in sys.stdin:
    os.environ.clear()
    os.environ.update(json.loads(line))
    try:
        work()
        answer = {"works": True, "error": ""}
    except Exception as error:  # whatever ends it, the application is without its storage
        answer = {"works": False, "error": f"{type(error).__name__}: {error}"[:300]}
    print(json.dumps(answer), flush=True)
