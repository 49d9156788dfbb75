"""What the benchmark of detection measures on: one made-up history, as it came to stand, beside the truth.

`front_door` gives it to Gatehouse as an adopter would: `simulate`, `import_signups`, `detect_rings --full`,
`export_standing`, on servers of its own. `fast` makes the same traces without a database, which has no memory: there a
device is known by its own name alone, and what counts others is left out of the score.
"""

import json
import os
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import psycopg
from numpy.typing import NDArray

from bench.simulation.population import Plan, history
from config.lib import embedded
from risk.facts import Facts
from risk.rings.columns import Columns, Flags, Floats, Ints, columns
from risk.rings.links import STORED
from risk.rings.looking import Looked, look
from risk.rings.tells import WORDS

DAYS = 45
HONEST = ""
Texts = NDArray[np.str_]
Rows = list[dict[str, Any]]

STORED_SQL = """
SELECT account.account_id, extract(epoch FROM trace.at)::float8, links, tells, first.score, first.facts::text
FROM risk_trace trace JOIN tiers_account account ON account.id = trace.subject
JOIN LATERAL (SELECT score, facts FROM risk_assessment WHERE subject = account.id ORDER BY id LIMIT 1) first ON true
ORDER BY account.account_id
"""


@dataclass(frozen=True, slots=True)
class Records:
    """One history. All arrays are by account, in the order in which they came."""

    seed: str
    at: Floats  # seconds
    links: Ints
    tells: Ints
    score: Floats  # of the signup, 0 to 100
    shown: Rows  # what a row shows by itself, for the classifier of single rows
    group: Texts  # of the truth
    operator: Texts  # of the truth, HONEST for nobody
    party: Ints  # of the truth: who come for one reason
    ring: Texts  # the ring that the account stands in, "" for none

    def __len__(self) -> int:
        return len(self.at)

    @property
    def honest(self) -> Flags:
        """Who is nobody's."""
        honest: Flags = self.operator == HONEST
        return honest

    @property
    def kind(self) -> Texts:
        """The kind of operator, HONEST for nobody."""
        return np.array([name.rpartition("-")[0] for name in self.operator.tolist()])

    def columns(self, number: int | None = None) -> Columns:
        """The first so many accounts, or all, as detection reads them; rows stand in the same order."""
        first = slice(number)
        places = np.arange(len(self.at), dtype=np.int64)[first]
        return columns(places, self.at[first], self.links[first], self.tells[first])


@dataclass(frozen=True, slots=True)
class Truth:
    """Who was behind each account, in the order in which they came."""

    group: Texts
    operator: Texts
    party: Ints


def rings_of(looked: Looked, accounts: int) -> Texts:
    """The ring that each of the accounts stands in."""
    ring = np.zeros(accounts, dtype="<U8")
    groups = looked.found.groups
    told = looked.told[groups.group]
    ring[groups.rows[told]] = np.char.add("r", groups.group[told].astype(np.str_))
    return ring


def truth_of(plan: Plan) -> Truth:
    """The truth of a history."""
    lines = [(line.group, line.operator or HONEST, line.party) for line in history(plan)]
    group, operator, party = zip(*lines, strict=True)
    return Truth(np.array(group), np.array(operator), np.array(party, dtype=np.int64))


def shown_by(facts: Facts, sent: Mapping[str, Any]) -> dict[str, Any]:
    """What one row shows by itself: nothing here knows of any other account."""
    device, form, card = (sent.get(part) or {} for part in ("device", "form", "payment"))
    local, _, domain = str(sent.get("email") or "").rpartition("@")
    network, phone, browser = facts.network, facts.phone, facts.browser
    return {
        "domain": domain,
        "local": len(local),
        "digits": sum(sign.isdigit() for sign in local),
        "marks": sum(sign in "._-+" for sign in local),
        "hour": facts.at.hour,
        "weekday": facts.at.weekday(),
        "country": network.country if network else None,
        "as_kind": str(network.as_kind) if network else None,
        "asn": str(network.asn) if network else None,
        "phone_country": phone.country if phone else None,
        "phone_kind": str(phone.kind) if phone else None,
        "carrier": phone.carrier if phone else None,
        "system": f"{browser.os} {browser.kind}" if browser else None,
        "language": sent.get("accept_language"),
        **{name: device.get(name) for name in ("platform", "timezone", "webgl_renderer", "webgl_vendor", "screen")},
        **{name: device.get(name) for name in ("hardware_concurrency", "device_memory", "touch_points")},
        "fonts": len(device.get("fonts") or ()) if device else None,
        **{name: card.get(name) for name in ("bin", "brand", "funding", "issuer_country", "cvc_check")},
        **{name: form.get(name) for name in ("duration_ms", "keystrokes", "pastes", "pointer_events")},
    }


