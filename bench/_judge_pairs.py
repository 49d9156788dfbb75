"""The measuring part of bench/attribute_pairs.py, run inside Django with a database of its own."""

import random
import time
from collections import Counter, defaultdict
from collections.abc import Callable, Sequence
from dataclasses import replace
from datetime import UTC, datetime, timedelta
from typing import Any

from bench._devices import ODDITIES, Person, draw
from risk.facts import DeviceFacts, Facts
from risk.findings import Hit, Signal, Unknown
from risk.lookups.pairs import Shown, learn, note, rarest
from risk.models import PairCount
from risk.signals import device_locale_rare, device_pair_rare
from risk.traits import traits_of

FIRST = datetime(2026, 9, 1, 12, tzinfo=UTC)
DAYS = 40
NOW = FIRST + timedelta(days=DAYS)
SEED = 20261123
BATCH = 500
HARDWARE, LOCALE = device_pair_rare.SIGNAL, device_locale_rare.SIGNAL
GRAPHICS = ("webgl_vendor", "webgl_renderer")
DRAWN = (GRAPHICS, ("screen",), ("hardware_concurrency",), ("device_memory",), ("touch_points",), ("font_systems",))
PLACE = (("timezone_offset",), ("languages",))
FLOOD_NETWORKS = 1_000  # a day
FLOOD_DAYS_MOST = 60

Forge = Callable[[Sequence[Facts], random.Random], Facts]


