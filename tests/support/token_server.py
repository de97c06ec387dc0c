"""A token endpoint of OAuth 2.0 on the loopback, which says what a test tells it to."""

import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, HTTPServer


@dataclass
class SampleEndpoint:
    """What the endpoint says, and what it was asked."""

    answer: object
    status: int = 200
    location: str = ""
    url: str = ""
    asked: list[tuple[str, str]] = field(default_factory=list)


@contextmanager
def endpoint(answer: object, *, status: int = 200, location: str = "") -> Iterator[SampleEndpoint]:
    """Serve one answer, which may be changed, for as long as the context lasts."""
    told = SampleEndpoint(answer, status, location)

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            size = int(self.headers["Content-Length"])
            told.asked.append((self.headers["Authorization"], self.rfile.read(size).decode()))
            content = told.answer if isinstance(told.answer, bytes) else _json(told.answer)
            self.send_response(told.status)
            if told.location:
                self.send_header("Location", told.location)
            self.send_header("Content-Length", str(len(content)))
            self.end_headers()
            self.wfile.write(content)

        def log_message(self, *said: object) -> None:
            return

    server = HTTPServer(("127.0.0.1", 0), Handler)
    told.url = f"http://127.0.0.1:{server.server_address[1]}/token"
    thread = threading.Thread(target=server.serve_forever, args=(0.01,))
    thread.start()
    try:
        yield told
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def _json(content: object) -> bytes:
    return json.dumps(content).encode()
