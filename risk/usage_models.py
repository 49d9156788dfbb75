"""What risk remembers of use."""

from typing import ClassVar

from django.contrib.postgres.fields import ArrayField
from django.contrib.postgres.indexes import BrinIndex
from django.db import models
from django.db.models.functions import Now

from config.lib.peppers import number


class UsageWindow(models.Model):
    """An hour of an account's use from one address with one client: counts and sketches, never content.

    The table is partitioned by week (risk.usage.partitions). Hashes are keyed; 0 stands for what was not told.
    """

    pk = models.CompositePrimaryKey("subject", "start", "address", "client")
    subject = models.BigIntegerField()
    start = models.DateTimeField()
    address = models.BigIntegerField()
    client = models.BigIntegerField()
    network = models.BigIntegerField()  # 0 too where the address is nobody's in the public network
    provider = models.BigIntegerField()  # the AS number
    country = models.CharField(max_length=2)
    hosted = models.BooleanField(db_default=False)  # whether the address is a host's, a VPN's or a relay's
    requests = models.IntegerField()
    input_tokens = models.BigIntegerField()
    output_tokens = models.BigIntegerField()
    sketches = ArrayField(models.BigIntegerField())
    spelling = models.SmallIntegerField(default=number, db_default=0)  # of the hashes: config.lib.peppers
    received_at = models.DateTimeField(db_default=Now())

    class Meta:
        indexes: ClassVar = [BrinIndex(fields=["received_at"], name="windows_by_arrival")]

    def __str__(self) -> str:
        return f"use of {self.subject} at {self.start:%Y-%m-%d %H:%M}"


class UsageProgress(models.Model):
    """Until which arrival the days of use were added up. One row."""

    added_up_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"added up until {self.added_up_until:%Y-%m-%d %H:%M}"
