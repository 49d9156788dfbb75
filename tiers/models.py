"""Accounts and the history of their tiers."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from config.lib.crypto import EncryptedJSONField

KID_LENGTH = 43  # a SHA-256 thumbprint in base64url (RFC 7638)


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


class TierChange(models.Model):
    """An account stands on another rung, or draws on another quota. `tiers.changes` gives it its place in the feed."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    test = models.BooleanField()
    version = models.PositiveIntegerField()
    tier = models.CharField(max_length=32)
    budget_key = models.CharField(max_length=160)
    at = models.DateTimeField()
    seq = models.BigIntegerField(null=True, unique=True)  # none until it is committed and somebody reads
    placed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["test", "seq"], name="tier_changes_in_order"),
            models.Index(fields=["id"], condition=Q(seq=None), name="tier_changes_to_place"),
        ]

    def __str__(self) -> str:
        return f"{self.account_id} {self.tier} {self.version}"


class TierFeed(models.Model):
    """Where the feed of changes ends, and up to where it was forgotten. One row, locked by who gives out places."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    head = models.BigIntegerField(default=0)
    forgotten = models.BigIntegerField(default=0)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_tier_feed")]

    def __str__(self) -> str:
        return f"{self.forgotten} to {self.head}"


class SigningKey(models.Model):
    """An Ed25519 key for tier tokens, as `tiers.keys` makes and rotates it."""

    kid = models.CharField(max_length=KID_LENGTH, unique=True)
    test = models.BooleanField()  # signs tokens of test accounts, and nothing else
    public = models.JSONField()  # a JWK, as it is published
    private = EncryptedJSONField(null=True)  # the same with its private half, while it signs
    created_at = models.DateTimeField()
    signs_from = models.DateTimeField()
    signs_until = models.DateTimeField(null=True)  # when its successor takes over, once there is one

    def __str__(self) -> str:
        return self.kid
