"""What happens when something fails is one table: the page says what the code says, and every alarm can go off."""

import re
from pathlib import Path

import pytest
import yaml
from django.test import Client
from prometheus_client.parser import text_string_to_metric_families

import config.wsgi  # noqa: F401 - what turns calls away stands there
from config.failures import DEPENDENCIES
from config.lib import health
from tests.cast import alice
from tests.conftest import post

ROOT = Path(__file__).parents[2]
ALERTS = yaml.safe_load((ROOT / "deploy" / "prometheus" / "alerts.yml").read_text(encoding="utf-8"))
RULES = [rule for group in ALERTS["groups"] for rule in group["rules"]]
PAGE = (ROOT / "docs" / "failure.md").read_text(encoding="utf-8")
METRIC = re.compile(r"\bgatehouse_[a-z_]+")
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


def test_every_rule_says_whom_it_wakes_and_why() -> None:
    for rule in RULES:
        assert rule["labels"]["severity"] in {"page", "ticket"}
        assert rule["annotations"]["summary"]
        assert METRIC.search(rule["expr"])
