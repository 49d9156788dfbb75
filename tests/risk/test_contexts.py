"""What page, frame and worker tell of one browser is compared."""

import pytest

from risk.contexts import Context, differing

PAGE = Context(
    user_agent="Mozilla/5.0",
    platform="Win32",
    languages="en-US,en",
    hardware_concurrency=12,
    timezone="America/New_York",
    webdriver=False,
    webgl_vendor="Google Inc. (NVIDIA)",
    webgl_renderer="ANGLE (NVIDIA)",
)


def test_a_browser_that_tells_the_same_everywhere_differs_in_nothing() -> None:
    assert differing({"page": PAGE, "frame": PAGE, "worker": PAGE}) == ()


def test_each_difference_is_named_with_its_place() -> None:
    frame = Context(user_agent="Mozilla/5.0", webdriver=True)
    worker = Context(platform="Linux x86_64", timezone="Asia/Shanghai")
    assert differing({"page": PAGE, "frame": frame, "worker": worker}) == (
        "frame.webdriver",
        "worker.platform",
        "worker.timezone",
    )


def test_what_a_place_cannot_tell_is_no_difference() -> None:
    assert differing({"page": Context(platform="Win32"), "worker": Context(webdriver=False)}) == ()


@pytest.mark.parametrize(
    "contexts",
    [{}, {"page": PAGE}, {"page": None, "frame": PAGE}, {"page": PAGE, "frame": None, "worker": None}],
    ids=["nothing", "the page alone", "no page", "no other place"],
)
def test_what_cannot_be_compared_is_not_in_order(contexts: dict[str, Context | None]) -> None:
    assert differing(contexts) is None
