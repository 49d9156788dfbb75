"""Which reports are in force, and which proofs they take away."""

from datetime import UTC, datetime, timedelta

import pytest

from risk.facts import ReportKind
from verification.models import Proof
from verification.reported import AGAINST, FOR_THE_PERSON, Standing, in_force, kinds, of_cards, voids

NOON = datetime(2026, 8, 3, 12, tzinfo=UTC)
HOUR = timedelta(hours=1)
CARD, OTHER = 1, 2


def test_each_kind_stands_once() -> None:
    rows = [Standing(ReportKind.CHARGEBACK, NOON, CARD), Standing(ReportKind.CHARGEBACK, NOON, OTHER)]
    assert kinds([*rows, Standing(ReportKind.ABUSE, NOON, None)]) == (ReportKind.ABUSE, ReportKind.CHARGEBACK)


@pytest.mark.parametrize("clearing", sorted(FOR_THE_PERSON))
@pytest.mark.parametrize("against", sorted(AGAINST))
def test_a_clearing_ends_what_was_before_and_speaks_until_something_new(
    against: ReportKind, clearing: ReportKind
) -> None:
    before, cleared = Standing(against, NOON - HOUR, None), Standing(clearing, NOON, None)
    quarrel, after = Standing(ReportKind.DISPUTE, NOON + HOUR, CARD), Standing(against, NOON + HOUR, CARD)
    assert in_force([before]) == [before]
    assert in_force([cleared, before]) == [cleared]
    assert in_force([quarrel, cleared, before]) == [quarrel, cleared]
    assert in_force([after, cleared, before]) == [after]


def test_every_kind_speaks_for_against_or_is_a_quarrel() -> None:
    assert set(ReportKind) - {ReportKind.DISPUTE} == AGAINST | FOR_THE_PERSON
    assert not AGAINST & FOR_THE_PERSON


def test_who_shows_no_card_asks_nobody() -> None:
    assert of_cards(()) == []  # and no database is touched: this test has none


@pytest.mark.parametrize(
    ("report", "void"),
    [
        pytest.param(Standing(ReportKind.CHARGEBACK, NOON, CARD), True, id="the very card, shown before"),
        pytest.param(Standing(ReportKind.CHARGEBACK, NOON - 2 * HOUR, CARD), True, id="the very card, shown after"),
        pytest.param(Standing(ReportKind.FRAUD_WARNING, NOON, CARD), True, id="a warning is enough"),
        pytest.param(Standing(ReportKind.CHARGEBACK, NOON, OTHER), False, id="another card"),
        pytest.param(Standing(ReportKind.CHARGEBACK, NOON, None), True, id="of the account, later"),
        pytest.param(Standing(ReportKind.CHARGEBACK, NOON - 2 * HOUR, None), False, id="of the account, before"),
        pytest.param(Standing(ReportKind.ABUSE, NOON, None), False, id="abuse says nothing of a card"),
        pytest.param(Standing(ReportKind.DISPUTE, NOON, CARD), False, id="a quarrel over goods"),
    ],
)
def test_a_payment_proof_is_void_where_its_card_was_not_the_persons(report: Standing, *, void: bool) -> None:
    assert voids([report], Proof(kind="payment", passed_at=NOON - HOUR, shown=CARD)) is void
    assert not voids([report], Proof(kind="email", passed_at=NOON - HOUR))
