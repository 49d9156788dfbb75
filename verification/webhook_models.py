"""Where events go beside our own tasks, and what became of each of them there: endpoints, deliveries, attempts."""

from enum import StrEnum
from typing import ClassVar

import uuid_utils
from django.db import models
from django.db.models import Q

from config.lib.crypto import EncryptedJSONField

URL_MOST = 2048
DESCRIPTION_MOST = 200


def new_endpoint_id() -> str:
    """A name that sorts by time and that nobody can guess from another."""
    return f"whe_{uuid_utils.uuid7().hex}"


def new_delivery_id() -> str:
    """As an endpoint's."""
    return f"whd_{uuid_utils.uuid7().hex}"


class Algorithm(StrEnum):
    """How an endpoint's messages are signed (Standard Webhooks, "Signature scheme")."""

    HMAC = "hmac-sha256"
    ED25519 = "ed25519"


class DisabledWhy(StrEnum):
    """Why an endpoint gets nothing now."""

    ASKED = "asked"  # somebody said so
    GONE = "gone"  # it answered 410
    FAILING = "failing"  # nothing reached it for schedule.FAILING


class DeliveryStatus(StrEnum):
    """What became of an event at an endpoint."""

    WAITING = "waiting"  # it is to be sent, for the first time or again
    DELIVERED = "delivered"
    GIVEN_UP = "given_up"


class Result(StrEnum):
    """What came of one attempt."""

    DELIVERED = "delivered"  # any 2xx
    REFUSED = "refused"  # any other status; a redirect too
    TIMED_OUT = "timed_out"
    UNREACHABLE = "unreachable"  # no such name, no connection, no TLS, or no HTTP
    FORBIDDEN = "forbidden"  # it leads to an address where we never go


class WebhookEndpoint(models.Model):
    """An address that events are sent to. Test endpoints get what happens to test accounts, the others all else."""

    public_id = models.CharField(max_length=40, unique=True, default=new_endpoint_id)
    url = models.CharField(max_length=URL_MOST)
    description = models.CharField(max_length=DESCRIPTION_MOST, blank=True)
    events = models.JSONField(default=list)  # what it wants, as verification.webhooks.filters reads it
    test = models.BooleanField(default=False)
    algorithm = models.CharField(max_length=16, choices=[(each, each) for each in Algorithm])  # that of `key`
    key = EncryptedJSONField()  # whsec_... or whsk_...
    old_key = EncryptedJSONField(null=True)  # signs beside the other until then
    old_key_ends_at = models.DateTimeField(null=True)
    created_at = models.DateTimeField()
    disabled_at = models.DateTimeField(null=True)
    disabled_why = models.CharField(max_length=8, blank=True, choices=[(each, each) for each in DisabledWhy])
    missed_after = models.BigIntegerField(null=True)  # the newest event as it was disabled; gone once it has caught up
    failing_since = models.DateTimeField(null=True)  # the first failure after which nothing was delivered
    unreached = models.PositiveIntegerField(default=0)  # attempts in a row that nobody took
    rests_until = models.DateTimeField(null=True)
    deleted_at = models.DateTimeField(null=True)

    class Meta:
        permissions: ClassVar = [("manage_webhookendpoint", "Can make, change and replay webhook endpoints")]

    def __str__(self) -> str:
        return self.public_id


class WebhookDelivery(models.Model):
    """One event on its way to one endpoint. There is one of each pair, however often the event is relayed.

    Of one `lane` at an endpoint, only the earliest event that waits is sent: an account's events, or a ring's.
    """

    public_id = models.CharField(max_length=40, unique=True, default=new_delivery_id)
    endpoint = models.ForeignKey(WebhookEndpoint, models.CASCADE, related_name="deliveries", db_index=False)
    event = models.ForeignKey("verification.Event", models.CASCADE, related_name="deliveries")
    lane = models.CharField(max_length=80, blank=True)  # empty: in no order
    at = models.DateTimeField()  # when it happened
    status = models.CharField(max_length=10, choices=[(each, each.replace("_", " ")) for each in DeliveryStatus])
    tries = models.PositiveSmallIntegerField(default=0)  # since it was made or last replayed
    due_at = models.DateTimeField()
    claimed_until = models.DateTimeField(null=True)  # while a worker has it
    settled_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "webhook deliveries"
        indexes: ClassVar = [
            models.Index(fields=["endpoint", "due_at"], condition=Q(status="waiting"), name="deliveries_due"),
            models.Index(
                fields=["endpoint", "lane", "event"], condition=Q(status="waiting"), name="deliveries_in_lane"
            ),
            models.Index(fields=["at"], condition=Q(status="waiting"), name="deliveries_oldest"),
            models.Index(fields=["endpoint", "-id"], name="deliveries_newest"),
            models.Index(fields=["endpoint", "-id"], condition=Q(status="given_up"), name="deliveries_given_up"),
            models.Index(fields=["endpoint", "at"], name="deliveries_by_time"),
            models.Index(fields=["settled_at"], condition=~Q(status="waiting"), name="deliveries_to_forget"),
        ]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["endpoint", "event"], name="one_delivery_of_an_event"),
        ]

    def __str__(self) -> str:
        return self.public_id


class WebhookAttempt(models.Model):
    """One try to send a delivery. `excerpt` is the begin of what was answered, masked, for whoever mends a receiver."""

    delivery = models.ForeignKey(WebhookDelivery, models.CASCADE, related_name="attempts")
    at = models.DateTimeField()
    result = models.CharField(max_length=12, choices=[(each, each.replace("_", " ")) for each in Result])
    status = models.PositiveSmallIntegerField(null=True)  # of HTTP
    milliseconds = models.PositiveIntegerField()
    excerpt = EncryptedJSONField(null=True)

    def __str__(self) -> str:
        return f"{self.result} {self.at:%Y-%m-%d %H:%M:%S}"
