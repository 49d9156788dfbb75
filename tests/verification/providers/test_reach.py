"""A stranger's mail server can lie anywhere it says, but we go only where strangers may send us."""

import pytest

from verification.providers import reach
from verification.providers.reach import public


@pytest.mark.parametrize("address", ["93.184.215.14", "8.8.8.8", "2606:4700::6810:84e5", "::ffff:93.184.215.14"])
def test_public_addresses_are_reached(address: str) -> None:
    assert public(address)


@pytest.mark.parametrize(
    "address",
    [
        "127.0.0.1",
        "127.8.8.8",
        "::1",
        "::ffff:127.0.0.1",
        "10.1.2.3",
        "172.16.0.1",
        "192.168.1.1",
        "fd00::1",
        "169.254.169.254",
        "fe80::1",
        "fe80::1%eth0",
        "100.64.0.1",
        "0.0.0.0",  # noqa: S104 - an address to be refused, not bound to
        "::",
        "224.0.0.1",
        "ff02::1",
        "240.0.0.1",
        "255.255.255.255",
        "192.0.2.1",
        "192.0.0.192",
        "192.88.99.1",
        "168.63.129.16",
        "198.18.0.1",
        "64:ff9b::7f00:1",
        "2002:7f00:1::",
        "2002:0a00:0001::",
        "2001:0:4136:e378:8000:63bf:3fff:fdd2",
        "::127.0.0.1",
        "fec0::1",
        "mail.example.org",
        "",
    ],
)
def test_everything_else_is_not(address: str) -> None:
    assert not public(address)


def test_this_machine_is_not_reached_by_its_own_public_address(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(reach, "_own", lambda: frozenset({"93.184.215.14"}))
    assert not public("93.184.215.14")
    assert not public("::ffff:93.184.215.14")


def test_this_machines_addresses_are_known() -> None:
    assert "127.0.0.1" in reach._own()
