"""A hash passes to another pepper without its value, to one number for each, and back; what is near stays near."""

import hashlib
import hmac
import struct
from functools import reduce

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.core.management import call_command
from django.core.management.base import SystemCheckError
from django.utils import timezone
from hypothesis import given
from hypothesis import strategies as st
from pytest_django import Settings

from config.lib import peppers
from config.lib.crypto import code_digest, is_code, keyed_hash, settled_hash, sign, unsign
from config.lib.models import HashTurn
from config.lib.peppers import Spelling, every, fingerprint, number, spelling, steady, turn, turn_place
from risk.places import block, place

HASHES = st.integers(-(2**63), 2**63 - 1)
ONE, TWO, THREE = "11" * 32, "22" * 32, "33" * 32


@pytest.fixture
def three(settings: Settings) -> None:
    settings.GATEHOUSE_PEPPER, settings.GATEHOUSE_OLD_PEPPERS = THREE, [TWO, ONE]


@pytest.fixture
def two(settings: Settings) -> None:
    settings.GATEHOUSE_PEPPER, settings.GATEHOUSE_OLD_PEPPERS = TWO, [ONE]


def turned_and_back(value: int) -> None:
    forth = turn(value, to=2)
    assert -(2**63) <= forth < 2**63
    assert turn(forth, of=2, to=0) == value
    assert turn(turn(value, to=1), of=1, to=2) == forth
    placed = turn_place(value, to=2)
    assert turn_place(placed, of=2, to=0) == value


@pytest.mark.usefixtures("three")
def test_every_hash_turns_to_one_other_and_back() -> None:
    given(HASHES)(turned_and_back)()
    assert len({turn(value, to=2) for value in range(10_000)}) == 10_000
    assert turn(0, to=2) == turn_place(0, to=2) == 0


# Written down once: what is stored under a turn has to be found by every later release.
TURNED = {
    1: (8889520767690341147, -5266730125605089986, -2310653020757004406, 3177422594785556191),
    -1: (6935409717561593833, -2492919624513072920, 2637084035360528141, 8961111672409073374),
    2**63 - 1: (7343785039324927052, 2914559106590260263, 7128414639469761478, -4258515634320406319),
    -(2**63): (-7684573977256007978, -1259479585862265802, 951954408753453371, 1947426526685563311),
    0x0123456789ABCDEF: (-20617229813538747, 8053521813575961506, -1543641141092466192, -5708516282480203322),
}


@pytest.mark.usefixtures("three")
@pytest.mark.parametrize("value", TURNED)
def test_a_value_turns_into_what_it_always_did(value: int) -> None:
    once, twice, placed_once, placed_twice = TURNED[value]
    assert (turn(value, to=1), turn(value, to=2)) == (once, twice)
    assert (turn_place(value, to=1), turn_place(value, to=2)) == (placed_once, placed_twice)


def feistel(value: int, pepper: str) -> int:
    """The construction of the docs, written a second time: HKDF by its RFC, and the network as a fold."""
    extracted = hmac.digest(bytes(32), bytes.fromhex(pepper), "sha256")
    key = hmac.digest(extracted, b"gatehouse:turn\x01", "sha256")

    def step(halves: tuple[int, int], number: int) -> tuple[int, int]:
        left, right = halves
        mixed = hashlib.blake2b(struct.pack(">Q", right), digest_size=4, key=key, salt=bytes([number, 64]))
        return right, left ^ int.from_bytes(mixed.digest(), "big")

    high, low = reduce(step, range(10), (value >> 32, value & 0xFFFFFFFF))
    return high << 32 | low


@pytest.mark.usefixtures("two")
def test_a_turn_is_the_network_that_the_docs_describe() -> None:
    for value in (1, 2, 0xFFFFFFFF, 2**40 + 7, 2**63 - 1, *(pow(3, exponent, 2**63) for exponent in range(100))):
        assert turn(value, to=1) % 2**64 == feistel(value, TWO)


@pytest.mark.parametrize("bits", [4, 8, 16])
def test_on_a_width_that_can_be_tried_it_is_a_permutation_and_another_under_another_key(bits: int) -> None:
    keys = [bytes([number]) * 32 for number in range(3)]
    mixed = [[peppers._mix(value, bits, key, back=False) for value in range(2**bits)] for key in keys]
    assert all(sorted(each) == list(range(2**bits)) for each in mixed)
    assert len({tuple(each) for each in mixed}) == len(keys)
    assert [peppers._mix(value, bits, keys[0], back=True) for value in mixed[0]] == list(range(2**bits))


