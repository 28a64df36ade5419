#!/usr/bin/env python3
"""A second opinion on a bucket: a small S3 client that shares no code with r2-selftest, Python's standard library only.

Settings as r2-selftest's own: R2_ENDPOINT, R2_ACCESS_KEY_ID, R2_SECRET_ACCESS_KEY, R2_BUCKET_NAME, R2_REGION.

    s3.py create-bucket      s3.py put KEY < body      s3.py list      s3.py get KEY
    s3.py facts              what this server answers to the questions of README.md; writes and deletes below facts/
"""

import datetime
import hashlib
import hmac
import http.client
import os
import sys
import urllib.parse
import xml.etree.ElementTree as xml

NAMESPACE = "{http://s3.amazonaws.com/doc/2006-03-01/}"


class Client:
    """Signs with AWS Signature Version 4 and sends; knows nothing of what the requests mean."""

    def __init__(self, settings):
        self.endpoint = urllib.parse.urlsplit(settings["R2_ENDPOINT"])
        self.key_id = settings["R2_ACCESS_KEY_ID"]
        self.secret = settings["R2_SECRET_ACCESS_KEY"]
        self.bucket = settings["R2_BUCKET_NAME"]
        self.region = settings.get("R2_REGION", "auto")
        self.clock = datetime.timedelta(0)

    def send(self, method, key="", query=(), body=b"", headers=(), signed=True):
        """Returns the response, its body in `.body`."""
        path = urllib.parse.quote(self.endpoint.path.rstrip("/") + "/" + self.bucket + ("/" + key if key else ""))
        query = "&".join(f"{quote(name)}={quote(value)}" for name, value in sorted(dict(query).items()))
        headers = {name.lower(): value for name, value in dict(headers).items()}
        if signed:
            headers = self._signed(method, path, query, body, headers)
        connection_type = {"http": http.client.HTTPConnection, "https": http.client.HTTPSConnection}[self.endpoint.scheme]
        connection = connection_type(self.endpoint.netloc, timeout=10)
        connection.request(method, path + ("?" + query if query else ""), body or None, headers)
        response = connection.getresponse()
        response.body = response.read()
        connection.close()
        return response

    def _signed(self, method, path, query, body, headers):
        now = (datetime.datetime.now(datetime.timezone.utc) + self.clock).strftime("%Y%m%dT%H%M%SZ")
        scope = f"{now[:8]}/{self.region}/s3/aws4_request"
        digest = hashlib.sha256(body).hexdigest()
        headers = headers | {"host": self.endpoint.netloc, "x-amz-date": now, "x-amz-content-sha256": digest}
        names = ";".join(sorted(headers))
        lines = [f"{name}:{headers[name]}" for name in sorted(headers)]
        request = "\n".join([method, path, query, *lines, "", names, digest])
        to_sign = "\n".join(["AWS4-HMAC-SHA256", now, scope, hashlib.sha256(request.encode()).hexdigest()])
        key = ("AWS4" + self.secret).encode()
        for part in [*scope.split("/"), to_sign]:
            key = hmac.new(key, part.encode(), hashlib.sha256).digest()
        credential = f"Credential={self.key_id}/{scope}, SignedHeaders={names}, Signature={key.hex()}"
        return headers | {"authorization": "AWS4-HMAC-SHA256 " + credential}

    def changed(self, **changes):
        other = Client.__new__(Client)
        other.__dict__.update(self.__dict__, **changes)
        return other


def quote(text):
    return urllib.parse.quote(text, safe="-_.~")


def listing(response):
    return xml.fromstring(response.body).iter(NAMESPACE + "Contents")


def said(response):
    """Status, and the error's code and message where there is an error document."""
    words = [str(response.status)]
    if response.status >= 400 and response.body:
        error = xml.fromstring(response.body)
        words += [error.findtext("Code") or "(no Code)", f'"{error.findtext("Message")}"']
    return " ".join(words)


