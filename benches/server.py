"""rclone's S3 server on loopback, by http or TLS, directly or through a proxy that adds a round trip."""

import contextlib
import pathlib
import queue
import secrets
import signal
import socket
import subprocess
import sys
import threading
import time

ROOT = pathlib.Path(__file__).resolve().parent.parent
SERVERS = ROOT / ".cache" / "servers"
NAME = "bench"
# By how much a sleep may be too long, in seconds.
TIMERS = 0.002
# How long the server took for each answer that went through the proxy, in seconds.
ANSWERS = []


class Bucket:
    """Where the bucket is, and what asks for it."""

    def __init__(self, port, is_tls, folder):
        self.endpoint = f"{'https' if is_tls else 'http'}://127.0.0.1:{port}"
        self.name = NAME
        self.id, self.secret = secrets.token_hex(16), secrets.token_hex(32)
        self.ca = str(folder / "ca.pem") if is_tls else None
        self.files = folder / "buckets" / NAME
        self.settings = {
            "R2_ENABLED": "true",
            "R2_ENDPOINT": self.endpoint,
            "R2_BUCKET_NAME": NAME,
            "R2_ACCESS_KEY_ID": self.id,
            "R2_SECRET_ACCESS_KEY": self.secret,
        }
        if self.ca:
            self.settings["AWS_CA_BUNDLE"] = self.ca

    def left(self):
        """What is in the bucket besides the objects of others."""
        return [str(path) for path in self.files.rglob("*") if path.is_file() and "recordings" not in path.parts]


def free_port():
    with socket.socket() as listener:
        listener.bind(("127.0.0.1", 0))
        return listener.getsockname()[1]


def certificates(folder):
    """A certificate authority, and a certificate of it for 127.0.0.1."""
    def openssl(*arguments):
        subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)

    curve = ["-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:prime256v1", "-nodes"]
    openssl("req", "-x509", *curve, "-keyout", "ca.key", "-out", "ca.pem", "-subj", "/CN=Benchmark CA", "-days", "2")
    openssl("req", *curve, "-keyout", "key.pem", "-out", "leaf.csr", "-subj", "/CN=127.0.0.1")
    (folder / "leaf.cnf").write_text("subjectAltName=IP:127.0.0.1\n")
    openssl(
        *("x509", "-req", "-in", "leaf.csr", "-CA", "ca.pem", "-CAkey", "ca.key", "-CAcreateserial"),
        *("-out", "cert.pem", "-days", "2", "-extfile", "leaf.cnf"),
    )


@contextlib.contextmanager
def running(folder, is_tls, round_trip, objects):
    """The server, ready, with that many objects of others; it ends with the block."""
    folder = pathlib.Path(folder)
    behind = free_port()
    front = free_port() if round_trip else behind
    bucket = Bucket(front, is_tls, folder)
    bucket.files.mkdir(parents=True)
    (bucket.files / "recordings").mkdir()
    for number in range(objects):
        (bucket.files / "recordings" / f"{number:06}.csv").touch()
    command = [SERVERS / "bin" / "rclone", "serve", "s3", "--config", "/dev/null", "--addr", f"127.0.0.1:{behind}"]
    command += ["--auth-key", f"{bucket.id},{bucket.secret}"]
    if is_tls:
        certificates(folder)
        command += ["--cert", "cert.pem", "--key", "key.pem"]
    with open(folder / "server.log", "wb") as log:
        child = subprocess.Popen([*command, "buckets"], cwd=folder, stdout=log, stderr=log)
    try:
        wait_for(behind, child, folder / "server.log")
        if round_trip:
            threading.Thread(target=delay, args=(front, behind, round_trip), daemon=True).start()
            wait_for(front, child, folder / "server.log")
        yield bucket
    finally:
        child.send_signal(signal.SIGTERM)
        child.wait()


def wait_for(port, child, log):
    for _ in range(300):
        with contextlib.suppress(OSError), socket.create_connection(("127.0.0.1", port), 1):
            return
        if child.poll() is not None:
            break
        time.sleep(0.1)
    sys.exit(f"compare: the server does not start: {log.read_text()}")


def delay(front, behind, round_trip):
    """Each byte arrives half a round trip later; a connection, a whole one, for TCP's own handshake.

    Threads that sleep and then watch the clock, because timers are coarser than what is measured."""
    with socket.create_server(("127.0.0.1", front)) as listener:
        while True:
            client, _ = listener.accept()
            opened = time.monotonic() + round_trip * 1.5
            server = socket.create_connection(("127.0.0.1", behind))
            asked = queue.SimpleQueue()
            for source, target, earliest in ((client, server, opened), (server, client, 0)):
                target.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
                way = (source, target, round_trip / 2, earliest, asked)
                threading.Thread(target=carry, args=way, daemon=True).start()


def echoes(round_trip, exchanges):
    """How long a connection and that many exchanges of one byte take through a proxy of this kind, in seconds: what the
    proxy itself adds to the round trips is in every figure that is measured through it."""
    front = free_port()
    with socket.create_server(("127.0.0.1", 0)) as behind:
        threading.Thread(target=delay, args=(front, behind.getsockname()[1], round_trip), daemon=True).start()
        threading.Thread(target=echo, args=(behind,), daemon=True).start()
        while True:
            with contextlib.suppress(ConnectionRefusedError):
                started = time.monotonic()
                client = socket.create_connection(("127.0.0.1", front))
                break
        with client:
            client.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
            for _ in range(exchanges):
                client.sendall(b"?")
                client.recv(1)
            return time.monotonic() - started


def echo(listener):
    server, _ = listener.accept()
    with server:
        server.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        while data := server.recv(1):
            server.sendall(data)


def wait_until(due):
    time.sleep(max(0, due - time.monotonic() - TIMERS))
    while time.monotonic() < due:
        pass


def carry(source, target, latency, earliest, asked):
    """Sends what is read on when its time has come; what arrives meanwhile is read at once. `asked` has the times at which
    something was sent to the server that it has not answered."""
    pending = queue.SimpleQueue()
    is_to_server = earliest > 0

    def read():
        with contextlib.suppress(OSError):
            while data := source.recv(65536):
                pending.put((time.monotonic() + latency, data))
                if not is_to_server:
                    note_answer(asked)
        pending.put((time.monotonic() + latency, b""))

    threading.Thread(target=read, daemon=True).start()
    with contextlib.suppress(OSError):
        while True:
            due, data = pending.get()
            wait_until(max(due, earliest))
            if not data:
                break
            if is_to_server:
                asked.put(time.monotonic())
            target.sendall(data)
        target.shutdown(socket.SHUT_WR)


def note_answer(asked):
    """Counts from what was sent last: a request may have been sent in pieces."""
    sent = None
    with contextlib.suppress(queue.Empty):
        while True:
            sent = asked.get_nowait()
    if sent:
        ANSWERS.append(time.monotonic() - sent)
