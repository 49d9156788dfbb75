"""What is to be looked at again and when, which lists were seen, and how far a published policy has come."""

from typing import ClassVar

from django.db import models
from django.db.models import Q

from risk.half_lives import Evidence
from risk.models import StoredPolicy
from tiers.models import Account


class Recheck(models.Model):
    """When one kind of evidence of an account is looked at again.

    Of `quiet`, `looked_at` is when the account was last used, and `due_at` None while that is long ago.
    """

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="rechecks")
    evidence = models.CharField(max_length=12, choices=[(each, each.replace("_", " ")) for each in Evidence])
    due_at = models.DateTimeField(null=True)
    looked_at = models.DateTimeField(null=True)  # the last time, whether anything had changed or not
    asked = models.BooleanField(default=False, db_default=False)  # somebody wants it, whatever the account's tier
    tries = models.PositiveSmallIntegerField(default=0, db_default=0)  # in a row to which nobody answered

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["account", "evidence"], name="one_recheck_of_an_evidence"),
        ]
        indexes: ClassVar = [
            models.Index(
                fields=["evidence", "asked", "due_at"], condition=Q(due_at__isnull=False), name="rechecks_due"
            ),
        ]

    def __str__(self) -> str:
        return f"{self.evidence} of {self.account_id}"


class RecheckProgress(models.Model):
    """How far accounts were taken on for looking at again, by their keys. One row; who holds its lock goes on.

    A key is given before its row can be seen, so only keys are taken on up to what was `seen` long enough ago.
    """

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    taken_to = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=Q(id=1), name="one_recheck_progress")]

    def __str__(self) -> str:
        return f"taken on to {self.taken_to}"


class ListSeen(models.Model):
    """A list that came with the software or from a source, as it was when accounts last heard of what is new on it."""

    name = models.CharField(max_length=32, primary_key=True)
    version = models.CharField(max_length=64)  # of a source when it is of, of what came with the software its digest
    entries = models.BinaryField()  # one a line, compressed

    def __str__(self) -> str:
        return self.name


class PolicyRun(models.Model):
    """A policy on its way to accounts of before: it goes on from `done_to`, an account's key.

    Those whom it moves are decided again, or everybody, where that was asked for.
    """

    policy = models.ForeignKey(StoredPolicy, on_delete=models.PROTECT, related_name="runs")
    asked_by = models.CharField(max_length=150)
    asked_at = models.DateTimeField()
    why = models.CharField(max_length=150, blank=True, default="")
    everybody = models.BooleanField(default=False)
    done_to = models.BigIntegerField(default=0)
    last = models.BigIntegerField()  # the last account's key as the run began
    looked = models.BigIntegerField(default=0)
    decided = models.BigIntegerField(default=0)
    unreadable = models.BigIntegerField(default=0)
    touched_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    cancelled_at = models.DateTimeField(null=True)
    why_cancelled = models.CharField(max_length=150, blank=True, default="")

    class Meta:
        indexes: ClassVar = [
            models.Index(
                fields=["touched_at"], condition=Q(finished_at=None, cancelled_at=None), name="policy_runs_to_go_on"
            )
        ]

    def __str__(self) -> str:
        return f"policy run {self.pk}"

    @property
    def percent(self) -> int:
        """How far it has come, of 100."""
        return 100 if self.finished_at else min(99, 100 * self.done_to // max(1, self.last))

    @property
    def state(self) -> str:
        """Whether it goes on."""
        return "finished" if self.finished_at else "cancelled" if self.cancelled_at else "running"
