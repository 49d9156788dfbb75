"""A key of tier tokens is published before it signs and until its last token has expired; what signs is sealed."""

import json
from datetime import datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
import time_machine
from django.core.management import call_command
from django.db import connection
from django.utils import timezone
from joserfc.jwk import KeySet
from pytest_django import Settings

from config.lib.models import AuditEntry
from tiers import keys
from tiers.models import SigningKey

pytestmark = pytest.mark.django_db
BOTH = [pytest.param(False, id="live"), pytest.param(True, id="test")]


def kids(*, test: bool) -> list[str]:
    keys.forget()
    return [key["kid"] for key in keys.published(test=test)["keys"]]


def signing(*, test: bool) -> str:
    keys.forget()
    return keys.signer(test=test).kid


@pytest.mark.parametrize("test", BOTH)
def test_the_first_key_signs_and_is_published_at_once(*, test: bool) -> None:
    assert kids(test=test) == []
    assert kids(test=test) == [] != [signing(test=test)] == kids(test=test)


def test_the_first_start_of_an_install_makes_the_first_keys_and_later_ones_no_more(
    settings: Settings, tmp_path: Path
) -> None:
    settings.GATEHOUSE_HOME = tmp_path
    call_command("first_start")
    made = kids(test=False), kids(test=True)
    assert [len(found) for found in made] == [1, 1]
    call_command("first_start")
    assert (kids(test=False), kids(test=True)) == made


def test_live_and_test_accounts_share_no_key() -> None:
    assert signing(test=False) != signing(test=True)
    assert not {*kids(test=False)} & {*kids(test=True)}


def test_what_is_published_can_check_and_never_sign() -> None:
    signing(test=False)
    for key in KeySet.import_key_set(json.loads(json.dumps(keys.published(test=False)))).keys:
        assert not key.is_private
        assert {*key.as_dict()} == {"kty", "crv", "x", "use", "alg", "kid"}
        assert key.thumbprint() == key.kid


def test_whoever_read_the_keys_within_the_hour_can_check_what_is_signed_now_until_it_has_expired(
    settings: Settings,
) -> None:
    settings.TIER_KEY_DAYS = 1
    begun = timezone.now()
    read: list[tuple[datetime, list[str]]] = []
    signed: list[tuple[datetime, str]] = []
    for step in range(4 * 24 * 3):
        now = begun + timedelta(minutes=15 * step)
        with time_machine.travel(now, tick=False):
            keys.keep(now)
            signed.append((now, signing(test=False)))
            read.append((now, kids(test=False)))
    assert len({kid for _, kid in signed}) == 3
    for at, kid in signed:
        window = [found for when, found in read if at - timedelta(minutes=45) <= when <= at + keys.LONGEST_TOKEN]
        assert all(kid in found for found in window)


def test_between_two_keys_both_are_published_and_the_older_signs() -> None:
    first = signing(test=False)
    begun = timezone.now()
    call_command("rotate_tier_keys", "--now")
    assert signing(test=False) == first
    (_, second) = kids(test=False)
    with time_machine.travel(begun + keys.PUBLISH_AHEAD + timedelta(seconds=10), tick=False):
        assert signing(test=False) == second
        assert kids(test=False) == [first, second]
    with time_machine.travel(begun + keys.PUBLISH_AHEAD + keys.LONGEST_TOKEN, tick=False):
        assert kids(test=False) == [first, second]
    with time_machine.travel(begun + keys.PUBLISH_AHEAD + keys.OUTLIVES + timedelta(seconds=10), tick=False):
        assert kids(test=False) == [second]


def test_a_key_that_signs_no_more_loses_its_private_half_and_then_goes() -> None:
    first = signing(test=False)
    begun = timezone.now()
    keys.keep(begun, rotate=True)
    later = begun + keys.PUBLISH_AHEAD + timedelta(minutes=2)
    keys.keep(later)
    assert SigningKey.objects.get(kid=first).private is None
    assert first in keys.keep(later + keys.OUTLIVES).deleted
    assert not SigningKey.objects.filter(kid=first).exists()


def test_rotating_again_while_a_successor_waits_changes_nothing(capsys: pytest.CaptureFixture[str]) -> None:
    call_command("rotate_tier_keys")
    call_command("rotate_tier_keys", "--now")
    before = kids(test=False), kids(test=True)
    capsys.readouterr()
    call_command("rotate_tier_keys", "--now")
    assert capsys.readouterr().out == "Nothing was due.\n"
    assert (kids(test=False), kids(test=True)) == before


def test_after_a_theft_every_key_is_another_at_once() -> None:
    stolen = {signing(test=False), signing(test=True)}
    keys.keep(timezone.now(), rotate=True)
    call_command("rotate_tier_keys", "--compromised")
    left = {*kids(test=False), *kids(test=True)}
    assert not left & stolen
    assert left == {signing(test=False), signing(test=True)}


def test_a_private_half_is_not_to_be_read_in_the_database() -> None:
    signing(test=False)
    with connection.cursor() as cursor:
        cursor.execute("SELECT private, public FROM tiers_signingkey")
        for private, public in cursor.fetchall():
            assert b'"d"' not in bytes(private)
            assert "d" not in json.loads(public)
    assert all(row.private["d"] for row in SigningKey.objects.all())


def test_making_and_deleting_keys_stands_in_the_audit_log() -> None:
    keys.keep(timezone.now())
    keys.replace_all(timezone.now())
    acts: dict[str, Any] = {}
    for entry in AuditEntry.objects.filter(act__startswith="tier_key."):
        acts[entry.act] = acts.get(entry.act, 0) + 1
    assert acts == {"tier_key.made": 4, "tier_key.deleted": 2}