@pytest.mark.usefixtures("two")
def test_one_bit_that_differs_changes_half_of_the_bits() -> None:
    changed = [
        ((turn(value, to=1) ^ turn(value ^ 1 << bit, to=1)) % 2**64).bit_count()
        for value in range(1 << 40, (1 << 40) + 50)
        for bit in range(63)
    ]
    assert 31.5 < sum(changed) / len(changed) < 32.5
    assert min(changed) > 10


@pytest.mark.usefixtures("two")
@pytest.mark.parametrize("size", [10, 100, 1_000, 10_000])
def test_numbers_that_stand_in_one_block_still_do_and_others_do_not(size: int) -> None:
    here = place("test", "+141555", "2671")
    kept = 16 - 4 * (len(str(size)) - 1)
    for digits in ("2670", "2600", "2000", "0000", "9671"):
        there = place("test", "+141555", digits)
        near = block(here, size)[0] == block(there, size)[0]
        assert (block(turn_place(here, to=1), size) == block(turn_place(there, to=1), size)) is near
    assert turn_place(block(here, size)[0], to=1, kept=kept) == block(turn_place(here, to=1), size)[0]


def test_with_one_pepper_no_database_is_asked() -> None:
    assert spelling() == Spelling(0)
    assert keyed_hash("test", "value") == settled_hash("test", "value")


@pytest.mark.django_db
@pytest.mark.usefixtures("two")
def test_what_is_read_and_written_follows_the_turn() -> None:
    now = timezone.now()
    assert spelling() == Spelling(0)
    turning = HashTurn.objects.create(number=1, fingerprint=fingerprint(TWO), begun_at=now)
    peppers.forget()
    assert spelling() == Spelling(0, other=1)
    assert len(set(every(keyed_hash("test", "value")))) == 2
    turning.flipped_at = now
    turning.save()
    with steady():
        peppers.forget()
        assert number() == 0
    assert spelling() == Spelling(1, other=0)
    turning.finished_at = now
    turning.save()
    peppers.forget()
    assert spelling() == Spelling(1)
    assert keyed_hash("test", "value") == turn(settled_hash("test", "value"), to=1) != settled_hash("test", "value")


@pytest.mark.django_db
def test_another_pepper_than_the_one_that_was_turned_to_is_refused(settings: Settings) -> None:
    HashTurn.objects.create(number=1, fingerprint=fingerprint(TWO), begun_at=timezone.now())
    settings.GATEHOUSE_PEPPER, settings.GATEHOUSE_OLD_PEPPERS = THREE, [ONE]
    with pytest.raises(ImproperlyConfigured, match="GATEHOUSE_PEPPER"):
        keyed_hash("test", "value")


@pytest.mark.django_db
def test_what_an_older_pepper_signed_is_good_and_what_a_strange_one_signed_is_not(settings: Settings) -> None:
    settings.GATEHOUSE_PEPPER = ONE
    token, digest = sign("test", b"told"), code_digest("123456", context="check:1")
    settings.GATEHOUSE_PEPPER, settings.GATEHOUSE_OLD_PEPPERS = TWO, [ONE]
    assert unsign("test", token) == b"told"
    assert is_code(digest, "123456", context="check:1")
    assert not is_code(digest, "123457", context="check:1")
    settings.GATEHOUSE_OLD_PEPPERS = [THREE]
    with pytest.raises(ValueError, match="not signed here"):
        unsign("test", token)


@pytest.mark.django_db
def test_a_start_without_a_pepper_that_hashes_were_turned_from_is_refused(settings: Settings) -> None:
    HashTurn.objects.create(number=1, fingerprint=fingerprint(TWO), begun_at=timezone.now())
    settings.GATEHOUSE_PEPPER, settings.GATEHOUSE_OLD_PEPPERS = TWO, [ONE]
    call_command("check", databases=["default"])
    settings.GATEHOUSE_OLD_PEPPERS = []
    with pytest.raises(SystemCheckError, match=r"gatehouse\.E001"):
        call_command("check", databases=["default"])
