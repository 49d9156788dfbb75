"""Traces of a made-up history without a database: `python -m bench._detection_fast ACCOUNTS DAYS SEED OUT`.

What a signup shows is looked at as risk.gather looks at it. What others showed before is not known here.
"""

import json
import sys
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any

import django

django.setup()

from bench._detection_records import shown_by  # noqa: E402 - Django is set up first
from bench.simulation.population import Line, Plan, history  # noqa: E402 - as above
from bench.simulation.writer import signup_of  # noqa: E402 - as above
from risk.facts import Facts, TokenState  # noqa: E402 - as above
from risk.gather import network_facts  # noqa: E402 - as above
from risk.identifiers import identify  # noqa: E402 - as above
from risk.lookups.browser import browser_facts  # noqa: E402 - as above
from risk.lookups.card import card_facts  # noqa: E402 - as above
from risk.lookups.device import device_facts  # noqa: E402 - as above
from risk.lookups.form import form_facts  # noqa: E402 - as above
from risk.lookups.mailbox import mailbox_facts  # noqa: E402 - as above
from risk.lookups.phone import phone_facts  # noqa: E402 - as above
from risk.policies.source import read  # noqa: E402 - as above
from risk.policy import Policy, parse  # noqa: E402 - as above
from risk.registration import Registration  # noqa: E402 - as above
from risk.rings.links import Link  # noqa: E402 - as above
from risk.rings.tells import told  # noqa: E402 - as above
from risk.rings.traces import Trace, trace_of  # noqa: E402 - as above
from risk.scoring import Verdict, judge  # noqa: E402 - as above
from risk.signals import REASON_CODES  # noqa: E402 - as above
from verification.intake import read_registration, to_registration  # noqa: E402 - as above

POLICY = Path("risk/policies/default.yaml")


@dataclass(frozen=True, slots=True)
class Seen:
    """What one line shows by itself: what was sent, its facts and their verdict, and its trace."""

    sent: dict[str, Any]
    facts: Facts
    verdict: Verdict
    trace: Trace

    @property
    def tells(self) -> list[int]:
        """The bits of what signals found."""
        return told(reason.code for reason in self.verdict.reasons)


def policy_in_use() -> Policy:
    """The policy that Gatehouse comes with."""
    return parse(read(POLICY).document, known_reasons=REASON_CODES)


def seen(line: Line, number: int, policy: Policy) -> Seen:
    """Look at one line."""
    sent: dict[str, Any] = signup_of(f"acct_{number:07}", line)
    registration = to_registration(read_registration(sent))
    facts = facts_of(registration, line)
    identifiers = identify(registration, network=facts.network, mailbox=facts.mailbox)
    trace = trace_of(registration, facts, identifiers, registration.device)
    trace[Link.DEVICE] = trace[Link.VISITOR]
    return Seen(sent, facts, judge(facts, policy), trace)


def looked_at(line: Line, number: int, policy: Policy) -> dict[str, Any]:
    """All that is taken from one line."""
    one = seen(line, number, policy)
    return {
        "at": line.at.timestamp(),
        "links": one.trace,
        "tells": one.tells,
        "score": one.verdict.score,
        "shown": shown_by(one.facts, one.sent),
    }


def facts_of(registration: Registration, line: Line) -> Facts:
    """What one registration shows by itself."""
    typed = sum(len(text or "") for text in (registration.email, registration.name, registration.phone))
    facts = Facts(
        at=line.at,
        token=TokenState.ABSENT,
        network=network_facts(registration.ip),
        browser=browser_facts(registration.user_agent, registration.accept_language),
        mailbox=mailbox_facts(registration.email, registration.name),
        phone=phone_facts(registration.phone),
        card=card_facts(registration.payment),
        form=form_facts(registration.form, typed, trusted=False),
    )
    return replace(facts, device=device_facts(registration.device, line.at, None, None))


def main() -> None:
    """Write a list of all."""
    accounts, days, seed, out = sys.argv[1:]
    policy = policy_in_use()
    lines = history(Plan(int(accounts), int(days), seed))
    Path(out).write_text(json.dumps([looked_at(line, number, policy) for number, line in enumerate(lines, start=1)]))


if __name__ == "__main__":
    main()
