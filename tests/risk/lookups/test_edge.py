"""What the proxy saw is cleaned, and a JA4 taken apart; what our own proxy saw outweighs what a caller says."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.facts import EdgeFacts
from risk.lookups.edge import edge_facts
from risk.registration import EdgeReport
from tests.risk.lookups.hostile import numbers, storable, texts

CHROME = "t13d1517h2_8daaf6152771_33f857a189cb"


def test_a_ja4_is_taken_apart() -> None:
    facts = edge_facts(EdgeReport(CHROME, ("Host", "User-Agent", ""), 21.5, 80), None)
    assert facts == EdgeFacts(CHROME, "tcp", "13", 15, 17, "h2", ("host", "user-agent"), 21.5, 80, "proxy")


@pytest.mark.parametrize(
    "text",
    [
        "",
        "t13d",
        "T13D1517H2_8DAAF6152771_33F857A189CB",
        f"{CHROME}_0",
        CHROME[:-1],
        "x" * 36,
        f"{CHROME}\n",
        "-",
        None,
    ],
)
def test_what_is_no_ja4_is_not_kept(text: str | None) -> None:
    facts = edge_facts(None, EdgeReport(ja4=text))
    assert facts == EdgeFacts(told_by="caller")


def test_what_our_proxy_saw_outweighs_what_the_caller_says() -> None:
    facts = edge_facts(EdgeReport(tcp_rtt_ms=20), EdgeReport(ja4=CHROME, tcp_rtt_ms=1))
    assert facts == EdgeFacts(tcp_rtt_ms=20, told_by="proxy")


def test_where_nobody_passes_anything_there_are_no_facts() -> None:
    assert edge_facts(None, None) is None


@pytest.mark.parametrize("milliseconds", [-1.0, float("nan"), float("inf"), 60_001.0, None])
def test_a_time_that_cannot_be_is_not_kept(milliseconds: float | None) -> None:
    facts = edge_facts(None, EdgeReport(tcp_rtt_ms=milliseconds))
    assert facts
    assert facts.tcp_rtt_ms is None


@given(
    st.builds(
        EdgeReport,
        ja4=texts,
        header_order=st.one_of(st.none(), st.lists(texts.map(lambda text: text or ""), max_size=80).map(tuple)),
        tcp_rtt_ms=numbers,
        tls_rtt_ms=numbers,
    )
)
def test_nothing_that_is_sent_breaks_it(report: EdgeReport) -> None:
    facts = edge_facts(None, report)
    assert facts
    assert storable(facts)
    assert len(facts.header_order) <= 64
