"""Sources that try out what passes, as they were shown."""

from typing import ClassVar

import uuid_utils
from django.db import models

from tiers.models import Account


def new_probing_id() -> str:
    """A name that sorts by time."""
    return f"prb_{uuid_utils.uuid7().hex}"


class Probing(models.Model):
    """Signups of one source that differ from each other in one thing each, and prove nothing (risk.probing).

    `source` is what they have in common: their device or their network. `tried` counts the other values by part, and
    `entries` are the entries of lists that came of it.
    """

    public_id = models.CharField(max_length=40, unique=True, default=new_probing_id)
    source = models.CharField(max_length=16)
    since = models.DateTimeField()
    last_at = models.DateTimeField()
    found_at = models.DateTimeField()
    tried = models.JSONField(default=dict)
    entries = models.JSONField(default=list)
    accounts = models.ManyToManyField(Account, related_name="probings")

    class Meta:
        verbose_name_plural = "probing"
        indexes: ClassVar = [models.Index(fields=["last_at"], name="probing_by_last")]

    def __str__(self) -> str:
        return self.public_id
