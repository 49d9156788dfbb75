"""Accounts, the history of their tiers, tiers set by hand, notices that a tier is about to lapse, and earned days."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
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
    expires_at = models.DateTimeField(null=True)  # when the first of the proofs behind the tier lapses
    budget = models.CharField(max_length=64, default="", db_default="")  # whose quota, where it is not its own
    earned_days = models.PositiveIntegerField(default=0, db_default=0)  # how many EarnedDays holds
    rising_to = models.CharField(max_length=32, default="", db_default="")  # a higher tier, reached since rising_since
    rising_since = models.DateTimeField(null=True)
    override_until = models.DateTimeField(null=True)  # the tier was set by hand and counts until then

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["-created_at"], name="account_newest"),
            models.Index(fields=["rising_since"], condition=Q(rising_since__isnull=False), name="accounts_rising"),
        ]

    def __str__(self) -> str:
        return self.account_id

    @property
    def budget_key(self) -> str:
        """Whose quota the account draws on."""
        return self.budget or f"account:{self.account_id}"


class Grant(models.Model):
    """One entry in an account's tier history: the last one is the tier now.

    Never edited: a trigger refuses each change, and deletion but with the account, where tiers.erasing says so.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="grants")
    at = models.DateTimeField()
    tier = models.CharField(max_length=32)
    cause = models.CharField(max_length=16)
    assessment_id = models.BigIntegerField()
    version = models.PositiveIntegerField()
    until = models.DateTimeField(null=True)  # of a tier that was set by hand

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "version"], name="grant_once_per_version"),
        ]
        indexes: ClassVar = [models.Index(fields=["account", "-at", "-version"], name="grants_by_time")]

    def __str__(self) -> str:
        return f"{self.account_id} {self.tier} {self.at:%Y-%m-%d %H:%M}"


class Override(models.Model):
    """A tier that was set by hand for a time, with who did it and why. In force until `ended_at` is set."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="overrides")
    tier = models.CharField(max_length=32)
    at = models.DateTimeField()
    until = models.DateTimeField()
    by = models.CharField(max_length=150)  # as the audit log names people and keys: user:7, key:3fj2k9c0wq1z
    note = models.TextField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.CharField(max_length=150, blank=True, default="")  # "" where its time was over
    ended_note = models.TextField(blank=True, default="")

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account"], condition=Q(ended_at=None), name="one_override_in_force"),
        ]
        indexes: ClassVar = [models.Index(fields=["until"], condition=Q(ended_at=None), name="overrides_to_end")]

    def __str__(self) -> str:
        return f"{self.tier} until {self.until:%Y-%m-%d %H:%M}"


class EarnedDays(models.Model):
    """The days on which an account was used in an ordinary, varied way, as whoever counts use has found."""

    account = models.OneToOneField(Account, on_delete=models.CASCADE, primary_key=True, related_name="earned")
    days = ArrayField(models.DateField(), default=list)

    class Meta:
        verbose_name_plural = "earned days"

    def __str__(self) -> str:
        return f"{len(self.days)} days"


class LapseNotice(models.Model):
    """That an account's tier falls when a proof lapses, unless its check is passed again. One for each proof.

    `mailed_at` is set once its person was told by mail.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="lapse_notices")
    at = models.DateTimeField()
    kind = models.CharField(max_length=16)
    tier = models.CharField(max_length=32)
    after = models.CharField(max_length=32)
    falls_at = models.DateTimeField()
    mailed_at = models.DateTimeField(null=True)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at"], name="lapse_notices_of_account")]

    def __str__(self) -> str:
        return f"{self.tier} falls at {self.falls_at:%Y-%m-%d}"


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
