"""What a device does by itself is not far, however long it takes; another machine in its place is."""

from typing import Any

import pytest

from risk.recognition.distance import drifted
from tests.risk.recognition.prints import desktop

NEW_CARD = {"webgl_renderer": "ANGLE (AMD, Radeon RX 7900)", "webgl_vendor": "Google Inc. (AMD)"}
OTHER_MACHINE: dict[str, Any] = {
    **NEW_CARD,
    "hardware_concurrency": 32,
    "device_memory": 4,
    "screen": "2560x1440x24",
    "canvas": "other",
}


@pytest.mark.parametrize(
    ("days", "changes", "far"),
    [
        pytest.param(0, {}, False, id="as it was"),
        pytest.param(30, {"canvas": "c2"}, False, id="a release of the browser"),
        pytest.param(30, {"canvas": "c2", **NEW_CARD}, False, id="a driver"),
        pytest.param(30, {"timezone": "Asia/Tokyo", "languages": ("ja",)}, False, id="somebody moved"),
        pytest.param(1, {"screen": "2560x1440x24"}, False, id="another screen"),
        pytest.param(30, OTHER_MACHINE, True, id="another machine"),
        pytest.param(90, {**OTHER_MACHINE, "audio": "other"}, True, id="another machine, months later"),
    ],
)
def test_only_more_than_a_device_does_by_itself_is_far(days: float, changes: dict[str, Any], *, far: bool) -> None:
    assert bool(drifted(desktop().values, desktop(**changes).values, days)) is far


def test_what_changed_is_named_and_what_one_of_both_does_not_show_is_no_change() -> None:
    now = desktop(**OTHER_MACHINE).values
    assert drifted(desktop().values, now, 30) == ("canvas", "cores", "gpu", "memory", "screen")
    shown = {name: value for name, value in now.items() if name in {"system", "platform", "audio"}}
    assert drifted(desktop().values, shown, 30) == ()
    assert drifted(desktop().values, {**now, "unheard of": 1}, 30) == drifted(desktop().values, now, 30)
