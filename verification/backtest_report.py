"""A backtest's tally made readable: shares with intervals, account ids beside the examples, and tables for a screen."""

from collections.abc import Iterator, Mapping
from typing import Any

from rich.table import Table

from risk.backtesting import Matrix, Tally, Way, difference
from risk.groups import Dimension
from risk.intervals import wilson
from risk.outcome import Outcome
from risk.policy import digest
from tiers.models import Account
from tiers.table import parse as parse_ladder
from verification.backtesting import Asked
from verification.own_entries import told_lists

ROWS = 15  # of a table on the screen; the JSON has all


def report(tally: Tally, asked: Asked) -> dict[str, Any]:
    """The whole report as JSON: the tally, with shares, intervals and account ids."""
    told = tally.as_json()
    named = _names(tally)
    told["examples"] = {
        way: [{**example, "account_id": named.get(example["subject"])} for example in examples]
        for way, examples in told["examples"].items()
    }
    told["policy"] = {"draft": digest(asked.draft), "in_force": digest(asked.in_force), "name": asked.draft.get("name")}
    told["at"] = asked.which
    told["lists"] = told_lists(asked.draft, in_force=asked.in_force)
    told["tier_order"] = _tier_order(asked)
    told["moves"] = {way: share(_moved(tally, way), tally.total) for way in Way}
    told["estimate"] = {level: _estimate(tally, level) for level in (Outcome.CHALLENGE, Outcome.REVIEW, Outcome.DENY)}
    return told


def share(hits: int, total: int) -> dict[str, Any]:
    """A number of all, as a share with its 95 % interval."""
    return {
        "number": hits,
        "share": hits / total if total else None,
        "interval": wilson(hits / total if total else 0.0, n=total),
    }


def tables(told: Mapping[str, Any]) -> Iterator[Table]:
    """What fits a screen."""
    yield _summary(told)
    yield _matrix("Outcomes: in force (down), draft (across)", told["outcomes"], list(Outcome))
    yield _matrix("Tiers: in force (down), draft (across)", told["tiers"], told["tier_order"])
    yield _reasons(told["reasons"])
    for group in Dimension:
        yield _group(group, told["groups"].get(group, {}))
    for way, examples in told["examples"].items():
        yield _examples(way, examples)
    yield _estimates(told["estimate"])


def shown(told: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
    """The same tables, but for the examples, as plain titles, columns and rows: what a page shows."""
    for table in tables({**told, "examples": {}}):
        cells = zip(*(column.cells for column in table.columns), strict=True)
        yield {"title": table.title, "columns": [column.header for column in table.columns], "rows": list(cells)}


def _names(tally: Tally) -> dict[int, str]:
    subjects = {example.subject for examples in tally.examples.values() for example in examples}
    return dict(Account.objects.filter(pk__in=subjects).values_list("pk", "account_id"))


def _moved(tally: Tally, way: Way) -> int:
    return sum(getattr(share, way) for share in tally.groups.get("country", {}).values())


def _tier_order(asked: Asked) -> list[str]:
    """From the lowest; tiers that only the draft has come last."""
    rungs = [rung.tier for document in (asked.in_force, asked.draft) for rung in reversed(parse_ladder(document).rungs)]
    return list(dict.fromkeys(rungs))


def _estimate(tally: Tally, level: Outcome) -> dict[str, Any]:
    """At a level or harsher: of abusive accounts caught (recall), of honest ones hit, and how many hit are abusive."""
    abuse, honest = (tally.labelled.get(f"{kind} {level}") for kind in ("abuse", "honest"))
    estimate: dict[str, Any] = {}
    for name, caught in (("recall", abuse), ("false_positives", honest)):
        if caught is not None:
            estimate[name] = {
                "before": share(caught.before, caught.total),
                "after": share(caught.after, caught.total),
                "change": difference(caught),
            }
    if abuse is not None and honest is not None:
        estimate["precision"] = {
            "before": share(abuse.before, abuse.before + honest.before),
            "after": share(abuse.after, abuse.after + honest.after),
        }
    return estimate


def _summary(told: Mapping[str, Any]) -> Table:
    table = Table("", "", title=f"Backtest of {told['policy']['name']} {told['policy']['draft'][:12]}")
    table.add_row("accounts judged", f"{told['total']:,}")
    for way, moved in told["moves"].items():
        table.add_row(f"{way} outcome", f"{moved['number']:,}  {percent(moved)}")
    for why, number in sorted(told["stored"].items()):
        table.add_row(f"stored decision differs: {why}", f"{number:,}")
    for of, names in told.get("lists", {}).items():
        table.add_row(f"new entries of lists {of}", ", ".join(names))
    if told["bad"]:
        rows = ", ".join(map(str, told["bad_rows"]))
        table.add_row("could not be judged", f"{told['bad']:,} (assessments {rows})")
    return table


def percent(share: Mapping[str, Any]) -> str:
    """A share with its interval, in words."""
    if share["share"] is None:
        return "no account"
    low, high = share["interval"]
    return f"{100 * share['share']:.2f} % ({100 * low:.2f} to {100 * high:.2f})"


def _matrix(title: str, matrix: Matrix, order: list[str]) -> Table:
    table = Table("", *order, title=title)
    for before in order:
        table.add_row(before, *(f"{matrix.get(before, {}).get(after, 0):,}" for after in order))
    return table


def _reasons(reasons: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("reason", "gained", "lost", "log-odds together", title="Reasons of those who move")
    order = sorted(reasons.items(), key=lambda item: (-abs(item[1]["weight"]), item[0]))
    for code, change in order[:ROWS]:
        table.add_row(code, f"{change['gained']:,}", f"{change['lost']:,}", f"{change['weight']:+.1f}")
    return table


def _group(group: str, values: Mapping[str, Mapping[str, int]]) -> Table:
    table = Table(group, "accounts", "harsher", "softer", "other tier", title=f"By {group}")
    order = sorted(values.items(), key=lambda item: (-item[1]["harsher"] - item[1]["softer"], -item[1]["total"]))
    for value, counted in order[:ROWS]:
        hard, soft = (percent(share(counted[way], counted["total"])) for way in Way)
        table.add_row(value, f"{counted['total']:,}", hard, soft, f"{counted['tier']:,}")
    return table


def _examples(way: str, examples: list[Mapping[str, Any]]) -> Table:
    table = Table("account", "outcome", "tier", "score", "reasons", title=f"Examples: {way}")
    for example in examples:
        reasons = ", ".join(f"{code} {weight:+.2f}" for code, weight in example["reasons"])
        scores = " > ".join(f"{score:.1f}" for score in example["scores"])
        name = example["account_id"] or "(gone)"
        table.add_row(name, " > ".join(example["outcomes"]), " > ".join(example["tiers"]), scores, reasons)
    return table


def _estimates(estimate: Mapping[str, Mapping[str, Any]]) -> Table:
    table = Table("of labelled accounts", "in force", "draft", "change", title="Estimate from labels")
    for level, measures in estimate.items():
        for name, told in measures.items():
            change = ""
            if "change" in told:
                exact, low, high = (100 * value for value in told["change"])
                change = f"{exact:+.2f} points ({low:+.2f} to {high:+.2f})"
            words = f"{name.replace('_', ' ')} at {level} or harsher"
            table.add_row(words, percent(told["before"]), percent(told["after"]), change)
    return table
