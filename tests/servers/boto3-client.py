#!/usr/bin/env python3
"""What the application does, with the boto3 on PYTHONPATH: head_bucket, put, list, get, delete.

    R2_ENDPOINT=… R2_ACCESS_KEY_ID=… R2_SECRET_ACCESS_KEY=… R2_BUCKET_NAME=… boto3-client.py

Prints the version and what happened; exit status 0 if all of it worked. Certificates by AWS_CA_BUNDLE, as botocore has it.
"""

import os
import sys
import uuid

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

BODY = b"time,value\n0,1\n"


def main():
    bucket = os.environ["R2_BUCKET_NAME"]
    key = f"boto3-client/{uuid.uuid4()}.csv"
    client = boto3.client(
        "s3",
        endpoint_url=os.environ["R2_ENDPOINT"],
        aws_access_key_id=os.environ["R2_ACCESS_KEY_ID"],
        aws_secret_access_key=os.environ["R2_SECRET_ACCESS_KEY"],
        region_name="auto",
        config=Config(signature_version="s3v4", retries={"max_attempts": 1}),
    )
    print("boto3", boto3.__version__)
    try:
        client.head_bucket(Bucket=bucket)
        client.put_object(Bucket=bucket, Key=key, Body=BODY, ContentType="text/csv")
        listed = client.list_objects_v2(Bucket=bucket, Prefix=key)
        if [entry["Size"] for entry in listed.get("Contents", [])] != [len(BODY)]:
            print("listed otherwise")
            return 1
        if client.get_object(Bucket=bucket, Key=key)["Body"].read() != BODY:
            print("other bytes")
            return 1
        client.delete_object(Bucket=bucket, Key=key)
    except (BotoCoreError, ClientError) as error:
        print(error)
        return 1
    print("works")
    return 0


sys.exit(main())
