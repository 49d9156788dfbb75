"""Which questions were answered by minFraud's interface, how far the deletion of what is over has come, and sums."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from risk.models import Ring
from tiers.models import Account


class MinfraudQuery(models.Model):
    """A question by minFraud's interface: the id that it was answered under, to be named in reports."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="+")
    transaction = models.BigIntegerField(null=True)  # keyed hash of the caller's own name for it
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "minFraud queries"
        indexes: ClassVar = [
            models.Index(
                fields=["transaction", "-at"], condition=Q(transaction__isnull=False), name="queries_by_transaction"
            )
        ]

    def __str__(self) -> str:
        return f"query {self.pk}"


class RetentionWalk(models.Model):
    """How far the deletion of what was kept long enough has come with a kind of data (verification.retaining)."""

    kind = models.CharField(max_length=16, unique=True)
    place = models.BigIntegerField(default=0)  # the key up to which this round has come
    deleted = models.BigIntegerField(default=0)  # rows, since this is counted
    came_round_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "retention"

    def __str__(self) -> str:
        return f"{self.kind} to {self.place}"


class RingExposure(models.Model):
    """What the accounts of a ring can take, could have taken and took, as it was added up last, and of which ring."""

    ring = models.OneToOneField(Ring, on_delete=models.CASCADE, related_name="added_up")
    at = models.DateTimeField()
    changed_at = models.DateTimeField()  # the ring's, before it was added up: with another the ring is another
    a_day = models.BigIntegerField()  # requests that those may make whom nothing holds
    could = models.BigIntegerField()
    took = models.BigIntegerField(null=True)  # no use is reported

    def __str__(self) -> str:
        return f"exposure of {self.ring_id}"
