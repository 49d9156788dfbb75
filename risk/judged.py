"""What accounts were found to be, read from the stored labels: what scores are learnt from and held against."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from django.db.models import QuerySet

from risk.labels import Judged, LabelSource, Said, verdict_of
from risk.models import Label

FIELDS = ("pk", "subject", "known_at", "source", "abuse", "trust", "takes_back_id", "reference")


def judged(subjects: Collection[int], *, known_by: datetime) -> dict[int, Judged]:
    """The verdict on each of these subjects that has one, by the labels that were known at a moment."""
    return _verdicts(Label.objects.filter(subject__in=subjects, known_at__lte=known_by))


def judged_all(*, known_by: datetime, but: LabelSource, among: Collection[int] | None = None) -> dict[int, Judged]:
    """The verdict on every subject that has one, or on some, as `judged` does, without the labels of one source."""
    labels = Label.objects.filter(known_at__lte=known_by).exclude(source=but)
    return _verdicts(labels if among is None else labels.filter(subject__in=among))


def _verdicts(labels: QuerySet[Label]) -> dict[int, Judged]:
    said: dict[int, list[Said]] = defaultdict(list)
    for key, subject, heard, source, *told in labels.values_list(*FIELDS):
        said[subject].append(Said(key, subject, heard, LabelSource(source), *told))
    verdicts = {subject: verdict_of(told) for subject, told in said.items()}
    return {subject: verdict for subject, verdict in verdicts.items() if verdict is not None}
