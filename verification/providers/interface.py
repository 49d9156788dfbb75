"""What Gatehouse asks of whoever carries a code to a person. tests/contracts holds every adapter to it."""

from dataclasses import dataclass
from typing import Protocol


class ProviderUnavailable(Exception):
    """Nothing was sent, and trying again later may help: a time-out before sending, a refusal for load."""


class ProviderRefused(Exception):
    """The provider will not send this, however often it is asked."""


@dataclass(frozen=True, slots=True)
class CodeMessage:
    """A code on its way to a person. `key` is the same each time one message is tried."""

    key: str
    to: str
    code: str


class CodeProvider(Protocol):
    """Carries codes to people."""

    def send(self, message: CodeMessage) -> None:
        """Send once.

        Raises:
            ProviderUnavailable: nothing was sent; try again.
            ProviderRefused: it will never be sent.

        """

    def passed(self, to: str) -> None:
        """Hear that the code was entered rightly, for providers that want to know."""
