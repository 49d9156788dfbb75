"""What Gatehouse asks of outside parties. tests/contracts holds every adapter to it."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from enum import StrEnum
from typing import Any, Protocol

from django.utils import translation
from django.utils.translation import gettext as _


class ProviderUnavailable(Exception):
    """Trying again later may help, and nothing was done: nobody there, a refusal for load, a question not answered."""


class ProviderUnsure(ProviderUnavailable):
    """It was asked to do something and did not say whether it did. Asked again, it could do it twice."""


class ValueUnavailable(ProviderUnavailable):
    """The party works, but not for this one value: a stranger's name server is away, a mailbox asks to come again.

    Strangers choose the values, so this must never count against the party: otherwise five broken domains would have it
    left alone, and nobody's would be looked up.
    """


class ProviderRefused(Exception):
    """The provider will not do this, however often it is asked."""


@dataclass(frozen=True, slots=True)
class CodeMessage:
    """A code on its way to a person. `key` is the same each time one message is tried; `language` is the person's."""

    key: str
    to: str
    code: str
    channel: str = ""
    language: str = "en"

    @property
    def subject(self) -> str:
        """What a message is called, in its language."""
        with translation.override(self.language):
            return _("Your code is %(code)s") % {"code": self.code}


@dataclass(frozen=True, slots=True)
class Notice:
    """A message that asks for nothing back, in the words of its person's language. `key` as with a code."""

    key: str
    to: str
    subject: str
    text: str
    language: str = "en"


class NoticeProvider(Protocol):
    """Carries notices to mailboxes."""

    def tell(self, notice: Notice) -> None:
        """Send once. Raises as `CodeProvider.send`."""


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


@dataclass(frozen=True, slots=True)
class Session:
    """A session opened for a person. `shown` is what the page needs to lead there: no secret of ours."""

    reference: str
    shown: Mapping[str, Any]


class Progress(StrEnum):
    """How far a person has come in a session."""

    OPEN = "open"  # not finished, or still being looked at
    PASSED = "passed"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class SessionResult:
    """What came of a session. `told` is what the party says of what was shown there, when it was passed.

    `shown` is what leads there from now on, where what led there before was for one use; None where it still does.
    """

    progress: Progress
    told: Mapping[str, Any] = field(default_factory=dict)
    shown: Mapping[str, Any] | None = None


class SessionProvider(Protocol):
    """Has a person show something to an outside party, so that Gatehouse need not see it."""

    def open(self, key: str, account_id: str) -> Session:
        """Open a session; asked again with the same key, it is the same session.

        Raises:
            ProviderUnavailable: try again.
            ProviderRefused: it never opens one.

        """

    def result(self, reference: str) -> SessionResult:
        """What came of a session.

        Raises:
            ProviderUnavailable: try again.
            ProviderRefused: the party does not know the session.

        """


@dataclass(frozen=True, slots=True)
class CallbackEvent:
    """Something that a party calls back to tell: its own name for the event, and what it tells of.

    `reference` names a session, or, where `reports` says so, what a ReportSource can be asked about.
    """

    event_id: str
    type: str
    reference: str
    reports: bool = False


class CallbackReader(Protocol):
    """Reads the callbacks of one party."""

    def read(self, body: bytes, headers: Mapping[str, str]) -> CallbackEvent | None:
        """The event in a callback; None for one that concerns nobody here.

        Raises:
            ProviderRefused: it is not from the party, or is too old to be.

        """


@dataclass(frozen=True, slots=True)
class PaymentTrouble:
    """What a party says today of a payment that went wrong.

    `kind` is one of risk.facts.ReportKind; `stands` is False when it was taken back or decided for the person. `card`
    is the card's fingerprint at the party; `account_id` is the account that the product named beside the payment.
    """

    kind: str
    at: datetime
    detail: str
    stands: bool
    card: str | None = None
    account_id: str | None = None


class ReportSource(Protocol):
    """Says what became of payments."""

    def look(self, reference: str) -> PaymentTrouble:
        """What the party says of a reference that came in a callback.

        Raises:
            ProviderUnavailable: try again.
            ProviderRefused: the party does not know it.

        """


class LookupProvider(Protocol):
    """Answers one question of risk.outside."""

    def look(self, value: str) -> Any:
        """The facts of a value, of the lookup's form.

        Raises:
            ProviderUnavailable: try again.
            ProviderRefused: it will never answer for this value.

        """
