"""Django's mail backend, which tells a mail that was not handed over from one that perhaps was."""

import smtplib
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from verification.providers.interface import ProviderUnsure


class CarefulBackend(EmailBackend):
    """settings.EMAIL_BACKEND. A mail whose reply never came is not sent again: its reader would get it twice."""

    @property
    def connection_class(self) -> type[smtplib.SMTP]:
        """What Django connects by."""
        return _CarefulSSL if self.use_ssl else _Careful


class _Careful(smtplib.SMTP):
    def data(self, msg: Any) -> tuple[int, bytes]:
        """Hand a mail over. Raises ProviderUnsure where no reply came to it."""
        try:
            return super().data(msg)
        except (OSError, smtplib.SMTPServerDisconnected) as error:
            raise ProviderUnsure(type(error).__name__) from None


class _CarefulSSL(smtplib.SMTP_SSL, _Careful):
    """The same over TLS."""