def facts(client):
    """Pairs of a question and this server's answer."""
    body, key = b"time,value\n1,2\n", "facts/csvs/a.csv"
    everything = {"list-type": "2"}
    one, prefixed = everything | {"max-keys": "1"}, everything | {"prefix": "facts/"}
    fresh = {"If-None-Match": "*", "Content-Type": "text/csv"}

    empty = client.send("GET", query=one)
    yield "list an empty bucket", said(empty) + (", KeyCount" if b"<KeyCount>" in empty.body else ", no KeyCount")
    present = [name for name in ("Date", "Server", "CF-RAY", "X-Amz-Request-Id") if empty.headers[name]]
    yield "headers that identify", ", ".join(present) or "none"
    yield "connection", "closed after each answer" if empty.will_close else "kept alive"
    put = client.send("PUT", key, body=body, headers=fresh)
    same = put.headers["ETag"] == f'"{hashlib.md5(body).hexdigest()}"'
    yield "PUT with If-None-Match: *", said(put) + (", ETag is the quoted MD5" if same else f", ETag {put.headers['ETag']}")
    yield "the same again", said(client.send("PUT", key, body=body, headers=fresh))
    for entry in listing(client.send("GET", query=prefixed)):
        yield "listed with", f"Size {entry.findtext(NAMESPACE + 'Size')}, ETag {entry.findtext(NAMESPACE + 'ETag')}"
    got = client.send("GET", key)
    kept = "bytes equal" if got.body == body else "BYTES DIFFER"
    yield "GET", f"{said(got)}, {kept}, Content-Type {got.headers['Content-Type']}"
    yield "DELETE", said(client.send("DELETE", key))
    yield "DELETE of a missing key", said(client.send("DELETE", key))
    yield "GET after DELETE", said(client.send("GET", key))
    yield "PUT with a body unlike its x-amz-content-sha256", said(tampered_put(client, "facts/tampered"))
    client.send("DELETE", "facts/tampered")
    yield "wrong secret", said(client.changed(secret="0" * 64).send("GET", query=one))
    yield "unknown key id", said(client.changed(key_id="0" * 32).send("GET", query=one))
    yield "missing bucket", said(client.changed(bucket="no-such-bucket").send("GET", query=one))
    yield "missing bucket and wrong secret", said(
        client.changed(bucket="no-such-bucket", secret="0" * 64).send("GET", query=one))
    yield "clock an hour slow", said(client.changed(clock=datetime.timedelta(hours=-1)).send("GET", query=one))
    yield "region us-east-1", said(client.changed(region="us-east-1").send("GET", query=one))
    yield "region nowhere-1", said(client.changed(region="nowhere-1").send("GET", query=one))
    yield "session token that nobody gave", said(
        client.send("GET", query=one, headers={"X-Amz-Security-Token": "token"}))
    yield "unsigned", said(client.send("GET", query=one, signed=False))


def tampered_put(client, key):
    """Signed for one body, sent with another."""
    class Liar(Client):
        def _signed(self, method, path, query, body, headers):
            return super()._signed(method, path, query, b"another body", headers)
    liar = Liar.__new__(Liar)
    liar.__dict__.update(client.__dict__)
    return liar.send("PUT", key, body=b"a body")


def succeed(response):
    if response.status >= 300:
        sys.exit(said(response))
    return response


def main(command, *arguments):
    client = Client(os.environ)
    if command == "create-bucket":
        succeed(client.send("PUT"))
    elif command == "put":
        succeed(client.send("PUT", arguments[0], body=sys.stdin.buffer.read()))
    elif command == "get":
        sys.stdout.buffer.write(succeed(client.send("GET", arguments[0])).body)
    elif command == "list":
        for entry in listing(succeed(client.send("GET", query={"list-type": "2"}))):
            print(entry.findtext(NAMESPACE + "Key"))
    elif command == "facts":
        for question, answer in facts(client):
            print(f"| {question} | {answer} |")
    else:
        sys.exit(__doc__)


if __name__ == "__main__":
    main(*(sys.argv[1:] or ["help"]))
