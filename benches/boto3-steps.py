"""The same steps as an application sends them: boto3, one process, each answer looked at."""

import os
import secrets

import boto3
from botocore.config import Config
from botocore.exceptions import ClientError

BODY = b"time_s,angle_deg\n0.00,12.5\n0.01,12.7\n0.02,12.9\n"

client = boto3.client(
    "s3",
    endpoint_url=os.environ["R2_ENDPOINT"],
    aws_access_key_id=os.environ["R2_ACCESS_KEY_ID"],
    aws_secret_access_key=os.environ["R2_SECRET_ACCESS_KEY"],
    region_name="auto",
    # rclone's server refuses the form with a checksum behind the body, which boto3 sends by TLS unless told not to.
    config=Config(
        signature_version="s3v4",
        s3={"addressing_style": "path"},
        request_checksum_calculation="when_required",
    ),
)
run = secrets.token_hex(16)
place = {"Bucket": os.environ["R2_BUCKET_NAME"], "Key": f"{run}/csvs/probe.csv"}
client.list_objects_v2(Bucket=place["Bucket"], MaxKeys=1)
client.head_bucket(Bucket=place["Bucket"])
client.put_object(**place, Body=BODY, ContentType="text/csv")
listed = client.list_objects_v2(Bucket=place["Bucket"], Prefix=f"{run}/")["Contents"]
assert [entry["Size"] for entry in listed] == [len(BODY)]
assert client.get_object(**place)["Body"].read() == BODY
client.delete_object(**place)
try:
    client.get_object(**place)
    raise SystemExit("the object is still there")
except ClientError as error:
    assert error.response["Error"]["Code"] == "NoSuchKey"
