"""Traces of made-up people without a database: `python -m bench._rings_made ACCOUNTS SEED OPERATED OUT`.

What a signup shows is looked at as risk.gather looks at it, but with no memory: there are no counts of others, and a
device is known by its own name alone. Written are arrays by account, in the order in which they came.
"""

import sys
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import django
import numpy as np

django.setup()

from bench.simulation.population import Line, Plan, history  # noqa: E402 - Django is set up first
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
from risk.rings.traces import trace_of  # noqa: E402 - as above
from risk.scoring import judge  # noqa: E402 - as above
from risk.signals import REASON_CODES  # noqa: E402 - as above
from verification.intake import read_registration, to_registration  # noqa: E402 - as above

DAYS = 45
POLICY = Path("risk/policies/default.yaml")


def rows(plan: Plan, policy: Policy) -> Iterator[tuple[Any, ...]]:
    """Each account: time, trace, tells, whether its mailbox is at a provider for everybody, group, operator."""
    for number, line in enumerate(history(plan)):
        sent: dict[str, Any] = signup_of(f"acct_{number:07}", line)
        registration = to_registration(read_registration(sent))
        facts = _facts(registration, line)
        identifiers = identify(registration, network=facts.network, mailbox=facts.mailbox)
        trace = trace_of(registration, facts, identifiers, registration.device)
        trace[Link.DEVICE] = trace[Link.VISITOR]
        tells = told(reason.code for reason in judge(facts, policy).reasons)
        public = facts.mailbox is not None and facts.mailbox.free
        yield line.at.timestamp(), trace, tells, public, line.group, line.operator or ""


def _facts(registration: Registration, line: Line) -> Facts:
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
    """Make one history and write it."""
    accounts, seed, operated, out = sys.argv[1:]
    plan = Plan(int(accounts), DAYS, seed, operated=float(operated))
    policy = parse(read(POLICY).document, known_reasons=REASON_CODES)
    at, links, tells, public, group, operator = zip(*rows(plan, policy), strict=True)
    np.savez(
        out,
        at=np.array(at),
        links=np.array(links, dtype=np.int64),
        tells=np.array(tells, dtype=np.int64),
        public=np.array(public),
        group=np.array(group),
        operator=np.array(operator),
    )


if __name__ == "__main__":
    main()
