"""Where the example keeps its files: in R2, or, without a word to its user, on the container's disk.

This is the accident that r2-selftest prevents. Any error at the start switches R2 off, and the next deploy throws the
disk away.
"""

import logging
import os
from pathlib import Path

import boto3
from botocore.config import Config
from botocore.exceptions import BotoCoreError, ClientError

log = logging.getLogger(__name__)


class Storage:
    def __init__(self) -> None:
        self.bucket = os.environ.get("R2_BUCKET_NAME", "")
        self.folder = Path(os.environ.get("LOCAL_FOLDER", "uploads"))
        self.in_r2 = os.environ.get("R2_ENABLED", "").lower() == "true"
        if not self.in_r2:
            return
        try:
            self.client = boto3.client(
                "s3",
                endpoint_url=os.environ.get("R2_ENDPOINT"),
                aws_access_key_id=os.environ.get("R2_ACCESS_KEY_ID"),
                aws_secret_access_key=os.environ.get("R2_SECRET_ACCESS_KEY"),
                aws_session_token=os.environ.get("R2_SESSION_TOKEN"),
                region_name=os.environ.get("R2_REGION") or "auto",
                config=Config(signature_version="s3v4"),
            )
            self.client.head_bucket(Bucket=self.bucket)
        except (BotoCoreError, ClientError) as error:
            log.error("R2 is not available, files go to the disk: %s", error)
            self.in_r2 = False

    def put(self, name: str, content: bytes) -> str:
        """Keeps a file and says where: `r2` or `disk`."""
        if self.in_r2:
            self.client.put_object(Bucket=self.bucket, Key=f"csvs/{name}", Body=content, ContentType="text/csv")
            return "r2"
        self.folder.mkdir(parents=True, exist_ok=True)
        (self.folder / Path(name).name).write_bytes(content)
        return "disk"
