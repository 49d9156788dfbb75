"""Mail servers on this machine: one that keeps the protocol, in several moods, and one that keeps nothing."""

import socket
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field

from aiosmtpd.controller import Controller
from aiosmtpd.smtp import SMTP, Envelope, Session


def free_port() -> int:
    with socket.create_server(("127.0.0.1", 0)) as held:
        port: int = held.getsockname()[1]
    return port


@dataclass
class AskedServer:
    """A mail server that answers RCPT as it is told to, and notes what was said to it."""

    reply: str = "250 OK"
    asked: list[tuple[str, str]] = field(default_factory=list)  # sender and recipient
    got_mail: bool = False
    port: int = 0

    async def handle_RCPT(  # noqa: N802 - the library's name
        self, server: SMTP, session: Session, envelope: Envelope, address: str, options: list[str]
    ) -> str:
        del server, session, options
        self.asked.append((envelope.mail_from or "", address))
        return self.reply

    async def handle_DATA(self, server: SMTP, session: Session, envelope: Envelope) -> str:  # noqa: N802 - as above
        del server, session, envelope
        self.got_mail = True
        return "250 OK"


@contextmanager
def mail_server() -> Iterator[AskedServer]:
    """A mail server that runs for as long as it is needed."""
    server = AskedServer(port=free_port())
    controller = Controller(server, hostname="127.0.0.1", port=server.port)
    controller.start()
    try:
        yield server
    finally:
        controller.stop()


@contextmanager
def odd_server(serve: Callable[[socket.socket], None]) -> Iterator[int]:
    """A server at a port that treats each connection as it is told to, until it is closed from outside."""

    def treat(held: socket.socket) -> None:
        try:
            serve(held)
        except OSError:
            return  # the other side has gone

    def accept() -> None:
        while True:
            try:
                held, _ = listening.accept()
            except OSError:
                return
            with held:
                treat(held)

    listening = socket.create_server(("127.0.0.1", 0))
    thread = threading.Thread(target=accept, daemon=True)
    thread.start()
    try:
        yield listening.getsockname()[1]
    finally:
        listening.shutdown(socket.SHUT_RDWR)
        listening.close()
        thread.join(timeout=5)
