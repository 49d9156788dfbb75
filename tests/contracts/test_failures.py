"""What happens when something fails is one table: the page says what the code says, and every alarm can go off."""

import json
import re
from pathlib import Path

import pytest
import yaml
from django.test import Client
from prometheus_client import REGISTRY
from prometheus_client.parser import text_string_to_metric_families

import config.wsgi  # noqa: F401 - what turns calls away stands there
from config.failures import DEPENDENCIES
from config.lib import health, metrics
from tests.cast import alice
from tests.conftest import post

ROOT = Path(__file__).parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
PAGE = (ROOT / "docs" / "failure.md").read_text(encoding="utf-8")
METRIC = re.compile(r"\bgatehouse_[a-z_]+")
BY = re.compile(r"\bby \(([a-z_, ]+)\)")
MATCHED = re.compile(r"[{,]([a-z_]+)=")
ADDED = {"job", "instance"}  # by Prometheus
SUFFIXES = ("_bucket", "_count", "_sum", "_total")
NOT_OF_A_DEPENDENCY = {"GatehouseExposure", "GatehouseFriction", "GatehouseProbing"}


def test_the_page_says_what_the_table_says() -> None:
    rows = [
        f"| {one.name} | {one.slow} | {one.down} | {one.wrong} | {one.caller_sees} | "
        f"{', '.join(f'`{alarm}`' for alarm in one.alarms)} |"
        for one in DEPENDENCIES
    ]
    table = [line for line in PAGE.splitlines() if line.startswith("| ") and line.count("`Gatehouse") >= 1]
    assert table == rows


def test_every_alarm_of_the_table_is_a_rule_and_every_rule_is_somebody_s_alarm() -> None:
    named = {alarm for one in DEPENDENCIES for alarm in one.alarms}
    assert named | NOT_OF_A_DEPENDENCY == {rule["alert"] for rule in RULES}


def test_what_is_looked_at_for_readiness_is_in_the_table_with_its_weight() -> None:
    table = {one.probe: one.essential for one in DEPENDENCIES if one.probe}
    assert {name.partition(":")[0]: probe.essential for name, probe in health._probes.items()} == table


def told(client: Client) -> set[str]:
    """The names of all metrics, those with no value yet too."""
    said = client.get("/metrics").content.decode()
    return {family.name for family in text_string_to_metric_families(said)}


@pytest.mark.django_db
@pytest.mark.parametrize("place", ["prometheus/alerts.yml", "grafana/gatehouse.json"])
def test_every_metric_that_is_asked_for_is_there(client: Client, shop: Client, place: str) -> None:
    post(shop, "/v1/signups", alice())  # type: ignore[arg-type] # any client of the API
    names = told(client)
    asked = set(METRIC.findall((ROOT / "deploy" / place).read_text(encoding="utf-8")))
    assert len(asked) > 10
    missing = {name for name in asked if not {name, *(name.removesuffix(end) for end in SUFFIXES)} & names}
    assert missing == set()


def asked() -> list[str]:
    """Every expression of the rules and the dashboard."""
    panels = json.loads((ROOT / "deploy" / "grafana" / "gatehouse.json").read_text(encoding="utf-8"))["panels"]
    return [rule["expr"] for rule in RULES] + [one["expr"] for panel in panels for one in panel.get("targets", [])]


def labels_of(metric: str) -> set[str]:
    """What a metric is told apart by, beside what Prometheus itself adds."""
    if metric in metrics._readings:
        return set(metrics._readings[metric].labels)
    counted = REGISTRY._names_to_collectors[metric]
    return {*counted._labelnames, *(["le"] if metric.endswith("_bucket") else [])}  # type: ignore[attr-defined]


@pytest.mark.parametrize("expression", asked())
def test_what_is_asked_of_a_metric_is_a_label_that_it_has(expression: str) -> None:
    """`sum by (x) (rate(metric{y="z"}))`: of a label that is not there, Prometheus says nothing at all."""
    named = METRIC.findall(expression)
    wanted = {label for group in BY.findall(expression) for label in re.split(r",\s*", group)}
    wanted |= set(MATCHED.findall(expression))
    assert named
    assert wanted - ADDED <= set.intersection(*map(labels_of, named))


@pytest.mark.parametrize("expression", asked())
def test_what_every_web_process_tells_alike_is_not_added_up(expression: str) -> None:
    """Of two machines each reading is told twice, and its sum is of nothing."""
    for reading in metrics._readings:
        assert not re.search(rf"sum( by \([a-z, ]+\))? ?\({reading}\b", expression)


@pytest.mark.parametrize(
    ("wanted", "metric"),
    [
        ("decision time by stage", "gatehouse_decision_seconds_bucket"),
        ("queue age", "gatehouse_errand_oldest_seconds"),
        ("outbox lag", "gatehouse_outbox_lag_seconds"),
        ("provider health", "gatehouse_outside_seconds_count"),
        ("outcomes", "gatehouse_decisions_total"),
        ("rings", "gatehouse_rings"),
        ("exposure", "gatehouse_ring_exposure_requests_per_day"),
        ("friction", "gatehouse_friction_alarms"),
    ],
)
def test_an_engineer_on_call_finds_it_on_the_dashboard(wanted: str, metric: str) -> None:
    assert [expression for expression in asked()[len(RULES) :] if metric in METRIC.findall(expression)], wanted


def test_every_rule_says_whom_it_wakes_and_why() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
        assert METRIC.search(rule["expr"])
