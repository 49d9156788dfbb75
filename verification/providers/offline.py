"""Takes messages without sending them: they are read in the development inbox."""

from dataclasses import dataclass

from verification.models import InboxMessage
from verification.providers.interface import CodeMessage, Notice, ProviderRefused

UNDELIVERABLE = "undeliverable"  # a recipient with this in it is refused, so that refusal can be tried out


@dataclass(frozen=True, slots=True)
class OfflineProvider:
    """Stands in for the real one on a machine with no way out. `channel` is where messages without one belong."""

    channel: str

    def send(self, message: CodeMessage) -> None:
        """Put the message in the inbox; a second try of the same message changes nothing."""
        body = {"to": message.to, "subject": message.subject, "code": message.code}
        self._take(message.key, message.channel or self.channel, body)

    def tell(self, notice: Notice) -> None:
        """Put the notice in the inbox, as `send`."""
        self._take(notice.key, self.channel, {"to": notice.to, "subject": notice.subject, "text": notice.text})

    def passed(self, to: str) -> None:
        """Nobody wants to know."""

    def _take(self, key: str, channel: str, body: dict[str, str]) -> None:
        if UNDELIVERABLE in body["to"]:
            raise ProviderRefused(self.channel)
        InboxMessage.objects.get_or_create(key=key, defaults={"channel": channel, "message": body})
