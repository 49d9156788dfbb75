"""Who indicators are shared with, what we told them and in which version, and what they told us."""

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from config.lib.crypto import EncryptedJSONField
from risk.models import Ring

CASE_OF_PARTNER = "partner_ring"  # the kind of the case that a partner's ring opens
NAME_MOST = 40
URL_MOST = 2048


class Partner(models.Model):
    """An installation that indicators are shared with, under a key that only the two have.

    Calls of API keys whose application is `name` read its collection. `walked_to` is the newest account that was held
    against what it told; where it told something new, all of before are, from `again_from` on.
    """

    name = models.CharField(max_length=NAME_MOST, unique=True)
    key = EncryptedJSONField()  # 64 hexadecimal digits
    collection = models.UUIDField(unique=True, default=uuid.uuid4)
    url = models.CharField(max_length=URL_MOST, blank=True)  # of its collection, in TAXII 2.1
    token = EncryptedJSONField(null=True)  # what we are let in there by
    believed = models.SmallIntegerField(default=100)  # the most confidence that is given to what it says
    line = models.SmallIntegerField(default=3)  # accounts of one of its rings from which an analyst looks
    created_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    fetched_to = models.CharField(max_length=40, blank=True)  # date added of the last object that was fetched
    walked_to = models.BigIntegerField(default=0)
    again_from = models.BigIntegerField(null=True)
    told = models.JSONField(default=dict)  # by our ring: what it was like when it was told (sharing.shareable)
    told_at = models.DateTimeField(null=True)  # when all were last looked at

    def __str__(self) -> str:
        return self.name


class SharedObject(models.Model):
    """A STIX object in the version that a partner can read. `about` says of what it is, in words of our own.

    One that is no longer shared stays as revoked for a time, without what it was of.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="shared")
    about = models.CharField(max_length=200)
    ring = models.CharField(max_length=40, blank=True)  # our ring that it is of, by its public id
    stix_id = models.CharField(max_length=100)
    type = models.CharField(max_length=40)
    created = models.DateTimeField()
    modified = models.DateTimeField()
    added_at = models.DateTimeField()  # when this version came; no two of a partner are the same
    revoked = models.BooleanField(default=False)
    body = models.JSONField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["partner", "about"], name="one_object_about_it"),
            models.UniqueConstraint(fields=["partner", "stix_id"], name="one_object_of_an_id"),
            models.UniqueConstraint(fields=["partner", "added_at"], name="one_object_at_a_moment"),
        ]
        indexes: ClassVar = [models.Index(fields=["partner", "ring"], name="objects_of_ring")]

    def __str__(self) -> str:
        return self.stix_id


class PartnerRing(models.Model):
    """A ring that a partner told of. `lines` are of its template: pairs of a link and what is shown of it."""

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="rings")
    stix_id = models.CharField(max_length=100)
    name = models.CharField(max_length=200)
    lines = models.JSONField(default=list)
    modified = models.DateTimeField()
    revoked = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["partner", "stix_id"], name="one_partner_ring")]

    def __str__(self) -> str:
        return self.name


class PartnerIndicator(models.Model):
    """One value that a partner told of: as a mark under the common key, or in the form that lists store.

    `entry` is the number of the entry that it is on a list by: at once, or, of a mark, once an account showed it.
    """

    partner = models.ForeignKey(Partner, on_delete=models.CASCADE, related_name="indicators")
    stix_id = models.CharField(max_length=100)
    ring = models.ForeignKey(PartnerRing, on_delete=models.SET_NULL, null=True, related_name="indicators")
    of = models.CharField(max_length=12)  # risk.lists.ListKind
    mark = models.CharField(max_length=64, blank=True)
    value = models.CharField(max_length=255, blank=True)
    shown = models.CharField(max_length=100, blank=True)
    confidence = models.SmallIntegerField()
    red = models.BooleanField(default=False)  # TLP:RED: it is told to nobody
    modified = models.DateTimeField()
    since = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked = models.BooleanField(default=False)
    entry = models.BigIntegerField(null=True)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["partner", "stix_id"], name="one_partner_indicator")]
        indexes: ClassVar = [
            models.Index(fields=["partner", "mark"], condition=~Q(mark=""), name="indicators_by_mark"),
            models.Index(fields=["expires_at"], name="indicators_by_expiry"),
        ]

    def __str__(self) -> str:
        return self.stix_id


class PartnerMatch(models.Model):
    """An account here showed the value of a mark."""

    indicator = models.ForeignKey(PartnerIndicator, on_delete=models.CASCADE, related_name="matches")
    subject = models.BigIntegerField(db_index=True)
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["indicator", "subject"], name="one_partner_match")]

    def __str__(self) -> str:
        return f"match {self.pk}"


class PartnerCase(models.Model):
    """Why an analyst is to look: so many accounts here are of a partner's ring, or a ring here looks like it."""

    case = models.OneToOneField("verification.Case", on_delete=models.CASCADE, related_name="partner_case")
    ring = models.ForeignKey(PartnerRing, on_delete=models.CASCADE, related_name="cases")
    local_ring = models.ForeignKey(Ring, on_delete=models.CASCADE, null=True, related_name="+")
    accounts = models.IntegerField()  # how many were of it then
    why = models.JSONField(default=list)  # lines of words

    def __str__(self) -> str:
        return f"partner case {self.pk}"
