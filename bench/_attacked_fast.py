"""What an attacker of the detector meets, without a database: `python -m bench._attacked_fast ACCOUNTS DAYS SEED OUT`.

Of each account of a made-up history: the reasons that weights are learnt from, and what one report, and reports of
every kind together, make of its outcome. And of some attackers: what each of their tries shows, and is answered.
"""

import json
import random
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, Final

import django

django.setup()

from bench._detection_fast import facts_of, policy_in_use, seen  # noqa: E402 - Django is set up first
from bench.simulation.population import Line, Plan, history  # noqa: E402 - as above
from risk.facts import ReportKind  # noqa: E402 - as above
from risk.identifiers import identify  # noqa: E402 - as above
from risk.policy import Policy  # noqa: E402 - as above
from risk.rings.links import Link  # noqa: E402 - as above
from risk.rings.traces import trace_of  # noqa: E402 - as above
from risk.scoring import judge  # noqa: E402 - as above
from verification.intake import read_registration, to_registration  # noqa: E402 - as above
from verification.reported import AGAINST  # noqa: E402 - as above

Sent = dict[str, Any]
PROBERS, TRIES = 40, 40  # attackers, and how often each tries
SECONDS: Final = 300.0  # between two tries
# One thing of somebody else's at a time, by what is changed.
CHANGES: Final[Mapping[str, Sequence[str]]] = {
    "ip": ("ip",),
    "browser": ("user_agent",),
    "languages": ("accept_language", "device.languages", "device.timezone"),
    "fonts": ("device.fonts",),
    "canvas": ("device.canvas", "device.audio"),
    "graphics": ("device.webgl_vendor", "device.webgl_renderer"),
    "screen": ("device.screen",),
    "processor": ("device.hardware_concurrency", "device.device_memory"),
    "phone": ("phone",),
    "card": ("payment",),
    "form": ("form",),
}
OWN: Final = ("email", "name")  # of a stranger's at every try
FRESH: Final[Mapping[str, Callable[[Sent, int], Sent]]] = {
    "device": lambda sent, _: sent,
    "network": lambda sent, number: {**sent, "device": {**sent["device"], "visitor_id": f"visitor{number:013}"}},
}


def told_of(line: Line, number: int, policy: Policy) -> dict[str, Any]:
    """All that is taken from one line."""
    one = seen(line, number, policy)
    once, often = (
        judge(replace(one.facts, reports=kinds), policy).outcome
        for kinds in ((ReportKind.ABUSE,), tuple(sorted(AGAINST)))
    )
    codes = [reason.code for reason in one.verdict.reasons]
    outcomes = {"outcome": one.verdict.outcome, "once": once, "often": often}
    return {"at": line.at.timestamp(), "operator": line.operator, "group": line.group, "codes": codes, **outcomes}


def probes(lines: Sequence[Line], policy: Policy, seed: str) -> Iterator[dict[str, Any]]:
    """What attackers' tries show and are answered; half keep their device, and half their network."""
    luck = random.Random(f"probes-{seed}")
    whole = [line for line in lines if line.sent.get("device") and line.sent["device"].get("fonts")]
    for number in range(PROBERS):
        kept = list(FRESH)[number % len(FRESH)]
        base = luck.choice(whole)
        tries = [_looked_at(_tried(base.sent, whole, (kept, place), luck), base, policy) for place in range(TRIES)]
        at = base.at.timestamp()
        yield {"kept": kept, "at": [at + SECONDS * place for place in range(TRIES)], "tries": tries}


def _tried(base: Sent, others: Sequence[Line], place: tuple[str, int], luck: random.Random) -> Sent:
    """The first try as it is; every other one with one thing of somebody else's."""
    kept, number = place
    stranger = luck.choice(others).sent
    sent = {**base, **{name: stranger.get(name) for name in OWN}}
    possible = [name for name in CHANGES if not (kept == "network" and name == "ip")]
    names = CHANGES[luck.choice(possible)] if number else ()
    for name in names:
        part, _, field = name.rpartition(".")
        value = (stranger[part] if part else stranger).get(field)
        sent = {**sent, part: {**sent[part], field: value}} if part else {**sent, field: value}
    return FRESH[kept](sent, number)


def _looked_at(sent: Sent, base: Line, policy: Policy) -> dict[str, Any]:
    registration = to_registration(read_registration({**sent, "account_id": "acct_try"}))
    facts = facts_of(registration, base)
    identifiers = identify(registration, network=facts.network, mailbox=facts.mailbox)
    trace = trace_of(registration, facts, identifiers, registration.device)
    trace[Link.DEVICE] = trace[Link.VISITOR]
    verdict = judge(facts, policy)
    return {"links": trace, "outcome": verdict.outcome, "score": round(verdict.score, 2)}


def main() -> None:
    """Write both."""
    accounts, days, seed, out = sys.argv[1:]
    policy = policy_in_use()
    lines = list(history(Plan(int(accounts), int(days), seed)))
    told = [told_of(line, number, policy) for number, line in enumerate(lines, start=1)]
    Path(out).write_text(json.dumps({"lines": told, "probes": list(probes(lines, policy, seed))}))


if __name__ == "__main__":
    main()
