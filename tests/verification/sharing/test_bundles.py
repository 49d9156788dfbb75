"""What a partner sends is read whole or refused whole, with the reason, and nothing that comes breaks the reader."""

import json
from datetime import UTC, datetime, timedelta
from typing import Any

import pytest
import stix2
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from risk.lists import ListKind
from verification.sharing.bundles import BYTES_MOST, EXTENSION, OBJECTS_MOST, Bundle, BundleRefused, parse
from verification.sharing.patterns import Indicated

NOW = datetime(2026, 11, 30, 12, tzinfo=UTC)
ID = "d08a4458-7a9f-422f-bf5e-009ba61b28f6"
MARK = "ab" * 32
INDICATOR: dict[str, Any] = {
    "type": "indicator",
    "spec_version": "2.1",
    "id": f"indicator--{ID}",
    "created": "2026-11-01T00:00:00.000Z",
    "modified": "2026-11-02T00:00:00.000Z",
    "pattern": f"[x-gatehouse-mark:mailbox = '{MARK}']",
    "pattern_type": "stix",
    "valid_from": "2026-11-01T00:00:00Z",
    "confidence": 80,
}
RING: dict[str, Any] = {
    "type": "intrusion-set",
    "spec_version": "2.1",
    "id": f"intrusion-set--{ID}",
    "created": "2026-11-01T00:00:00.000Z",
    "modified": "2026-11-02T00:00:00.000Z",
    "name": "Ring 1",
    "extensions": {
        EXTENSION: {"extension_type": "property-extension", "template": [{"link": "CLOCK", "shown": "UTC+8"}]}
    },
}
RELATION: dict[str, Any] = {
    "type": "relationship",
    "spec_version": "2.1",
    "id": f"relationship--{ID}",
    "created": "2026-11-01T00:00:00.000Z",
    "modified": "2026-11-02T00:00:00.000Z",
    "relationship_type": "indicates",
    "source_ref": INDICATOR["id"],
    "target_ref": RING["id"],
}


def with_template(lines: list[Any]) -> dict[str, Any]:
    return {**RING, "extensions": {EXTENSION: {"extension_type": "property-extension", "template": lines}}}


def raw(*objects: Any, **top: Any) -> bytes:
    return json.dumps({"type": "bundle", "id": f"bundle--{ID}", "objects": list(objects), **top}).encode()


def read(*objects: Any, **top: Any) -> Bundle:
    return parse(raw(*objects, **top), at=NOW)


def test_a_ring_its_indicators_and_what_ties_them_are_read() -> None:
    found = read(INDICATOR, RING, RELATION)
    (indicator,), (ring,) = found.indicators, found.rings
    assert indicator.indicated == Indicated(ListKind.EMAILS, mark=MARK)
    assert (indicator.confidence, indicator.red, indicator.revoked, indicator.until) == (80, False, False, None)
    assert (ring.name, ring.lines) == ("Ring 1", (("CLOCK", "UTC+8"),))
    assert found.relations == {indicator.stix_id: ring.stix_id}


def test_what_is_of_no_use_here_is_left_out_and_counted() -> None:
    other = {
        **INDICATOR,
        "id": f"indicator--{ID[:-1]}7",
        "pattern": "[file:name = 'invoice.exe']",
    }
    snort = {**INDICATOR, "id": f"indicator--{ID[:-1]}8", "pattern": "alert tcp any", "pattern_type": "snort"}
    malware = {"type": "malware", "id": f"malware--{ID}"}
    assert read(other, snort, malware).unused == {"pattern": 2, "malware": 1}


