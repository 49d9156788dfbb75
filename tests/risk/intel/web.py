"""A web server on loopback that answers as a test tells it to."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Page:
    """What is answered: after `pause` seconds between blocks, with `length` told in place of the true one."""

    body: bytes = b""
    status: int = 200
    headers: dict[str, str] = field(default_factory=dict)
    length: int | None = None
    pause: float = 0.0


@dataclass
class Web:
    """The server's address, the pages by path, and the headers of every request."""

    url: str
    pages: dict[str, Page] = field(default_factory=dict)
    asked: list[dict[str, str]] = field(default_factory=list)

    def page(self, path: str, body: bytes | str = b"", **rest: object) -> str:
        """Have something answered at a path; gives its address."""
        raw = body.encode() if isinstance(body, str) else body
        self.pages[path] = Page(raw, **rest)  # type: ignore[arg-type] # the names are Page's own
        return self.url + path


@contextmanager
def serving() -> Iterator[Web]:
    """A server that is up until the block ends."""
    web = Web("")

    class Handler(BaseHTTPRequestHandler):
        def do_GET(self) -> None:
            web.asked.append(dict(self.headers))
            page = web.pages.get(self.path, Page(status=404))
            known = page.headers.get("ETag")
            same = known is not None and self.headers.get("If-None-Match") == known
            self.send_response(304 if same else page.status)
            for name, value in page.headers.items():
                self.send_header(name, value)
            body = b"" if same else page.body
            if not same:
                self.send_header("Content-Length", str(len(body) if page.length is None else page.length))
            self.end_headers()
            for start in range(0, len(body), 64) if page.pause else [0]:
                self.wfile.write(body[start : start + 64] if page.pause else body)
                self.wfile.flush()
                time.sleep(page.pause)

        def log_message(self, *_: object) -> None:
            """Nothing on the terminal."""

        def handle(self) -> None:
            try:
                super().handle()
            except ConnectionError:
                return  # the caller has had enough

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = True
    web.url = f"http://127.0.0.1:{server.server_address[1]}"
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02})
    thread.start()
    try:
        yield web
    finally:
        server.shutdown()
        thread.join()
        server.server_close()
