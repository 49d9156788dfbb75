"""What risk remembers. It speaks of subjects by their number and knows no signup and no tier."""

import uuid
from enum import StrEnum
from typing import ClassVar

import uuid_utils
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from config.lib.crypto import EncryptedJSONField
from config.lib.peppers import number
from risk.device_models import ComponentCount, DeviceChange, UncountedDevice
from risk.groups import VALUE_MOST
from risk.labels import LabelSource
from risk.recognition.blocking import BLOCKS
from risk.rings.states import RingChangeKind, RingState
from risk.usage_models import UsageProgress, UsageWindow

__all__ = [
    "ComponentCount",
    "DeviceChange",
    "UncountedDevice",
    "UsageProgress",
    "UsageWindow",
]  # Django finds models here


def new_ring_id() -> str:
    """A name that sorts by time and that nobody can guess from another."""
    return f"rng_{uuid_utils.uuid7().hex}"


class PolicyState(StrEnum):
    """The life of a policy version."""

    DRAFT = "draft"
    SHADOW = "shadow"
    ACTIVE = "active"
    RETIRED = "retired"


class StoredPolicy(models.Model):
    """A version of the policy document. One is active; each assessment names the one that judged it."""

    digest = models.CharField(max_length=64, unique=True)
    name = models.CharField(max_length=100)
    document = models.JSONField()
    state = models.CharField(max_length=8, choices=[(state, state.title()) for state in PolicyState])
    created_at = models.DateTimeField(auto_now_add=True)
    author = models.CharField(max_length=150, default="")  # who brought it in
    proposed_by = models.CharField(max_length=150, default="")  # who asks that it be published, where it takes two
    shadowed_at = models.DateTimeField(null=True)  # since when it judges beside the active one
    activated_at = models.DateTimeField(null=True)

    class Meta:
        verbose_name_plural = "policies"
        permissions: ClassVar = [("publish_storedpolicy", "Can publish policies, put them in shadow and roll back")]
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["state"], condition=Q(state=PolicyState.ACTIVE), name="one_active_policy"),
        ]

    def __str__(self) -> str:
        return f"{self.name} {self.digest[:8]}"


class PolicyActivation(models.Model):
    """One time that a policy was put in force. `undoes_to` is the activation that rolling back leads to."""

    policy = models.ForeignKey(StoredPolicy, on_delete=models.PROTECT, related_name="activations")
    at = models.DateTimeField()
    by = models.CharField(max_length=150)
    agreed_by = models.CharField(max_length=150, default="")  # the first of two, where it took two
    undoes_to = models.ForeignKey("self", on_delete=models.PROTECT, null=True)

    def __str__(self) -> str:
        return f"{self.policy} {self.at:%Y-%m-%d %H:%M}"


class Assessment(models.Model):
    """The stored, immutable record of a verdict, with the facts that it was reached on."""

    subject = models.BigIntegerField()
    at = models.DateTimeField()
    cause = models.CharField(max_length=16)
    facts = models.JSONField()
    policy_digest = models.CharField(max_length=64)
    outcome = models.CharField(max_length=16)
    score = models.FloatField()
    prior = models.FloatField()
    reasons = models.JSONField()  # [{code, family, weight, evidence}] in the verdict's order
    unknown = models.JSONField()  # signal -> what it could not see
    shadows = models.JSONField(default=dict)  # digest of a policy in shadow -> what it said: outcome, score, tier

    class Meta:
        indexes: ClassVar = [models.Index(fields=["subject", "-id"], name="assessments_of_subject")]

    def __str__(self) -> str:
        return f"{self.subject} {self.outcome} {self.score:.1f}"


class Identifier(models.Model):
    """A value that a subject showed, as a keyed hash: what velocities count and links are made of."""

    subject = models.BigIntegerField()
    kind = models.SmallIntegerField()
    value = models.BigIntegerField()
    at = models.DateTimeField()
    spelling = models.SmallIntegerField(
        default=number, db_default=0
    )  # config.lib.peppers; while keys are rotated, one row in each

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["kind", "value", "-at"], include=["subject"], name="identifiers_by_value"),
            models.Index(fields=["subject"], name="identifiers_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.kind}"


class Label(models.Model):
    """What a report or an analyst's word says that a subject was (risk.labels). Written once and never edited.

    One that takes an earlier one back has its source and a trust of 0.
    """

    subject = models.BigIntegerField()
    at = models.DateTimeField()  # when it happened
    known_at = models.DateTimeField()  # when we heard
    source = models.CharField(max_length=16, choices=[(source, source.replace("_", " ")) for source in LabelSource])
    reference = models.CharField(max_length=64)  # what left it: report:12, review:7; later ones report:12.2 and so on
    abuse = models.BooleanField()
    trust = models.FloatField()  # that it is right, 0 to 1
    takes_back = models.OneToOneField("self", on_delete=models.CASCADE, null=True)

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject", "source", "reference"], name="one_label_of_a_reference"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} {self.source}"


class Easing(models.Model):
    """By how many points of score the threshold of challenge gives way for a group, and since when by so many."""

    dimension = models.CharField(max_length=16)
    value = models.CharField(max_length=VALUE_MOST)
    points = models.FloatField()
    moved_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["dimension", "value"], name="one_easing_of_a_group")]

    def __str__(self) -> str:
        return f"{self.dimension} {self.value} {self.points:g}"


