"""What is remembered of callers: their keys, the answers kept for repeated calls, the audit log; and errands."""

import json
from typing import Any, ClassVar

from django.db import models

from config.lib.crypto import EncryptedJSONField

PUBLIC_ID_LENGTH = 12
DIGEST_LENGTH = 64  # SHA-256 in hex
IDEMPOTENCY_KEY_LENGTH = 255
TASK_LENGTH = 100


class ApiKey(models.Model):
    """A key that a program calls with. `config.lib.auth` makes, reads and rotates them; the key itself is not kept."""

    public_id = models.CharField(max_length=PUBLIC_ID_LENGTH, unique=True)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)
    kind = models.CharField(max_length=11, choices=[("secret", "secret"), ("publishable", "publishable")])
    mode = models.CharField(max_length=4, choices=[("live", "live"), ("test", "test")])
    application = models.CharField(max_length=64, help_text="Which of your applications calls with it.")
    name = models.CharField(max_length=100, help_text="For people, to know it again.")
    scopes = models.JSONField(default=list)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField(null=True, blank=True)
    revoked_at = models.DateTimeField(null=True, blank=True)
    last_used_at = models.DateTimeField(null=True, blank=True, editable=False)
    successor = models.OneToOneField("self", models.SET_NULL, null=True, blank=True, related_name="predecessor")

    class Meta:
        verbose_name = "API key"
        ordering: ClassVar = ["-created_at", "-pk"]

    def __str__(self) -> str:
        return f"{self.application} {self.kind} {self.public_id}"


class IdempotentAnswer(models.Model):
    """The answer to a call made under an Idempotency-Key. `status` is null while the first such call is at work."""

    api_key = models.ForeignKey(ApiKey, models.CASCADE, related_name="+", db_index=False)
    key = models.CharField(max_length=IDEMPOTENCY_KEY_LENGTH)
    request_digest = models.CharField(max_length=DIGEST_LENGTH)
    attempt = models.PositiveIntegerField(default=1)
    started_at = models.DateTimeField()
    expires_at = models.DateTimeField(db_index=True)
    status = models.PositiveSmallIntegerField(null=True)
    headers = models.JSONField(default=dict)
    body = EncryptedJSONField(null=True)  # its bytes, each as one character; an answer can hold what is shown only once

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["api_key", "key"], name="one_answer_per_idempotency_key")
        ]

    def __str__(self) -> str:
        return f"{self.api_key_id} {self.status or 'at work'}"


class AuditEntry(models.Model):
    """One line of the audit log. Written by `config.lib.audit` alone; a trigger refuses change and deletion."""

    seq = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    actor = models.CharField(max_length=100)
    act = models.CharField(max_length=100, db_index=True)
    subject = models.CharField(max_length=200, db_index=True)
    # Text, not jsonb: the digest is over these very bytes, and jsonb writes numbers and names its own way.
    details_json = models.TextField()
    previous = models.CharField(max_length=DIGEST_LENGTH)
    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True)

    class Meta:
        verbose_name_plural = "audit log"
        ordering: ClassVar = ["-seq"]

    def __str__(self) -> str:
        return f"{self.seq} {self.actor} {self.act} {self.subject}"

    @property
    def details(self) -> dict[str, Any]:
        """What the entry tells beyond who, what and whom."""
        read: dict[str, Any] = json.loads(self.details_json)
        return read


class AuditHead(models.Model):
    """Where the audit log ends, signed with a key that is not in the database. One row."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    token = models.CharField(max_length=400)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_audit_head")]

    def __str__(self) -> str:
        return "head of the audit log"


class Errand(models.Model):
    """A task that has to be done, written down in the transaction that calls for it and deleted once it is done.

    The broker only carries word of it: what is lost there is queued again from here when `due_at` has come. `config.lib
    .errands` alone writes it. `task` and its arguments are names and ids, never personal data.
    """

    task = models.CharField(max_length=TASK_LENGTH)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    made_at = models.DateTimeField()
    due_at = models.DateTimeField(db_index=True)  # when it is queued again if it is still here
    sent = models.PositiveSmallIntegerField(default=0)  # how often it was queued again
    starts = models.PositiveSmallIntegerField(default=0)  # tries that came to no end: their worker was lost
    failures = models.PositiveSmallIntegerField(default=0)  # tries that ended with an error
    claimed_until = models.DateTimeField(null=True)  # while a worker has it
    claimed_by = models.CharField(max_length=200, blank=True)  # that worker's name
    trace = models.CharField(max_length=55, blank=True, default="", db_default="")  # of what called for it

    def __str__(self) -> str:
        return f"{self.task} {self.pk}"


class DeadLetter(models.Model):
    """A task that failed for good, kept until somebody has it done again or discards it.

    One row for each task and its arguments: what fails again and again is counted, not piled up.
    """

    digest = models.CharField(max_length=DIGEST_LENGTH, unique=True, editable=False)  # of the task and its arguments
    task = models.CharField(max_length=TASK_LENGTH)
    args = models.JSONField(default=list)
    kwargs = models.JSONField(default=dict)
    failure = models.CharField(max_length=200)  # the class of the error; its words could hold personal data
    place = models.CharField(max_length=200, blank=True)  # file and line of ours where it was raised
    tries = models.PositiveSmallIntegerField()  # of the last time
    times = models.PositiveIntegerField(default=1)
    first_at = models.DateTimeField()
    last_at = models.DateTimeField(db_index=True)

    class Meta:
        verbose_name_plural = "failed tasks"
        permissions: ClassVar = [("requeue_deadletter", "Can have failed tasks done again, and discard them")]

    def __str__(self) -> str:
        return f"{self.task} {self.failure}"


class HashTurn(models.Model):
    """How far the turn of all hashes to a pepper has come (config.lib.peppers). `number` counts turns from 1."""

    number = models.PositiveSmallIntegerField(primary_key=True)
    fingerprint = models.CharField(max_length=16)
    begun_at = models.DateTimeField()
    flipped_at = models.DateTimeField(null=True)
    finished_at = models.DateTimeField(null=True)
    progress = models.JSONField(default=dict)  # table -> the key up to which its rows were turned

    def __str__(self) -> str:
        return f"turn {self.number}"


class Reencryption(models.Model):
    """How far everything encrypted has come to a data key, named by its fingerprint."""

    fingerprint = models.CharField(max_length=16, primary_key=True)
    begun_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True)
    unreadable = models.PositiveIntegerField(default=0)  # values that no key opens
    progress = models.JSONField(default=dict)  # table and column -> the key up to which its rows were encrypted anew

    def __str__(self) -> str:
        return f"to {self.fingerprint}"


class BeatLease(models.Model):
    """Which beat calls, until when, and when each task was last called for. One row; `config.lib.beat` writes it."""

    id = models.PositiveSmallIntegerField(primary_key=True, default=1)
    holder = models.CharField(max_length=200)
    until = models.DateTimeField()
    ran = models.JSONField(default=dict)

    class Meta:
        constraints: ClassVar = [models.CheckConstraint(condition=models.Q(id=1), name="one_beat_lease")]

    def __str__(self) -> str:
        return self.holder
