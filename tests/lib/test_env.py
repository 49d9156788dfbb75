"""Settings are refused with a line that names them, and secrets are never shown."""

from collections.abc import Callable

import pytest

from config.lib import env
from config.lib.env import SettingError

NAME = "GATEHOUSE_TEST_SETTING"


@pytest.fixture(autouse=True)
def unset(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv(NAME, raising=False)
    monkeypatch.setattr(env, "_registry", {})


@pytest.mark.parametrize(
    ("read", "raw", "expected"),
    [
        (lambda: env.text(NAME, hint=""), " plain ", "plain"),
        (lambda: env.integer(NAME, hint=""), "42", 42),
        (lambda: env.integer(NAME, hint="", within=range(1, 43)), "42", 42),
        (lambda: env.number(NAME, hint="", within=(0, 1)), "0.5", 0.5),
        (lambda: env.flag(NAME, hint=""), "Yes", True),
        (lambda: env.flag(NAME, hint=""), "0", False),
        (lambda: env.choice(NAME, options=["json", "console"], hint=""), "json", "json"),
        (lambda: env.listing(NAME, hint=""), "a, b,,c ", ["a", "b", "c"]),
        (lambda: env.choices(NAME, [], options=["a", "b"], hint=""), " b ,a", ["b", "a"]),
        (
            lambda: env.servers(NAME, port=53, hint=""),
            "192.0.2.1, 192.0.2.2:5353,2001:db8::1,[2001:db8::2]:54,[2001:db8::3]",
            [
                ("192.0.2.1", 53),
                ("192.0.2.2", 5353),
                ("2001:db8::1", 53),
                ("2001:db8::2", 54),
                ("2001:db8::3", 53),
            ],
        ),
        (lambda: str(env.path(NAME, hint="")), "/srv/data", "/srv/data"),
        (
            lambda: env.url(NAME, schemes=["redis", "unix"], hint=""),
            "unix:///run/v.sock?db=0",
            "unix:///run/v.sock?db=0",
        ),
    ],
)
def test_a_good_value_is_read(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], raw: str, expected: object
) -> None:
    monkeypatch.setenv(NAME, raw)
    assert read() == expected


@pytest.mark.parametrize(
    ("read", "raw", "problem"),
    [
        (lambda: env.integer(NAME, 1, hint="Hint."), "many", "it must be a whole number"),
        (lambda: env.integer(NAME, 1, hint="Hint.", within=range(1, 65536)), "70000", "it must be from 1 to 65535"),
        (lambda: env.number(NAME, 1, hint="Hint."), "few", "it must be a number"),
        (lambda: env.number(NAME, 1, hint="Hint.", within=(0, 1)), "nan", "it must be from 0 to 1"),
        (lambda: env.flag(NAME, default=True, hint="Hint."), "maybe", "it must be one of 1, true"),
        (lambda: env.choice(NAME, "a", options=["a", "b"], hint="Hint."), "c", "it must be one of a, b"),
        (lambda: env.choices(NAME, [], options=["a", "b"], hint="Hint."), "a,c", "it must be some of a, b"),
        (lambda: env.choices(NAME, [], options=["a", "b"], hint="Hint."), ",", "it must be some of a, b"),
        (lambda: env.servers(NAME, port=53, hint="Hint."), "resolver.example", "it must be IP addresses"),
        (lambda: env.servers(NAME, port=53, hint="Hint."), "192.0.2.1:many", "it must be IP addresses"),
        (lambda: env.servers(NAME, port=53, hint="Hint."), "[192.0.2.1", "it must be IP addresses"),
    ],
)
def test_a_bad_value_is_refused_in_one_line_that_names_all(
    monkeypatch: pytest.MonkeyPatch, read: Callable[[], object], raw: str, problem: str
) -> None:
    monkeypatch.setenv(NAME, raw)
    with pytest.raises(SettingError) as refusal:
        read()
    message = str(refusal.value)
    assert message.startswith(f"{NAME} is {raw!r}, which cannot be used: {problem}")
    assert message.endswith(". Hint.")
    assert "\n" not in message


@pytest.mark.parametrize("raw", ["http://:p4ssword@host", "p4ssword", "redis://[p4ssword"])
def test_an_address_is_refused_without_being_shown(monkeypatch: pytest.MonkeyPatch, raw: str) -> None:
    monkeypatch.setenv(NAME, raw)
    with pytest.raises(SettingError, match=NAME) as refusal:
        env.url(NAME, schemes=["redis"], hint="Hint.")
    assert "p4ssword" not in str(refusal.value)


@pytest.mark.parametrize("raw", [None, "", "   "])
def test_unset_and_empty_mean_the_default_or_a_refusal(monkeypatch: pytest.MonkeyPatch, raw: str | None) -> None:
    if raw is not None:
        monkeypatch.setenv(NAME, raw)
    assert env.integer(NAME, 7, hint="") == 7
    assert env.listing(NAME, [], hint="") == []
    with pytest.raises(SettingError, match=f"{NAME} is not set. Give it."):
        env.text(NAME, hint="Give it.")


def test_every_read_is_registered_for_the_documentation() -> None:
    env.integer(NAME, 7, hint="How many.")
    env.text(f"{NAME}_KEY", "", hint="Its key.", secret=True)
    assert {name: (known.default, known.hint, known.secret) for name, known in env.registry().items()} == {
        NAME: ("7", "How many.", False),
        f"{NAME}_KEY": ("", "Its key.", True),
    }
