"""Asks a domain's mail server whether it takes mail for a mailbox that nobody has: then it takes mail for any.

No mail is sent: after RCPT the conversation ends. The server is a stranger's, so everything about it is bounded: which
addresses are spoken to, how many, for how long in all, and how much is read.
"""

import secrets
import smtplib
import socket
import threading
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from itertools import islice
from typing import Any

from verification.providers.reach import public

PORT = 25
ADDRESSES_MAX = 2
CONNECT_SECONDS = 3.0  # port 25 is blocked in many networks, and then nothing ever answers
SECONDS = 8.0  # for the whole conversation with one host, however slowly it drips
READ_MAX = 16 * 1024  # bytes of all its replies; an honest server says about a thousand
READY, OK = 220, 250
TAKES = frozenset({OK, 251})  # RFC 5321, section 4.3.2
NOBODY = frozenset({550, 551, 553})  # the same: no such mailbox
POLICY = b"5.7."  # an enhanced code (RFC 3463) that says that we are unwelcome, not that the mailbox is unknown


class SmtpProbe:
    """Asks from the name `hello`. `reachable` says which addresses may be spoken to; only tests let others through."""

    def __init__(
        self, *, hello: str, port: int = PORT, reachable: Callable[[str], bool] = public, seconds: float = SECONDS
    ) -> None:
        self._hello, self._port, self._reachable, self._seconds = hello, port, reachable, seconds

    def takes_anything(self, domain: str, addresses: Sequence[str]) -> bool | None:
        """Whether the first server that answers takes mail for anything at the domain; None when none says so plainly.

        Asks again later (greylisting), blocks us, hangs, babbles: all None. It never raises.
        """
        for address in islice(filter(self._reachable, addresses), ADDRESSES_MAX):
            try:
                with self._conversation(address) as server:
                    return _asked(server, domain)
            except (OSError, smtplib.SMTPException, UnicodeError, ValueError):
                continue
        return None

    @contextmanager
    def _conversation(self, address: str) -> Iterator["_Bounded"]:
        # smtplib's own time-out starts again with every byte; this one ends the conversation, whatever drips in.
        with socket.create_connection((address, self._port), timeout=min(CONNECT_SECONDS, self._seconds)) as line:
            line.settimeout(self._seconds)
            watch = threading.Timer(self._seconds, _cut, [line])
            watch.daemon = True
            watch.start()
            server = _Bounded(line, self._hello)
            try:
                yield server
            finally:
                watch.cancel()
                server.close()


class _Bounded(smtplib.SMTP):
    """Speaks over a connection that is there already, and reads no more than READ_MAX."""

    def __init__(self, line: socket.socket, hello: str) -> None:
        super().__init__(local_hostname=hello)
        self.sock = line
        self.file = _Limited(line.makefile("rb"), READ_MAX)


class _Limited:
    """A file that ends after so many bytes."""

    def __init__(self, file: Any, most: int) -> None:
        self._file, self._left = file, most

    def readline(self, size: int) -> bytes:
        line: bytes = self._file.readline(min(size, self._left))
        self._left -= len(line)
        return line if self._left > 0 else b""

    def close(self) -> None:
        self._file.close()


def _asked(server: smtplib.SMTP, domain: str) -> bool | None:
    if server.getreply()[0] != READY:
        return None
    server.ehlo_or_helo_if_needed()
    if server.mail("")[0] != OK:
        return None
    code, said = server.rcpt(f"{_nobody()}@{domain}")
    if code in TAKES:
        answer: bool | None = True
    else:
        answer = False if code in NOBODY and POLICY not in said else None
    _leave(server)
    return answer


def _nobody() -> str:
    """The name of a mailbox that nobody has: 80 random bits."""
    return f"x{secrets.token_hex(10)}"


def _leave(server: smtplib.SMTP) -> None:
    try:
        server.quit()
    except (OSError, smtplib.SMTPException):
        return  # it has told what it was asked for


def _cut(line: socket.socket) -> None:
    try:
        line.shutdown(socket.SHUT_RDWR)
    except OSError:
        return  # it has ended by itself
