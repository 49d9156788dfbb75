"""Codes by e-mail, through Django's e-mail backend."""

import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from verification.providers.interface import CodeMessage, ProviderRefused, ProviderUnavailable

PERMANENT = 500  # the first of SMTP's reply codes that say never


class MailProvider:
    """Sends through settings.EMAIL_*; the server's time-out is settings.EMAIL_TIMEOUT."""

    def send(self, message: CodeMessage) -> None:
        """Send one mail with the code."""
        mail = EmailMessage(
            subject=f"Your code is {message.code}",
            body=render_to_string("mail/code.txt", {"code": message.code}),
            to=[message.to],
            # The same name for each try of one message: mailboxes drop a copy that comes twice.
            headers={"Message-ID": make_msgid(idstring=message.key, domain=settings.MAIL_DOMAIN)},
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
    if isinstance(error, smtplib.SMTPRecipientsRefused):
        codes = [code for code, _ in error.recipients.values()]
    else:
        codes = [error.smtp_code]
    said = f"smtp {max(codes)}"
    return ProviderRefused(said) if max(codes) >= PERMANENT else ProviderUnavailable(said)
