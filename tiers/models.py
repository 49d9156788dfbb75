"""Accounts and the history of their tiers."""

from typing import ClassVar

from django.db import models


class Account(models.Model):
    """What a signup opened. `account_id` is the caller's own id; `id` is the subject that risk speaks of."""

    account_id = models.CharField(max_length=128, unique=True)
    test = models.BooleanField(default=False)  # opened with a test key, and seen by test keys only
    created_at = models.DateTimeField()
    tier = models.CharField(max_length=32)
    outcome = models.CharField(max_length=16)
    score = models.FloatField()
    held = models.BooleanField(default=False)
    version = models.PositiveIntegerField(default=1)  # rises with each grant and budget; part of a lookup's ETag
    expires_at = models.DateTimeField(null=True)  # when the first of the proofs behind the tier lapses
    budget = models.CharField(max_length=64, default="", db_default="")  # whose quota, where it is not its own

    class Meta:
        indexes: ClassVar = [models.Index(fields=["-created_at"], name="account_newest")]

    def __str__(self) -> str:
        return self.account_id

    @property
    def budget_key(self) -> str:
        """Whose quota the account draws on."""
        return self.budget or f"account:{self.account_id}"


class Grant(models.Model):
    """One entry in an account's tier history. Never edited: the last one is the tier now."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    at = models.DateTimeField()
    tier = models.CharField(max_length=32)
    cause = models.CharField(max_length=16)
    assessment_id = models.BigIntegerField()
    version = models.PositiveIntegerField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "version"], name="grant_once_per_version"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.tier} {self.at:%Y-%m-%d %H:%M}"
