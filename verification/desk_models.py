"""What analysts leave at their desks: views of the queue, acts that wait for a second person, and golden accounts."""

from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import Q

from risk.facts import Word
from risk.models import Ring
from tiers.models import Account


class SavedView(models.Model):
    """A view of the queue by a name: what it is narrowed by, as in the address. Shared ones are everybody's."""

    owner = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="saved_views")
    name = models.CharField(max_length=40)
    query = models.CharField(max_length=300)
    shared = models.BooleanField(default=False)

    class Meta:
        constraints: ClassVar = [models.UniqueConstraint(fields=["owner", "name"], name="one_view_of_a_name")]

    def __str__(self) -> str:
        return self.name


class AccountNote(models.Model):
    """What an analyst tells others of an account, without a word. It decides nothing."""

    account = models.ForeignKey(Account, on_delete=models.CASCADE, related_name="notes")
    text = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    edited_at = models.DateTimeField(null=True)  # when its author last put other words in their place

    class Meta:
        indexes: ClassVar = [models.Index(fields=["account", "-at"], name="notes_of_account")]

    def __str__(self) -> str:
        return f"note {self.pk}"


class RingProposal(models.Model):
    """An act on a large ring that waits for a second person to agree. Once ended it stays, with who ended it and how.

    `seen` is the ring as it was looked at: where it has changed since, nobody can agree any more.
    """

    ring = models.ForeignKey(Ring, on_delete=models.CASCADE, related_name="proposals")
    act = models.CharField(max_length=12)
    note = models.TextField()
    seen = models.CharField(max_length=64)
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)
    ended_by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+", null=True)
    agreed = models.BooleanField(default=False)  # else it was taken back, or the ring had changed

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["ring"], condition=Q(ended_at=None), name="one_open_proposal"),
        ]

    def __str__(self) -> str:
        return f"{self.act} of {self.ring_id}"


class Golden(models.Model):
    """An account of which it is known what is right, put into the queue now and then to see whether analysts find it.

    Whoever it is given to sees it as it was when somebody had first to look at it, and their word changes nothing.
    """

    account = models.OneToOneField(Account, on_delete=models.CASCADE, related_name="golden")
    truth = models.CharField(max_length=8, choices=[(word, word) for word in (Word.APPROVE, Word.DENY)])
    why = models.TextField()
    by = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True)  # given to nobody any more

    class Meta:
        verbose_name_plural = "golden accounts"

    def __str__(self) -> str:
        return f"golden {self.pk}"


class GoldenAnswer(models.Model):
    """What an analyst said of a golden account, without knowing that it was one."""

    golden = models.ForeignKey(Golden, on_delete=models.CASCADE, related_name="answers")
    analyst = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.PROTECT, related_name="+")
    word = models.CharField(max_length=8, choices=[(word, word) for word in Word])
    at = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["golden", "analyst"], name="one_answer_of_an_analyst"),
        ]
        indexes: ClassVar = [models.Index(fields=["at"], name="golden_answers_by_time")]

    def __str__(self) -> str:
        return f"{self.word} of golden {self.golden_id}"