def measure(*, learn_from: int, hold: int) -> None:
    """Learn, judge and print."""
    dice = random.Random(SEED)
    began = time.perf_counter()
    _teach(learn_from, dice)
    print(
        f"{learn_from:,} people over {DAYS} days learnt from in {time.perf_counter() - began:.0f} s, {_rows():,} counts"
    )
    people = [draw(dice, NOW) for _ in range(hold)]
    honest = _honest(people)
    crowd = [person.facts for person in people if person.group not in ODDITIES]
    caught = {name: _forged(name, forge, crowd, dice) for name, forge in FORGERIES.items()}
    _flood(crowd, learn_from // DAYS, dice)
    print(f"ratio: {caught['one by one'] / honest:.0f}")


def _teach(people: int, dice: random.Random) -> None:
    for day in range(DAYS):
        shown = [
            Shown(at, dice.getrandbits(62), traits_of(draw(dice, at).facts))
            for at in [FIRST + timedelta(days=day)] * (people // DAYS)
        ]
        for start in range(0, len(shown), BATCH):
            note(shown[start : start + BATCH])
        while learn():
            pass


def _rows() -> int:
    return PairCount.objects.count()


def _judged(crowd: Sequence[Facts]) -> list[Facts]:
    judged = []
    for start in range(0, len(crowd), BATCH):
        batch = crowd[start : start + BATCH]
        found = rarest([(facts.at, traits_of(facts)) for facts in batch])
        judged += [replace(facts, pairs=each) for facts, each in zip(batch, found, strict=True)]
    return judged


def _share(crowd: Sequence[Facts], signal: Signal) -> tuple[float, float]:
    """How many are hit, and of how many nothing can be said."""
    findings = [signal.look(facts) for facts in crowd]
    hits, unknown = (sum(isinstance(finding, kind) for finding in findings) for kind in (Hit, Unknown))
    return hits / max(1, len(crowd)), unknown / max(1, len(crowd))


def _honest(people: Sequence[Person]) -> float:
    """Print how many of each honest group are hit; the share of all, with one hit added."""
    began = time.perf_counter()
    judged = _judged([person.facts for person in people])
    each = 1e6 * (time.perf_counter() - began) / len(people)
    groups: dict[str, list[Facts]] = defaultdict(list)
    for person, facts in zip(people, judged, strict=True):
        groups[person.group].append(facts)
    print(f"\n{len(people):,} honest people, never learnt from ({each:.0f} us each to look up, in batches of {BATCH})")
    print(f"{'group':36}{'people':>8}{'hardware':>10}{'unknown':>9}{'locale':>8}")
    for group, crowd in sorted(groups.items(), key=lambda item: (item[0] in ODDITIES, -len(item[1]))):
        _line(group + (" *" if group in ODDITIES else ""), crowd)
    _line("all", judged)
    print("* an oddity\npairs that hit honest people:", _pairs_of(judged))
    return (_share(judged, HARDWARE)[0] * len(judged) + 1) / len(judged)


def _line(name: str, crowd: Sequence[Facts]) -> None:
    (hits, unknown), (locale, _) = _share(crowd, HARDWARE), _share(crowd, LOCALE)
    print(f"{name:36}{len(crowd):8,}{hits:10.2%}{unknown:9.1%}{locale:8.2%}")


def _pairs_of(crowd: Sequence[Facts]) -> str:
    findings = [HARDWARE.look(facts) for facts in crowd]
    names = Counter(str(dict(finding.evidence)["pair"]) for finding in findings if isinstance(finding, Hit))
    return ", ".join(f"{name} {number}" for name, number in names.most_common(6)) or "none"


def _forged(name: str, forge: Forge, crowd: Sequence[Facts], dice: random.Random) -> float:
    judged = _judged([forge(crowd, dice) for _ in range(len(crowd))])
    if name == "one by one":
        print(f"\n{'forged browsers':36}{'number':>8}{'hardware':>10}{'unknown':>9}{'locale':>8}")
    _line(name, judged)
    return _share(judged, HARDWARE)[0]


def _device(facts: Facts) -> DeviceFacts:
    if facts.device is None:
        raise ValueError("everybody here has a device")
    return facts.device


def _patch(facts: Facts, others: Callable[[], Facts], parts: Sequence[tuple[str, ...]]) -> Facts:
    """Each part of the device from another of the others."""
    changes: dict[str, Any] = {}
    for names in parts:
        source = _device(others())
        changes |= {name: getattr(source, name) for name in names}
    return replace(facts, device=replace(_device(facts), **changes))


def _one_by_one(crowd: Sequence[Facts], dice: random.Random) -> Facts:
    facts = replace(dice.choice(crowd), browser=dice.choice(crowd).browser)
    return _patch(facts, lambda: dice.choice(crowd), [*DRAWN, *PLACE, ("platform",)])


def _but_the_header(crowd: Sequence[Facts], dice: random.Random) -> Facts:
    return _patch(dice.choice(crowd), lambda: dice.choice(crowd), [*DRAWN, *PLACE])


def _within_the_system(crowd: Sequence[Facts], dice: random.Random) -> Facts:
    facts = dice.choice(crowd)
    alike = _alike(crowd, facts)
    return _patch(facts, lambda: dice.choice(alike), DRAWN)


def _card_swapped(crowd: Sequence[Facts], dice: random.Random) -> Facts:
    facts = dice.choice(crowd)
    alike = _alike(crowd, facts)
    return _patch(facts, lambda: dice.choice(alike), [GRAPHICS])


def _copied(crowd: Sequence[Facts], dice: random.Random) -> Facts:
    return dice.choice(crowd)


_ALIKE: dict[tuple[str, str], list[Facts]] = defaultdict(list)


def _alike(crowd: Sequence[Facts], facts: Facts) -> list[Facts]:
    if not _ALIKE:
        for each in crowd:
            _ALIKE[_kind(each)].append(each)
    return _ALIKE[_kind(facts)]


def _kind(facts: Facts) -> tuple[str, str]:
    if facts.browser is None:
        raise ValueError("everybody here has a browser")
    return facts.browser.os, facts.browser.family


FORGERIES: dict[str, Forge] = {
    "one by one": _one_by_one,
    "all but the header": _but_the_header,
    "within the system": _within_the_system,
    "card swapped": _card_swapped,
    "whole copies": _copied,
}


def _flood(crowd: Sequence[Facts], a_day: int, dice: random.Random) -> None:
    """A Mac's processor under Windows, from FLOOD_NETWORKS networks a day beside the usual signups."""
    windows = next(facts for facts in crowd if _kind(facts) == ("Windows", "Chrome"))
    mac = next(facts for facts in crowd if "Apple M1" in (_device(facts).webgl_renderer or ""))
    forged = _patch(windows, lambda: mac, [GRAPHICS])
    for day in range(FLOOD_DAYS_MOST):
        at = NOW + timedelta(days=day)
        if not isinstance(HARDWARE.look(_judged([replace(forged, at=at)])[0]), Hit):
            break
        shown = [Shown(at, dice.getrandbits(62), traits_of(forged)) for _ in range(FLOOD_NETWORKS)]
        shown += [Shown(at, dice.getrandbits(62), traits_of(draw(dice, at).facts)) for _ in range(a_day)]
        note(shown)
        while learn():
            pass
    else:
        day = FLOOD_DAYS_MOST
    print(f"\na flood of one forged pair from {FLOOD_NETWORKS:,} networks a day, beside {a_day:,} usual signups a day:")
    print(f"it was hit for {day} days{' at least' if day == FLOOD_DAYS_MOST else ''}")
