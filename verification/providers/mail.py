"""Codes and notices by e-mail, through Django's e-mail backend."""

import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string
from django.utils import translation

from verification.providers.interface import CodeMessage, Notice, ProviderRefused, ProviderUnavailable, ValueUnavailable

LATER = 400  # the first of SMTP's reply codes that ask to come again
PERMANENT = 500  # the first of those that say never
CLOSING = 421  # the server itself is going away (RFC 5321, section 3.8)


class MailProvider:
    """Sends through settings.EMAIL_*; the server's time-out is settings.EMAIL_TIMEOUT."""

    def send(self, message: CodeMessage) -> None:
        """Send one mail with the code."""
        with translation.override(message.language):
            body = render_to_string("mail/code.txt", {"code": message.code})
        self.tell(Notice(message.key, message.to, message.subject, body, message.language))

    def tell(self, notice: Notice) -> None:
        """Send one mail."""
        mail = EmailMessage(
            subject=notice.subject,
            body=notice.text,
            to=[notice.to],
            # The same name for each try of one message: mailboxes drop a copy that comes twice.
            headers={
                "Content-Language": notice.language,
                "Message-ID": make_msgid(idstring=notice.key, domain=settings.MAIL_DOMAIN),
            },
        )
        try:
            mail.send()
        except (smtplib.SMTPRecipientsRefused, smtplib.SMTPSenderRefused, smtplib.SMTPDataError) as error:
            raise _told(error) from None
        except (OSError, smtplib.SMTPException) as error:
            raise ProviderUnavailable(type(error).__name__) from None

    def passed(self, to: str) -> None:
        """Mail servers do not want to know."""


def _told(
    error: smtplib.SMTPRecipientsRefused | smtplib.SMTPSenderRefused | smtplib.SMTPDataError,
) -> ProviderUnavailable | ProviderRefused:
    """A 5xx reply is final; a 4xx, as greylisting gives at first, asks to come again (RFC 5321, section 4.2.1)."""
    codes = [error.smtp_code] if isinstance(error, smtplib.SMTPResponseException) else _codes(error)
    said = f"smtp {max(codes)}"
    if max(codes) >= PERMANENT:
        return ProviderRefused(said)
    about_mailbox = isinstance(error, smtplib.SMTPRecipientsRefused) and min(codes) >= LATER and CLOSING not in codes
    return ValueUnavailable(said) if about_mailbox else ProviderUnavailable(said)


def _codes(error: smtplib.SMTPRecipientsRefused) -> list[int]:
    return [code for code, _ in error.recipients.values()]