def test_of_several_versions_the_newest_counts_and_red_is_known_by_its_marking() -> None:
    newer = {**INDICATOR, "modified": "2026-11-03T00:00:00.000Z", "revoked": True}
    (indicator,) = read(newer, {**INDICATOR, "object_marking_refs": [stix2.TLP_RED.id]}).indicators
    assert (indicator.revoked, indicator.red) == (True, False)
    (red,) = read({**INDICATOR, "object_marking_refs": [stix2.TLP_RED.id]}).indicators
    assert red.red


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        pytest.param({"created": "2026-12-05T00:00:00Z", "modified": "2026-12-05T00:00:00Z"}, "future", id="future"),
        pytest.param({"valid_from": "2999-01-01T00:00:00Z"}, "future", id="begins in the future"),
        pytest.param({"modified": "2026-10-01T00:00:00Z"}, "no later", id="changed before it was made"),
        pytest.param({"modified": "yesterday"}, "no moment", id="no moment"),
        pytest.param({"modified": "2026-02-30T00:00:00Z"}, "no such moment", id="no day"),
        pytest.param({"modified": 5}, "no moment", id="a number for a moment"),
        pytest.param({"spec_version": "2.0"}, "2.1", id="another version"),
        pytest.param({"id": f"malware--{ID}"}, "2.1", id="another kind's id"),
        pytest.param({"id": "indicator--1"}, "no id", id="no uuid"),
        pytest.param({"type": ["indicator"]}, "no type", id="a list for a type"),
        pytest.param({"revoked": "yes"}, "true or false", id="revoked by a text"),
        pytest.param({"confidence": 101}, "confidence", id="too sure"),
        pytest.param({"confidence": "high"}, "confidence", id="sure in words"),
        pytest.param({"pattern": None}, "indicator", id="no pattern"),
        pytest.param({"pattern": "[a:b = "}, "indicator", id="half a pattern"),
        pytest.param({"pattern": ""}, "indicator", id="an empty pattern"),
        pytest.param({"pattern": "[" * 5000}, "indicator", id="a pattern of brackets"),
        pytest.param({"object_marking_refs": "red"}, "indicator", id="a text for a marking"),
        pytest.param({"valid_until": "2020-01-01T00:00:00Z"}, "indicator", id="ends before it begins"),
    ],
)
def test_what_is_not_as_the_standard_has_it_has_the_whole_refused(changes: dict[str, Any], why: str) -> None:
    with pytest.raises(BundleRefused, match=why):
        read(RING, {**INDICATOR, **changes})


@pytest.mark.parametrize(
    ("told", "why"),
    [
        pytest.param(b"{", "not JSON", id="cut off"),
        pytest.param(b"\xff", "UTF-8", id="no text"),
        pytest.param(b"[]", "neither", id="a list"),
        pytest.param(b'{"type": "report"}', "neither", id="something else"),
        pytest.param(b'{"objects": {}}', "list", id="no list"),
        pytest.param(b'{"objects": [1]}', "no type", id="a number"),
        pytest.param(b'{"objects": [], "objects": []}', "twice", id="twice"),
        pytest.param(b'{"objects": [' + b"[" * 100 + b"]" * 100 + b"]}", "deeper", id="deep"),
        pytest.param(b'{"objects": ' + b"[" * 200_000 + b"]" * 200_000 + b"}", "deeper", id="very deep"),
        pytest.param(b'{"objects": [' + b"1," * OBJECTS_MOST + b"1]}", "at most", id="many"),
        pytest.param(b" " * (BYTES_MOST + 1), "bytes", id="large"),
        pytest.param(b'{"objects": [], "more": "yes"}', "more", id="more by a text"),
        pytest.param(b'{"objects": [], "next": "' + b"x" * 300 + b'"}', "next", id="a long cursor"),
        pytest.param(
            raw(with_template([1])),
            "line",
            id="lines",
        ),
        pytest.param(raw(INDICATOR, {**INDICATOR, "confidence": 1}), "same one", id="two of one version"),
    ],
)
def test_what_is_no_bundle_is_refused_with_the_reason(told: bytes, why: str) -> None:
    with pytest.raises(BundleRefused, match=why):
        parse(told, at=NOW)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers(-(2**70), 2**70) | st.floats() | st.text(max_size=30),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=12), inner, max_size=4),
    max_leaves=12,
)
MORE = ("revoked", "object_marking_refs", "valid_until", "labels")
FIELDS = st.sampled_from(sorted({*INDICATOR, *RING, *RELATION, *MORE}))


@settings(max_examples=300, deadline=None, suppress_health_check=list(HealthCheck))
@given(st.sampled_from([INDICATOR, RING, RELATION]), st.dictionaries(FIELDS, JSON, max_size=3), JSON)
def test_whatever_comes_is_read_or_refused_and_nothing_else(
    base: dict[str, Any], changes: dict[str, Any], other: Any
) -> None:
    try:
        found = parse(json.dumps({"objects": [{**base, **changes}, other]}).encode(), at=NOW)
    except BundleRefused:
        pass
    else:
        assert all(0 <= each.confidence <= 100 for each in found.indicators)
        assert all(each.since <= NOW + timedelta(days=1) for each in found.indicators)
    try:
        (indicator,) = read({**INDICATOR, **{name: changes[name] for name in changes if name == "pattern"}}).indicators
    except (BundleRefused, ValueError):
        return
    assert indicator.stix_id == INDICATOR["id"]


@settings(max_examples=200, deadline=None)
@given(st.binary(max_size=400))
def test_bytes_are_read_or_refused(told: bytes) -> None:
    with pytest.raises(BundleRefused):
        parse(told, at=NOW)
