"""A server on this machine that holds publications, as a web server and as one of s3."""

import hashlib
import random
import re
import ssl
import threading
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from urllib.parse import parse_qs, unquote, urlsplit

LISTED = "<Contents><Key>{}</Key><Size>{}</Size><LastModified>{}</LastModified></Contents>"
DELETED = "<Deleted><Key>{}</Key></Deleted>"
LISTING = (
    "<ListBucketResult><IsTruncated>false</IsTruncated>{}<KeyCount>{}</KeyCount></ListBucketResult>"
)


class Shelf:
    """What the server holds, by path, and what was asked of it.

    Attributes:
        cuts: breaks off half of its answers in their middle.
        fails: status of every answer, where it fails.
    """

    def __init__(self) -> None:
        self.files: dict[str, bytes] = {}
        self.asked: list[tuple[str, str, int]] = []
        self.cuts = False
        self.fails: int | None = None
        self.address = ""
        self.choice = random.Random(1)

    def count(self, method: str, end: str) -> Counter:
        """How often each status was the answer to requests of paths with this end."""
        return Counter(
            status for asked, path, status in self.asked if asked == method and path.endswith(end)
        )


class Handler(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    shelf: Shelf

    def log_message(self, *arguments: object) -> None:
        pass

    def answer(self, status: int, body: bytes = b"", **headers: str) -> None:
        self.shelf.asked.append((self.command, urlsplit(self.path).path, status))
        self.send_response(status)
        self.send_header("Last-Modified", "Thu, 01 Jan 2026 00:00:00 GMT")
        for name, value in headers.items():
            self.send_header(name.replace("_", "-"), value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if self.shelf.cuts and self.shelf.choice.random() < 0.5:
            body = body[: len(body) // 2]
            self.close_connection = True
        self.wfile.write(body)

    def do_GET(self) -> None:
        split = urlsplit(self.path)
        if self.shelf.fails:
            return self.answer(self.shelf.fails)
        if "list-type" in split.query:
            prefix = parse_qs(split.query)["prefix"][0]
            bucket = f"{split.path.rstrip('/')}/"
            found = [
                LISTED.format(path.removeprefix(bucket), len(body), "2026-01-01T00:00:00.000Z")
                for path, body in self.shelf.files.items()
                if path.startswith(bucket + prefix)
            ]
            return self.answer(200, LISTING.format("".join(found), len(found)).encode())
        body = self.shelf.files.get(unquote(split.path))
        if body is None:
            return self.answer(404)
        tag = f'"{hashlib.md5(body).hexdigest()}"'
        if self.headers.get("If-None-Match") == tag:
            return self.answer(304, ETag=tag)
        if asked := self.headers.get("Range"):
            first = int(re.match(r"bytes=(\d+)-", asked)[1])
            place = f"bytes {first}-{len(body) - 1}/{len(body)}"
            return self.answer(206, body[first:], ETag=tag, Content_Range=place)
        return self.answer(200, body, ETag=tag)

    def do_PUT(self) -> None:
        body = self.rfile.read(int(self.headers["Content-Length"]))
        if self.shelf.fails:
            return self.answer(self.shelf.fails)
        self.shelf.files[unquote(urlsplit(self.path).path)] = body
        return self.answer(200, ETag='"put"')

    def do_POST(self) -> None:
        """Delete several files at once: all that s3 is posted here."""
        asked = self.rfile.read(int(self.headers["Content-Length"])).decode()
        bucket = urlsplit(self.path).path
        keys = re.findall("<Key>(.*?)</Key>", asked)
        for key in keys:
            del self.shelf.files[f"{bucket}/{key}"]
        self.answer(
            200, f"<DeleteResult>{''.join(map(DELETED.format, keys))}</DeleteResult>".encode()
        )


@contextmanager
def served(certificate: Path | None = None) -> Iterator[Shelf]:
    """A shelf, and a server of what is on it; with a certificate it speaks TLS."""
    shelf = Shelf()
    handler = type("ShelfHandler", (Handler,), {"shelf": shelf})
    server = ThreadingHTTPServer(("127.0.0.1", 0), handler)
    scheme = "http"
    if certificate:
        context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
        context.load_cert_chain(certificate)
        server.socket = context.wrap_socket(server.socket, server_side=True)
        scheme = "https"
    shelf.address = f"{scheme}://localhost:{server.server_port}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield shelf
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