class OutsideAnswer(models.Model):
    """What an outside party answered of a value (risk.outside), so that it is asked once for everybody who shows it."""

    lookup = models.CharField(max_length=32)
    value = models.BigIntegerField()  # keyed hash
    spelling = models.SmallIntegerField(default=number, db_default=0)  # of `value`: config.lib.peppers
    at = models.DateTimeField()
    answer = models.JSONField()  # the fields of the lookup's facts

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["lookup", "value"], name="one_answer_of_a_value")]

    def __str__(self) -> str:
        return f"{self.lookup} {self.pk}"


class Device(models.Model):
    """A browser or handset that we can know again, as it was when last seen.

    `value` is its own for good: what the DEVICE identifiers of its signups hold. What it is known by is stored as keyed
    hashes (the visitor id, each component, the keys it is found by), but for the versions, which have an order.
    """

    value = models.BigIntegerField(unique=True)
    visitor = models.BigIntegerField(null=True)
    components = models.JSONField(default=dict)
    major = models.IntegerField(null=True)
    os_major = models.IntegerField(null=True)
    handset = models.BooleanField(default=False)
    blocks = ArrayField(models.BigIntegerField(null=True), default=list)
    first_seen = models.DateTimeField()
    last_seen = models.DateTimeField()

    class Meta:
        indexes: ClassVar = [
            models.Index(F("visitor"), F("id").desc(), name="devices_by_visitor"),
            *(
                models.Index(F(f"blocks__{place}"), F("id").desc(), name=f"devices_by_block_{place + 1}")
                for place in range(len(BLOCKS))
            ),
        ]

    def __str__(self) -> str:
        return f"device {self.pk}"


class Sighting(models.Model):
    """A device seen by the agent script, waiting for the signup that brings its token. `used_at` is set once."""

    id = models.UUIDField(primary_key=True, default=uuid.uuid4)
    application = models.CharField(max_length=64)
    at = models.DateTimeField()
    used_at = models.DateTimeField(null=True)
    used_by = models.BigIntegerField(null=True)  # keyed hash of the account that brought it
    report = EncryptedJSONField()

    class Meta:
        indexes: ClassVar = [
            models.Index(fields=["at"], condition=Q(used_at=None), name="unused_sightings"),
            models.Index(fields=["at"], name="sightings_by_time"),
            models.Index(fields=["used_by"], condition=Q(used_by__isnull=False), name="sightings_of_accounts"),
        ]

    def __str__(self) -> str:
        return f"sighting {self.pk}"


class PairSighting(models.Model):
    """Traits that one signup showed, to be learnt from: one of each network and day. All are keyed hashes."""

    day = models.DateField()
    network = models.BigIntegerField()
    traits = ArrayField(models.BigIntegerField())
    pairs = ArrayField(models.BigIntegerField())
    written_at = models.DateTimeField()
    learnt = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["day", "network"], name="one_a_network_and_day")]
        indexes: ClassVar = [models.Index(fields=["day", "id"], condition=Q(learnt=False), name="sightings_to_learn")]

    def __str__(self) -> str:
        return f"pairs of {self.day}"


class PairCount(models.Model):
    """How often a trait, or two together, were seen, by forward decay (risk.lookups.pairs)."""

    key = models.BigIntegerField(primary_key=True)
    weight = models.FloatField()
    day = models.DateField()  # of the last sighting that counted
    grown = models.FloatField()  # by how much on that day

    def __str__(self) -> str:
        return f"{self.key}"


class ListEntry(models.Model):
    """A value on a list of the policy, added beside it. Never edited; removed, it stays on record (risk.list_entries).

    `value` is what risk.list_values stores: of a personal value its keyed hash, and `shown` a mask of it. The last
    three fields say how far accounts that showed it before were looked at again (verification.relisting).
    """

    list = models.CharField(max_length=48)
    kind = models.CharField(max_length=12)
    value = models.CharField(max_length=255)
    shown = models.CharField(max_length=100)
    reason = models.CharField(max_length=500)
    author = models.CharField(max_length=500)
    created_at = models.DateTimeField()
    since = models.DateTimeField()
    expires_at = models.DateTimeField(null=True)
    removed_at = models.DateTimeField(null=True)
    removed_by = models.CharField(max_length=500, default="")
    removed_because = models.CharField(max_length=500, default="")
    applied_to = models.BigIntegerField(default=0)  # the last subject that the run at work has looked at
    applying_until = models.DateTimeField(null=True)  # what the run at work takes in; None: none is at work
    applied_until = models.DateTimeField(null=True)  # what all have heard of: beginnings, ends and removals before this

    class Meta:
        verbose_name_plural = "list entries"
        indexes: ClassVar = [
            models.Index(fields=["value"], name="list_entries_by_value"),
            models.Index(fields=["removed_at"], name="list_entries_by_removal"),
        ]

    def __str__(self) -> str:
        return f"{self.list} {self.pk}"


