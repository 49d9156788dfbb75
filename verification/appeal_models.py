"""A person asks to look again: what they say, by when they hear, and what came of it."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from config.lib.crypto import EncryptedJSONField
from tiers.models import Account
from verification.states import AppealResult

CASE_OF_APPEAL = "appeal"  # the kind of the case that an appeal opens


class Appeal(models.Model):
    """One request of a person to look again at what was decided. At most one of an account is open.

    `against` holds the codes of the reasons that spoke against the person when they asked; `said` what they wrote,
    encrypted, as texts with their times.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="appeals")
    opened_at = models.DateTimeField()
    due_at = models.DateTimeField()  # by when the person was told to hear
    outcome = models.CharField(max_length=16)  # that was appealed, with its tier
    tier = models.CharField(max_length=32)
    against = models.JSONField(default=list)
    said = EncryptedJSONField()  # [{at, text}]
    result = models.CharField(max_length=12, blank=True, choices=[(each, each) for each in AppealResult])
    answered_at = models.DateTimeField(null=True)
    answered_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, null=True)
    note = models.TextField(blank=True)  # why it was upheld; with a word, the word has the note
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=Q(answered_at=None), name="one_open_appeal"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["answered_at"], condition=Q(answered_at__isnull=False), name="appeals_answered"),
            models.Index(fields=["account", "-opened_at"], name="appeals_of_account"),
        ]

    def __str__(self) -> str:
        return f"appeal {self.pk}"
