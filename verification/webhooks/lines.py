"""A connection to an address that was looked at, which ends in time whatever the other side does."""

import http.client
import socket
import ssl
import threading
import time
from collections.abc import Iterator, Sequence
from contextlib import contextmanager

from verification.webhooks.addresses import Target

CONNECT_SECONDS = 5.0  # for one address; a name can have several


class Line:
    """A connection, plain at first, that is cut in time whatever drips in: a time-out starts anew with each byte."""

    def __init__(self, plain: socket.socket) -> None:
        self.socket = plain
        self.was_cut = False

    def secure(self, context: ssl.SSLContext, name: str) -> None:
        """Speak TLS from here on, with whom the certificate says is `name`. Raises ssl.SSLError."""
        wrapped = context.wrap_socket(self.socket, server_hostname=name, do_handshake_on_connect=False)
        self.socket = wrapped
        wrapped.do_handshake()

    def http(self, target: Target, context: ssl.SSLContext) -> http.client.HTTPConnection:
        """HTTP on it, under TLS where the target says so. Raises ssl.SSLError."""
        if target.tls:
            self.secure(context, target.host)
        connection = http.client.HTTPConnection(target.host, target.port)
        connection.sock = self.socket
        return connection

    @contextmanager
    def cut_at(self, deadline: float) -> Iterator[None]:
        """End it at a moment of time.monotonic's clock."""
        left = max(0.01, deadline - time.monotonic())
        self.socket.settimeout(left)
        watch = threading.Timer(left, self._cut)
        watch.daemon = True
        watch.start()
        try:
            yield
        finally:
            watch.cancel()

    def _cut(self) -> None:
        self.was_cut = True
        try:
            # The plain socket's own: that of TLS would first forget its state, under the thread that reads.
            socket.socket.shutdown(self.socket, socket.SHUT_RDWR)
        except OSError:
            return  # it has ended by itself


@contextmanager
def connected(addresses: Sequence[str], *, port: int, deadline: float) -> Iterator[Line]:
    """A connection to the first of the addresses that takes one. Raises OSError of the last."""
    failed: OSError = TimeoutError("no time left")
    for address in addresses:
        left = deadline - time.monotonic()
        if left <= 0:
            break
        try:
            plain = socket.create_connection((address, port), timeout=min(left, CONNECT_SECONDS))
        except OSError as error:
            failed = error
            continue
        line = Line(plain)
        try:
            yield line
        finally:
            line.socket.close()
        return
    raise failed
