"""Lists as others publish them, and as they come when something went wrong."""

from contextlib import suppress

import pytest
from hypothesis import given
from hypothesis import strategies as st

from risk.intel import lists
from risk.intel.lists import TooManyEntries, parse_list
from risk.intel.sources import Format

# https://2019.www.torproject.org/tordnsel/exitlist-spec.txt
EXIT_LIST = """@type tordnsel 1.0
Downloaded 2026-11-23 00:00:00
ExitNode 63BA28370F543D175173E414D5450590D73E22DC
Published 2026-11-22 20:11:43
LastStatus 2026-11-22 21:03:07
ExitAddress 185.220.101.7 2026-11-22 21:10:24
ExitAddress 2001:67c:6ec:203:192:42:116:1 2026-11-22 21:10:24
"""
# https://mask-api.icloud.com/egress-ip-ranges.csv
APPLE = """172.224.226.0/27,GB,GB-EN,London,
172.224.226.32/31,GB,GB-WLS,"Cardiff, Bay",
2a02:26f7:b3c0:4000::/64,DE,DE-BE,Berlin,
"""


def read(text: str, form: Format = Format.LIST) -> tuple[list[str], int]:
    parsed = parse_list(text.splitlines(), form)
    return [str(network) for network in parsed.networks], parsed.bad


@pytest.mark.parametrize(
    ("text", "networks", "bad"),
    [
        pytest.param("1.1.1.1\n8.8.8.0/24\n2a00::/32", ["1.1.1.1/32", "8.8.8.0/24", "2a00::/32"], 0, id="plain"),
        pytest.param("# made today\n\n; so\n1.1.1.1 # one\n", ["1.1.1.1/32"], 0, id="comments"),
        pytest.param("8.8.8.8/24", ["8.8.8.0/24"], 0, id="an address inside its network"),
        pytest.param("\ufeffx\n1.1.1.1\r\n", ["1.1.1.1/32"], 1, id="Windows"),
        pytest.param("1.1.1.1/33\n1.1.1\nfe80::1%eth0\n1.2.3.4.5", [], 4, id="no addresses"),
        pytest.param("10.0.0.1\n127.0.0.1\nfe80::/64\n100.64.0.0/10", [], 4, id="nobody's addresses"),
        pytest.param("1.0.0.0/2\n1.0.0.0/7\n2000::/3", [], 3, id="half the world, from a line cut short"),
        pytest.param("1" * 100_000, [], 1, id="a line without end"),
    ],
)
def test_a_list_gives_its_networks_and_counts_the_rest(text: str, networks: list[str], bad: int) -> None:
    assert read(text) == (networks, bad)


def test_both_of_tors_lists_are_read() -> None:
    networks = ["185.220.101.7/32", "2001:67c:6ec:203:192:42:116:1/128"]
    assert read(EXIT_LIST, Format.TOR) == (networks, 0)
    assert read("185.220.101.7\n2001:67c:6ec:203:192:42:116:1\n", Format.TOR) == (networks, 0)
    assert read("<html>", Format.TOR) == ([], 1)


def test_apples_file_is_read() -> None:
    assert read(APPLE, Format.APPLE) == (["172.224.226.0/27", "172.224.226.32/31", "2a02:26f7:b3c0:4000::/64"], 0)


def test_the_first_bad_lines_are_named() -> None:
    parsed = parse_list(["x"] * 50, Format.LIST)
    assert (parsed.bad, parsed.bad_lines) == (50, [1, 2, 3, 4, 5])


def test_a_list_without_end_is_refused(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(lists, "MOST_ENTRIES", 10)
    with pytest.raises(TooManyEntries):
        parse_list((f"1.1.1.{number}" for number in range(255)), Format.LIST)


@given(st.lists(st.text()), st.sampled_from([Format.LIST, Format.TOR, Format.APPLE]))
def test_any_lines_are_read_or_counted(lines: list[str], form: Format) -> None:
    with suppress(TooManyEntries):
        parsed = parse_list(lines, form)
        assert len(parsed.networks) + parsed.bad <= len(lines)
