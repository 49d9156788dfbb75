"""The configuration files for gateways ask what is there, and have the numbers of the default policy's ladder."""

import re
from pathlib import Path
from typing import Any

import pytest
import yaml

from risk.policies.store import DEFAULT, read
from tiers.gateway import ACCOUNT_HEADER, KEY_HEADER, PREFIX
from tiers.table import parse

FOLDER = Path(__file__).parents[2] / "docs" / "gateways"
NGINX = (FOLDER / "nginx.conf").read_text(encoding="utf-8")
ENVOY: dict[str, Any] = yaml.safe_load((FOLDER / "envoy.yaml").read_text(encoding="utf-8"))
TRAEFIK: dict[str, Any] = yaml.safe_load((FOLDER / "traefik.yaml").read_text(encoding="utf-8"))["http"]
ASKED = "/v1/gateway/authorize"


def of_tiers(limit: str) -> dict[str, int]:
    """A limit of every tier that may do something."""
    return {rung.tier: rung.limits[limit] for rung in parse(read(DEFAULT)).rungs if rung.limits["requests_per_minute"]}


def test_nginx_has_the_ladder_s_rates_and_concurrency() -> None:
    rates = {tier: int(rate) for tier, rate in re.findall(r"zone=(\w+):10m +rate=(\d+)r/m;", NGINX)}
    assert rates == of_tiers("requests_per_minute")
    bursts = {
        tier: int(burst or 0) for tier, burst in re.findall(r"limit_req zone=(\w+)(?: burst=(\d+))? nodelay", NGINX)
    }
    assert bursts == {tier: rate - 1 for tier, rate in rates.items()}
    at_once = {tier: int(most) for tier, most in re.findall(r"limit_conn at_once_(\w+) (\d+);", NGINX)}
    assert at_once == of_tiers("concurrency")


def test_nginx_asks_the_gateway_s_question_and_reads_its_answer() -> None:
    assert f"http://gatehouse{ASKED};" in NGINX
    assert {"X-Account-Id", "X-Gatehouse-Key"} == {ACCOUNT_HEADER, KEY_HEADER}
    read_back = re.findall(r"\$upstream_http_(\w+)", NGINX)
    assert read_back == [f"{PREFIX}Tier".lower().replace("-", "_"), f"{PREFIX}Budget-Key".lower().replace("-", "_")]


def test_envoy_has_the_ladder_s_rates_and_asks_the_question() -> None:
    authz, limiter = (each["typed_config"] for each in ENVOY["http_filters"][:2])
    assert authz["http_service"]["path_prefix"] == ASKED
    assert authz["failure_mode_allow"] is False
    rates = {}
    for line in limiter["descriptors"]:
        bucket, tier = line["token_bucket"], line["entries"][0]["value"]
        seconds = int(bucket["fill_interval"].removesuffix("s"))
        assert 60 * bucket["tokens_per_fill"] / seconds == bucket["max_tokens"]
        rates[tier] = bucket["max_tokens"]
    assert rates == of_tiers("requests_per_minute")


def test_traefik_has_the_ladder_s_rates_and_asks_the_question() -> None:
    ask = TRAEFIK["middlewares"]["ask"]["forwardAuth"]
    assert ask["address"].endswith(ASKED)
    assert {ACCOUNT_HEADER, KEY_HEADER} == set(ask["authRequestHeaders"])
    limits = {name: line["rateLimit"] for name, line in TRAEFIK["middlewares"].items() if "rateLimit" in line}
    assert {name.removeprefix("limit-"): line["average"] for name, line in limits.items()} == of_tiers(
        "requests_per_minute"
    )
    assert {line["burst"] == line["average"] for line in limits.values()} == {True}
    routed = {router["middlewares"][0] for name, router in TRAEFIK["routers"].items() if name != "front"}
    assert routed == set(limits)


@pytest.mark.parametrize("name", ["nginx.conf", "envoy.yaml", "traefik.yaml"])
def test_the_page_on_gateways_leads_to_each(name: str) -> None:
    assert f"](gateways/{name})" in (FOLDER.parent / "gateways.md").read_text(encoding="utf-8")
