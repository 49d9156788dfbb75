"""What is stored of a verdict comes back as it was, to the last bit, and knows its own id."""

from datetime import UTC, datetime

import pytest

from risk.assessments import store
from risk.models import Assessment

AT = datetime(2026, 8, 3, 1, 44, 40, 431_207, tzinfo=UTC)
ODD = {
    "text": 'a "quoted" \\ back\\slash {brace}, it\'s 100% é \u2028',
    "float": 0.1 + 0.2,
    "none": None,
    "list": [[]],
}


def assessment(subject: int, score: float) -> Assessment:
    return Assessment(
        subject=subject, at=AT, cause="signup", facts={**ODD, "subject": subject}, policy_digest="d", outcome="allow",
        score=score, prior=-3.8918202981106265, reasons=[{"code": "x", "evidence": [["a", 1.5]]}], unknown={"s": "why"},
    )  # fmt: skip


@pytest.mark.django_db
def test_each_comes_back_as_it_was_under_its_own_id() -> None:
    scores = [2.0000000000000004, 62.01550387596898, 1e-300, 99.99999999999999, 0.0]
    given = [assessment(subject, score) for subject, score in enumerate(scores)]
    store(given)
    assert [each.pk for each in given] == sorted(each.pk for each in given)
    for each, score in zip(given, scores, strict=True):
        stored = Assessment.objects.get(pk=each.pk)
        assert (stored.subject, stored.score, stored.at) == (each.subject, score, AT)
        assert stored.facts == {**ODD, "subject": each.subject}
        assert (stored.prior, stored.reasons, stored.unknown) == (each.prior, each.reasons, each.unknown)


@pytest.mark.django_db
def test_nothing_to_store_asks_nothing() -> None:
    store([])
    assert not Assessment.objects.exists()
