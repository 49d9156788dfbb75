"""Page and request must have a language in common, whichever it is."""

from dataclasses import replace

import pytest

from risk.facts import Facts
from risk.signals.device_languages_mismatch import SIGNAL
from tests.risk.alice import ALICE, alice, answer, with_


@pytest.mark.parametrize(
    ("facts", "expected"),
    [
        pytest.param(ALICE, "clear", id="the same"),
        pytest.param(with_("device", languages=("en-GB", "cy")), "clear", id="another English"),
        pytest.param(with_("browser", languages=("de", "en")), "clear", id="English second"),
        pytest.param(with_("device", languages=("zh-CN",)), "device_languages_mismatch", id="none"),
        pytest.param(with_("device", languages=()), "unknown", id="the page told none"),
        pytest.param(with_("browser", languages=()), "unknown", id="the request told none"),
        pytest.param(alice(device=None), "unknown", id="no device"),
        pytest.param(alice(browser=None), "unknown", id="no user agent"),
    ],
)
def test_one_language_in_common_is_enough(facts: Facts, expected: str) -> None:
    assert answer(SIGNAL.look(facts)) == expected


@pytest.mark.parametrize(("page", "request_"), [("iw-IL", "he"), ("in_ID", "id"), ("nb-NO", "no"), ("tl", "fil")])
def test_old_and_new_codes_of_a_language_are_one(page: str, request_: str) -> None:
    facts = replace(with_("device", languages=(page,)), browser=with_("browser", languages=(request_,)).browser)
    assert answer(SIGNAL.look(facts)) == "clear"
