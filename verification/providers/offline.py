"""Takes messages without sending them: they are read in the development inbox."""

from dataclasses import dataclass

from verification.models import InboxMessage
from verification.providers.interface import CodeMessage, ProviderRefused

UNDELIVERABLE = "undeliverable"  # a recipient with this in it is refused, so that refusal can be tried out


@dataclass(frozen=True, slots=True)
class OfflineProvider:
    """Stands in for the real one on a machine with no way out. `channel` is where messages without one belong."""

    channel: str

    def send(self, message: CodeMessage) -> None:
        """Put the message in the inbox; a second try of the same message changes nothing."""
        if UNDELIVERABLE in message.to:
            raise ProviderRefused(self.channel)
        body = {"to": message.to, "subject": message.subject, "code": message.code}
        InboxMessage.objects.get_or_create(
            key=message.key, defaults={"channel": message.channel or self.channel, "message": body}
        )

    def passed(self, to: str) -> None:
        """Nobody wants to know."""
