"""What people of the console sign in with beside a password: passkeys, and the challenges that wait for an answer."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django_otp.models import Device


class ConsolePasskey(Device):  # type: ignore[misc] # django-otp ships no types
    """A passkey of somebody who signs in at the console. To django-otp it is a second factor as any other.

    Its name is what its person calls it. It takes no codes: verification.console_passkeys checks what it signs.
    """

    credential = models.BinaryField(max_length=1023, unique=True)  # its id, as the authenticator chose it
    public_key = models.BinaryField()  # COSE
    sign_count = models.BigIntegerField()  # as last told; 0 for ever where the authenticator does not count
    transports = models.JSONField(default=list)  # hints for the browser: usb, nfc, ble, internal, hybrid ...
    created_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)

    class Meta:
        default_permissions = ()  # it is its person's own business

    def __str__(self) -> str:
        return f"passkey {self.pk}"


class PasskeyChallenge(models.Model):
    """What an authenticator is to sign. Whoever takes the row away has used it: it can be answered once."""

    challenge = models.BinaryField(max_length=64, unique=True)
    user = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+", null=True)
    makes = models.BooleanField()  # a passkey is to be made; else one is to be shown
    expires_at = models.DateTimeField()

    class Meta:
        default_permissions = ()
        indexes: ClassVar = [models.Index(fields=["expires_at"], name="challenges_by_expiry")]

    def __str__(self) -> str:
        return f"challenge {self.pk}"
