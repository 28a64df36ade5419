#!/usr/bin/env python3
"""Records what the boto3 on PYTHONPATH sends for one upload, over https and over http, on loopback.

    PYTHONPATH=.cache/servers/boto3-1.44.8 tests/servers/boto3-record.py >tests/servers/boto3-uploads.json

Wants the command `openssl` for the certificate. Where the recording answers `Expect: 100-continue`, it does so at once.
"""

import json
import os
import socket
import ssl
import subprocess
import sys
import tempfile
import threading

import boto3
from botocore.config import Config

BODY = b"hello,world\n"
# What differs from run to run, or says who asks.
OF_THE_MOMENT = ["host", "user-agent", "x-amz-date", "authorization", "amz-sdk-invocation-id", "amz-sdk-request"]
ANSWER = b'HTTP/1.1 200 OK\r\nETag: "x"\r\nContent-Length: 0\r\nConnection: close\r\n\r\n'


def certificate(folder):
    subprocess.run(
        ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", "/CN=127.0.0.1"]
        + ["-addext", "subjectAltName=IP:127.0.0.1", "-keyout", "key.pem", "-out", "cert.pem"],
        cwd=folder,
        check=True,
        stderr=subprocess.DEVNULL,
    )


def is_whole(head, body):
    if b"transfer-encoding: chunked" in head.lower():
        return body.endswith(b"\r\n0\r\n\r\n")
    return len(body) >= len(BODY)


def serve(listener, context, seen):
    connection, _ = listener.accept()
    if context:
        connection = context.wrap_socket(connection, server_side=True)
    data = b""
    while b"\r\n\r\n" not in data:
        data += connection.recv(65536)
    head, body = data.split(b"\r\n\r\n", 1)
    connection.sendall(b"HTTP/1.1 100 Continue\r\n\r\n")
    while not is_whole(head, body):
        body += connection.recv(65536)
    seen.extend([head.decode(), body.decode()])
    connection.sendall(ANSWER)
    connection.close()


def record(scheme, folder):
    context = None
    if scheme == "https":
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(os.path.join(folder, "cert.pem"), os.path.join(folder, "key.pem"))
    seen = []
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        listener.listen()
        thread = threading.Thread(target=serve, args=(listener, context, seen))
        thread.start()
        client = boto3.client(
            "s3",
            endpoint_url=f"{scheme}://127.0.0.1:{listener.getsockname()[1]}",
            aws_access_key_id="0123456789abcdef" * 2,
            aws_secret_access_key="0123456789abcdef" * 4,
            region_name="auto",
            verify=os.path.join(folder, "cert.pem"),
            config=Config(signature_version="s3v4"),
        )
        client.put_object(Bucket="app-files", Key="a.csv", Body=BODY, ContentType="text/csv", IfNoneMatch="*")
        thread.join()
    lines = seen[0].split("\r\n")
    fields = {name.lower(): value for name, value in (line.split(": ", 1) for line in lines[1:])}
    signed = fields["authorization"].split("SignedHeaders=")[1].split(",")[0].split(";")
    kept = {name: value for name, value in sorted(fields.items()) if name not in OF_THE_MOMENT}
    return {"request": lines[0], "fields": kept, "signed": signed, "body": seen[1]}


def main():
    for name in ("HTTPS_PROXY", "HTTP_PROXY", "ALL_PROXY", "https_proxy", "http_proxy", "all_proxy"):
        os.environ.pop(name, None)
    recording = {"boto3": boto3.__version__, "content": BODY.decode()}
    with tempfile.TemporaryDirectory() as folder:
        certificate(folder)
        for scheme in ("https", "http"):
            recording[scheme] = record(scheme, folder)
    json.dump(recording, sys.stdout, indent=1)
    print()


main()
