"""What is remembered of the friction that people meet, by group: counts that hold nobody."""

from typing import ClassVar

from django.db import models

from risk.groups import VALUE_MOST, Dimension


class FrictionTally(models.Model):
    """How many people of a group signed up on a day (UTC), and what they met with; each is counted in every dimension.

    The four outcomes are those of the first decision. The rest is known a day after the signup: of how many
    (`followed`), and of these, who had been judged worse than allow and was asked for a check, who passed one, who was
    held then; who was challenged and proved to be somebody (`proven`); who had no worse than to prove it (`cleared`).
    `abusive` were found to be so since.
    """

    day = models.DateField()
    dimension = models.CharField(max_length=16, choices=[(each, each) for each in Dimension])
    value = models.CharField(max_length=VALUE_MOST)
    allow = models.IntegerField(default=0)
    challenge = models.IntegerField(default=0)
    review = models.IntegerField(default=0)
    deny = models.IntegerField(default=0)
    followed = models.IntegerField(default=0)
    asked = models.IntegerField(default=0)
    passed = models.IntegerField(default=0)
    held = models.IntegerField(default=0)
    proven = models.IntegerField(default=0)
    cleared = models.IntegerField(default=0)
    abusive = models.IntegerField(default=0)

    class Meta:
        verbose_name_plural = "friction"
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["day", "dimension", "value"], name="one_tally_of_a_group_and_day")
        ]

    def __str__(self) -> str:
        return f"{self.dimension} {self.value} {self.day}"


class FrictionProgress(models.Model):
    """How far counting has come, by ids of assessments and labels. One row; who holds its lock counts.

    An id is given before its row can be seen, and rows can come to be seen in another order. So only ids are counted up
    to what was `seen` long enough ago for all who were writing then to have ended: they are `settled`.
    """

    counted_to = models.BigIntegerField(default=0)
    followed_to = models.BigIntegerField(default=0)
    labelled_to = models.BigIntegerField(default=0)
    seen = models.BigIntegerField(default=0)
    labels_seen = models.BigIntegerField(default=0)
    seen_at = models.DateTimeField(null=True)
    settled = models.BigIntegerField(default=0)
    labels_settled = models.BigIntegerField(default=0)
    counted_at = models.DateTimeField(null=True)  # when there was nothing left to count

    def __str__(self) -> str:
        return f"counted to {self.counted_to}"


class FrictionAbuse(models.Model):
    """An account that is among the `abusive` of its tallies, so that it is counted, and taken back, once."""

    subject = models.BigIntegerField(primary_key=True)

    def __str__(self) -> str:
        return f"account {self.subject}"


class FrictionStanding(models.Model):
    """An alarm that stands: a rate of a group is over its limit. Gone when it is not; events keep the history."""

    dimension = models.CharField(max_length=16)
    value = models.CharField(max_length=VALUE_MOST)
    rate = models.CharField(max_length=16)
    over = models.CharField(max_length=8)
    since = models.DateTimeField()

    class Meta:
        constraints: ClassVar = [
            models.UniqueConstraint(fields=["dimension", "value", "rate", "over"], name="one_alarm_of_a_rate")
        ]

    def __str__(self) -> str:
        return f"{self.rate} of {self.dimension} {self.value}"
