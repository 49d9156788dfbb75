"""A second factor is taken away from somebody who has lost it, so that they take up a new one."""

from django.contrib.auth.models import User
from django.db import transaction
from django_otp import devices_for_user

from config.lib import audit


def take_away(user: User, *, by: str) -> int:
    """Take all second factors of somebody away, unfinished ones too; how many there were."""
    with transaction.atomic():
        devices = list(devices_for_user(user, confirmed=None))
        for device in devices:
            device.delete()
        details, subject = {"devices": len(devices)}, f"user:{user.pk}"
        audit.append(actor=by, act="user.second_factor_reset", subject=subject, details=details)
    return len(devices)