class Trace(models.Model):
    """What one signup leaves that links are made of (risk.rings.traces): all that the detection of rings reads of it.

    `links` holds a keyed hash for each Link in the order of their numbers, `tells` a bit for each tell
    (risk.rings.tells).
    """

    subject = models.BigIntegerField(primary_key=True)
    at = models.DateTimeField()
    links = ArrayField(models.BigIntegerField())
    tells = ArrayField(models.BigIntegerField())
    spelling = models.SmallIntegerField(default=number, db_default=0)  # of `links`: config.lib.peppers

    class Meta:
        indexes: ClassVar = [models.Index(fields=["at"], name="traces_by_time")]

    def __str__(self) -> str:
        return f"trace of {self.subject}"


class Ring(models.Model):
    """Accounts that links tie to one operator.

    `score` is 100 times the probability that one operator runs them all, `confidence` how sure that number is (0 to 1).
    `template` says what its accounts look like, and `evidence` which aspects speak for it, by how much (nats a member).
    """

    public_id = models.CharField(max_length=40, unique=True, default=new_ring_id)
    state = models.CharField(max_length=12, choices=[(state, state) for state in RingState])
    score = models.FloatField()
    confidence = models.FloatField()
    size = models.IntegerField()  # members now
    found_at = models.DateTimeField()
    changed_at = models.DateTimeField()  # the last time that members, score or state changed
    contained_at = models.DateTimeField(null=True)  # since when its members are decided as a ring's; None: they are not
    applied_at = models.DateTimeField(null=True)  # the changed_at by which all its accounts were decided last
    template = models.JSONField(default=dict)
    evidence = models.JSONField(default=list)
    merged_into = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="merged")

    class Meta:
        permissions: ClassVar = [("act_on_ring", "Can confirm and dismiss rings")]
        indexes: ClassVar = [
            models.Index(fields=["state", "-size"], name="rings_largest"),
            models.Index(fields=["-changed_at"], name="rings_changed"),
        ]

    def __str__(self) -> str:
        return self.public_id


class RingPortrait(models.Model):
    """What the accounts of a ring look like, for newcomers to be compared with (risk.rings.portraits)."""

    ring = models.OneToOneField(Ring, on_delete=models.CASCADE, related_name="portrait")
    learnt_at = models.DateTimeField()
    portrait = models.JSONField()

    class Meta:
        indexes: ClassVar = [models.Index(fields=["learnt_at"], name="portraits_by_time")]

    def __str__(self) -> str:
        return f"portrait of {self.ring_id}"


class RingMember(models.Model):
    """An account in a ring, and why. Never deleted: one that left has `left_at`."""

    ring = models.ForeignKey(Ring, on_delete=models.CASCADE, related_name="members")
    subject = models.BigIntegerField()
    joined_at = models.DateTimeField()
    left_at = models.DateTimeField(null=True)
    weight = models.FloatField()  # nats: how much likelier it is of this operator than a stranger
    why = models.JSONField(default=list)  # [{link, weight, shared}]: the weightiest first; shared: by how many members

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["subject"], condition=Q(left_at=None), name="one_ring_of_a_subject"),
        ]
        indexes: ClassVar = [
            models.Index(fields=["ring", "subject"], condition=Q(left_at=None), name="members_of_ring"),
            models.Index(fields=["subject"], name="rings_of_subject"),
        ]

    def __str__(self) -> str:
        return f"{self.subject} in {self.ring_id}"


class RingChange(models.Model):
    """Something that happened to a ring. Written once and never edited: its history."""

    ring = models.ForeignKey(Ring, on_delete=models.CASCADE, related_name="changes")
    at = models.DateTimeField()
    kind = models.CharField(max_length=12, choices=[(kind, kind) for kind in RingChangeKind])
    size = models.IntegerField()  # members afterwards
    by = models.CharField(max_length=150, default="")  # who did it; "" where detection did
    note = models.TextField(blank=True)
    data = models.JSONField(default=dict)

    class Meta:
        indexes: ClassVar = [models.Index(fields=["ring", "at"], name="history_of_ring")]

    def __str__(self) -> str:
        return f"{self.ring_id} {self.kind}"
