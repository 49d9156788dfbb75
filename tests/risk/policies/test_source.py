"""A policy's text is read strictly, and each mistake named with its line."""

import json

import pytest
from hypothesis import given
from hypothesis import strategies as st
from jsonschema import Draft202012Validator

from risk.policies.source import SCHEMA, TEXT_MOST, load, written
from risk.policies.store import DEFAULT, read
from risk.policy import TOP_LEVEL
from risk.policyerror import PolicyError

TEXT = DEFAULT.read_text(encoding="utf-8")


def test_the_default_is_as_the_schema_says_and_the_schema_a_schema() -> None:
    schema = json.loads(SCHEMA.read_text(encoding="utf-8"))
    Draft202012Validator.check_schema(schema)
    assert set(schema["properties"]) == TOP_LEVEL
    assert load(TEXT, "default.yaml").document == read(DEFAULT)


def test_a_place_leads_to_its_line() -> None:
    source = load(TEXT, "default.yaml")
    lines = TEXT.splitlines()
    assert lines[source.line("multipliers.card_prepaid") - 1].strip().startswith("card_prepaid:")
    assert lines[source.line("ladder.1.tier") - 1].strip() == "- tier: standard"
    assert source.line("ladder.1.nothing") == source.line("ladder.1")


@pytest.mark.parametrize(
    ("text", "says"),
    [
        pytest.param(TEXT.replace("prior: 0.02", "prior: 2"), r"^p:8: prior: 2 is ", id="out of range"),
        pytest.param(TEXT.replace("prior: 0.02", "prior: 0.1\nprior: 1"), "^p:9: prior stands here twice", id="twice"),
        pytest.param(TEXT.replace("tier: trusted", "teir: trusted"), r"ladder\.0: 'tier' is a required", id="misspelt"),
        pytest.param(TEXT + "\nlader: []\n", "'lader' was unexpected", id="unknown part"),
        pytest.param("a: [1,", "^p:1: not YAML", id="no YAML"),
        pytest.param("a: &x [1]\nb: *x", "^p:2: not YAML: aliases", id="an alias"),
        pytest.param("- 1", "^p:1: a table is needed", id="a list"),
        pytest.param("", "^p:1: a table is needed", id="nothing"),
        pytest.param("? [a]\n: 1", "^p:1: a name is needed", id="a list as a name"),
        pytest.param("{" * 5_000, "^p:1: not YAML", id="too deep"),
        pytest.param("a: " + "[" * 25 + "]" * 25, "too deep", id="deep"),
        pytest.param("a: !!python/name:os.system", "^p:1: not YAML", id="an object"),
        pytest.param("a: " + "x" * TEXT_MOST, "no policy", id="too long"),
    ],
)
def test_a_mistake_is_named_with_its_line(text: str, says: str) -> None:
    with pytest.raises(PolicyError, match=says):
        load(text, "p")


def test_several_mistakes_are_named_at_once() -> None:
    wrong = TEXT.replace("prior: 0.02", "prior: 2").replace("review: 0.65", "review: often")
    with pytest.raises(PolicyError) as refused:
        load(wrong, "p")
    assert [line.split(":")[2].strip() for line in str(refused.value).splitlines()] == ["prior", "thresholds.review"]


def test_a_stored_document_is_written_so_that_it_reads_the_same() -> None:
    document = read(DEFAULT)
    assert load(written(document), "p").document == document


@given(st.text(st.characters(), max_size=200))
def test_no_text_does_more_than_be_refused(text: str) -> None:
    with pytest.raises(PolicyError):
        load(text, "p")