def front_door(plan: Plan, intel: Path) -> Records:
    """One history through the commands that an adopter runs, in a home of its own."""
    with tempfile.TemporaryDirectory() as folder:
        home = Path(folder)
        home.chmod(0o755)  # PostgreSQL runs as another user when root measures
        shutil.copytree(intel, home / "intel")
        os.environ |= {"GATEHOUSE_HOME": folder, "LOG_LEVEL": "ERROR", "STATEMENT_TIMEOUT_MS": "0"}
        with embedded.running(home) as addresses:
            manage("migrate", "--verbosity", "0")
            manage("first_start")
            asked = "--accounts", str(plan.accounts), "--days", str(plan.days), "--seed", plan.seed
            manage("simulate", "--out", folder, *asked)
            manage("import_signups", str(home / "signups.jsonl"))
            manage("detect_rings", "--full")
            manage("export_standing", str(home / "standing.jsonl"))
            with psycopg.connect(addresses.database_url) as connection:
                stored = connection.execute(STORED_SQL).fetchall()
        return _joined(plan, home, stored)


def _joined(plan: Plan, home: Path, stored: Sequence[tuple[Any, ...]]) -> Records:
    sent, told, standing = (_by_account(home / f"{name}.jsonl") for name in ("signups", "truth", "standing"))
    truth, names = truth_of(plan), [row[0] for row in stored]
    if names != list(told) or [told[name]["group"] for name in names] != truth.group.tolist():
        raise RuntimeError("not every account of the history stands in the database, or the truth is another one's")
    return Records(
        seed=plan.seed,
        at=np.array([row[1] for row in stored]),
        links=np.array([row[2] for row in stored], dtype=np.int64),
        tells=np.array([row[3] for row in stored], dtype=np.int64),
        score=np.array([row[4] for row in stored]),
        shown=[shown_by(Facts.from_json(json.loads(row[5])), sent[row[0]]) for row in stored],
        group=truth.group,
        operator=np.array([told[name]["operator"] or HONEST for name in names]),
        party=truth.party,
        ring=np.array([standing[name]["ring"] or "" for name in names]),
    )


def fast(plan: Plan, intel: Path) -> Records:
    """One history without a database."""
    with tempfile.TemporaryDirectory() as folder:
        home, out = Path(folder), Path(folder) / "traces.json"
        shutil.copytree(intel, home / "intel")
        os.environ |= {"GATEHOUSE_HOME": folder, "DJANGO_SETTINGS_MODULE": "config.settings", "LOG_LEVEL": "ERROR"}
        with embedded.environment(home):
            asked = str(plan.accounts), str(plan.days), plan.seed, str(out)
            run("-m", "bench._detection_fast", *asked)
        looked = json.loads(out.read_text())
    truth = truth_of(plan)
    bare = Records(
        seed=plan.seed,
        at=np.array([row["at"] for row in looked]),
        links=np.array([row["links"] for row in looked], dtype=np.int64).reshape(-1, STORED),
        tells=np.array([row["tells"] for row in looked], dtype=np.int64).reshape(-1, WORDS),
        score=np.array([row["score"] for row in looked]),
        shown=[row["shown"] for row in looked],
        group=truth.group,
        operator=truth.operator,
        party=truth.party,
        ring=np.zeros(len(looked), dtype="<U8"),
    )
    return with_rings(bare)


def with_rings(records: Records) -> Records:
    """The same history with the rings that are found in it here and now."""
    ring = rings_of(look(records.columns()), len(records))
    return Records(**{name: getattr(records, name) for name in Records.__slots__ if name != "ring"}, ring=ring)


def _by_account(path: Path) -> dict[str, dict[str, Any]]:
    with path.open(encoding="utf-8") as lines:
        read = map(json.loads, lines)
        return dict(sorted((line["account_id"], line) for line in read))


def manage(*arguments: str) -> None:
    """Run a command of ours, in silence."""
    run("manage.py", *arguments)


def run(*arguments: str) -> None:
    """Run Python, in silence."""
    subprocess.run([sys.executable, *arguments], check=True, stdout=subprocess.DEVNULL)
