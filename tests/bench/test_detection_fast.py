"""Traces that are made without a database."""

import pytest

from bench._detection_fast import POLICY, looked_at
from bench.simulation.population import Plan, history
from bench.simulation.writer import signup_of
from risk.devices import Redeemed
from risk.facts import TokenState
from risk.gather import Arrival, gather
from risk.policies.source import read
from risk.policy import parse
from risk.rings.links import Link
from risk.signals import REASON_CODES
from verification.intake import read_registration, to_registration


@pytest.mark.django_db
def test_the_trace_of_a_line_is_the_one_that_the_front_door_makes_of_it() -> None:
    policy = parse(read(POLICY).document, known_reasons=REASON_CODES)
    for number, line in enumerate(history(Plan(60, 20, "traces", operated=0.3)), start=1):
        row = looked_at(line, number, policy)
        sent = to_registration(read_registration(signup_of(f"acct_{number:07}", line)))
        (gathered,) = gather([Arrival(sent, line.at, Redeemed(TokenState.ABSENT))])
        assert gathered.trace is not None
        remembered = {Link.DEVICE}
        assert [value for link, value in enumerate(row["links"]) if link not in remembered] == [
            value for link, value in enumerate(gathered.trace) if link not in remembered
        ]
        assert row["at"] == line.at.timestamp()
