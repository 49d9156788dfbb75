"""Several labels of one account come to one verdict."""

from datetime import UTC, datetime, timedelta

import pytest

from risk.facts import ReportKind, Word
from risk.labels import OF_REPORT, OF_WORD, SOURCES, Judged, LabelSource, Said, verdict_of

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)


def said(day: int, source: LabelSource, *, takes_back: int | None = None) -> Said:
    worth = SOURCES[source]
    trust = 0.0 if takes_back is not None else worth.trust
    return Said(day, 7, NOON + timedelta(days=day), source, worth.abuse, trust, takes_back)


def test_no_label_is_no_verdict() -> None:
    assert verdict_of([]) is None


def test_one_label_is_the_verdict() -> None:
    assert verdict_of([said(1, LabelSource.ABUSE)]) == Judged(7, abuse=True, trust=0.8, known_at=NOON + timedelta(1))


@pytest.mark.parametrize(
    ("sources", "abuse", "trust"),
    [
        pytest.param([LabelSource.FRAUD_WARNING, LabelSource.CHARGEBACK], True, 0.9, id="a heavier one prevails"),
        pytest.param([LabelSource.CHARGEBACK, LabelSource.FRAUD_WARNING], True, 0.9, id="a lighter one does not"),
        pytest.param([LabelSource.ANALYST_DENY, LabelSource.ANALYST_APPROVE], False, 0.9, id="the later of two words"),
        pytest.param([LabelSource.CONFIRMED, LabelSource.ANALYST_APPROVE], True, 1.0, id="a word against a finding"),
        pytest.param([LabelSource.CONFIRMED, LabelSource.OVERTURNED], False, 1.0, id="an appeal against a finding"),
        pytest.param([LabelSource.CONFIRMED, LabelSource.CLEARED], False, 0.9, id="cleared ends what was reported"),
        pytest.param([LabelSource.CLEARED, LabelSource.ABUSE], False, 0.9, id="cleared stands against a lighter one"),
        pytest.param([LabelSource.OVERTURNED, LabelSource.CONFIRMED], True, 1.0, id="a new finding after an appeal"),
    ],
)
def test_which_of_two_prevails(sources: list[LabelSource], *, abuse: bool, trust: float) -> None:
    labels = [said(day, source) for day, source in enumerate(sources)]
    verdict = verdict_of(reversed(labels))  # in whatever order they come
    assert verdict is not None
    assert (verdict.abuse, verdict.trust) == (abuse, trust)


def test_a_label_taken_back_leaves_what_was_there_before() -> None:
    labels = [
        said(1, LabelSource.ABUSE),
        said(2, LabelSource.CHARGEBACK),
        said(3, LabelSource.CHARGEBACK, takes_back=2),
    ]
    verdict = verdict_of(labels)
    assert verdict is not None
    assert (verdict.trust, verdict.known_at) == (0.8, NOON + timedelta(days=1))
    assert verdict_of(labels[1:]) is None


def test_every_source_is_trusted_more_than_a_coin_and_every_kind_that_says_something_has_one() -> None:
    assert set(SOURCES) == set(LabelSource) == {*OF_REPORT.values(), *OF_WORD.values(), LabelSource.RING}
    assert all(0.5 < worth.trust <= 1 for worth in SOURCES.values())
    assert set(ReportKind) - set(OF_REPORT) == {ReportKind.DISPUTE}
    assert set(Word) - set(OF_WORD) == {Word.HOLD}
