"""The page's platform must be one that the user agent's system has."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.device_platform_mismatch import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


def seen(platform: str, **browser: str) -> Facts:
    """Alice with a platform and a user agent of another kind."""
    return replace(with_("device", platform=platform), browser=with_("browser", **browser).browser)


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="Windows"),
        pytest.param(
            with_("device", platform="Linux x86_64"), "device_platform_mismatch", id="a server that says it is Windows"
        ),
        pytest.param(
            with_("browser", os="Android", kind="mobile"),
            "device_platform_mismatch",
            id="a Windows that says it is a phone",
        ),
        pytest.param(seen("Linux armv8l", os="Android", kind="mobile"), "clear", id="Android"),
        pytest.param(seen("Linux x86_64", os="Chrome OS"), "clear", id="a Chromebook"),
        pytest.param(seen("iPhone", os="iOS", kind="mobile"), "clear", id="iPhone"),
        pytest.param(seen("iPhone", os="Mac OS X"), "clear", id="an iPhone that asks for the desktop page"),
        pytest.param(seen("MacIntel", os="iOS", kind="tablet"), "clear", id="an app on the iPad"),
        pytest.param(
            seen("MacIntel", os="iOS", kind="mobile"), "device_platform_mismatch", id="a Mac that says it is an iPhone"
        ),
        pytest.param(seen("OpenBSD amd64", os="OpenBSD"), "unknown", id="a system we know no platforms of"),
        pytest.param(with_("device", platform=None), "unknown", id="no platform"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(alice(browser=None), "unknown", id="no user agent"),
    ],
)
def test_platforms_are_compared_where_the_system_is_known(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected
