"""What accounts were found to be, read from the stored labels: what scores are learnt from and held against."""

from collections import defaultdict
from collections.abc import Collection
from datetime import datetime

from risk.labels import Judged, LabelSource, Said, verdict_of
from risk.models import Label

FIELDS = ("pk", "subject", "known_at", "source", "abuse", "trust", "takes_back_id")


def judged(subjects: Collection[int], *, known_by: datetime) -> dict[int, Judged]:
    """The verdict on each of these subjects that has one, by the labels that were known at a moment."""
    said: dict[int, list[Said]] = defaultdict(list)
    rows = Label.objects.filter(subject__in=subjects, known_at__lte=known_by).values_list(*FIELDS)
    for key, subject, heard, source, abuse, trust, takes_back in rows:
        said[subject].append(Said(key, subject, heard, LabelSource(source), abuse, trust, takes_back))
    verdicts = {subject: verdict_of(labels) for subject, labels in said.items()}
    return {subject: verdict for subject, verdict in verdicts.items() if verdict is not None}
