"""Codes by e-mail, through Django's e-mail backend."""

import smtplib
from email.utils import make_msgid

from django.conf import settings
from django.core.mail import EmailMessage
from django.template.loader import render_to_string

from verification.providers.interface import CodeMessage, ProviderRefused, ProviderUnavailable


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
            raise ProviderRefused(type(error).__name__) from None
        except (OSError, smtplib.SMTPException) as error:
            raise ProviderUnavailable(type(error).__name__) from None

    def passed(self, to: str) -> None:
        """Mail servers do not want to know."""
