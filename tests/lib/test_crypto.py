"""Values at rest are unreadable, are found again by their hash, and nothing signed can be forged or moved."""

import base64
import os
from typing import Any

import pytest
from django.core.exceptions import ImproperlyConfigured
from django.db import connection
from django.test import override_settings
from hypothesis import given
from hypothesis import strategies as st

from config.lib import crypto
from config.lib.auth import create_key
from config.lib.models import ApiKey, IdempotentAnswer

TEXT = st.text(st.characters(exclude_categories=()))  # NULs and lone surrogates too
JSON: Any = st.recursive(st.none() | st.integers() | TEXT, lambda inner: st.lists(inner) | st.dictionaries(TEXT, inner))


def data_key() -> str:
    return base64.urlsafe_b64encode(os.urandom(32)).decode()


@given(JSON)
def test_any_json_comes_back_from_encryption_as_it_was(value: Any) -> None:
    assert crypto.decrypt(crypto.encrypt(value)) == value


def test_the_first_key_encrypts_and_each_decrypts() -> None:
    old, new = data_key(), data_key()
    with override_settings(GATEHOUSE_DATA_KEYS=[old]):
        token = crypto.encrypt("secret")
    with override_settings(GATEHOUSE_DATA_KEYS=[new, old]):
        assert crypto.decrypt(token) == "secret"
        later = crypto.encrypt("secret")
    with override_settings(GATEHOUSE_DATA_KEYS=[new]):
        assert crypto.decrypt(later) == "secret"
        with pytest.raises(crypto.DecryptionError):
            crypto.decrypt(token)


@pytest.mark.parametrize("keys", [[], ["short"], ["ü" * 44]])
def test_keys_that_are_none_are_told_at_once(keys: list[str]) -> None:
    with override_settings(GATEHOUSE_DATA_KEYS=keys), pytest.raises(ImproperlyConfigured, match="GATEHOUSE_DATA_KEYS"):
        crypto.encrypt(1)


@pytest.mark.parametrize("pepper", ["", "00", "no hexadecimal digits"])
def test_a_pepper_that_is_none_is_told_at_once(pepper: str) -> None:
    with override_settings(GATEHOUSE_PEPPER=pepper), pytest.raises(ImproperlyConfigured, match="GATEHOUSE_PEPPER"):
        crypto.keyed_hash("test", "value")


@pytest.mark.django_db
def test_the_field_stores_bytes_that_show_nothing_and_gives_the_value_back() -> None:
    create_key(kind="secret", scopes=[], application="shop", name="")
    row = IdempotentAnswer.objects.create(
        api_key=ApiKey.objects.get(),
        key="k",
        request_digest="",
        started_at="2026-01-01T00:00Z",
        expires_at="2026-01-01T00:00Z",
        body={"email": "alice@example.com", "odd": "\x00\ud800"},
    )
    with connection.cursor() as cursor:
        cursor.execute("SELECT body, pg_typeof(body)::text FROM lib_idempotentanswer")
        stored, kind = cursor.fetchone()
    assert kind == "bytea"
    assert b"alice" not in bytes(stored)
    assert IdempotentAnswer.objects.get(pk=row.pk).body == {"email": "alice@example.com", "odd": "\x00\ud800"}
    IdempotentAnswer.objects.filter(pk=row.pk).update(body=None)
    assert IdempotentAnswer.objects.get(pk=row.pk).body is None


@given(TEXT)
def test_a_hash_is_a_signed_64_bit_number_and_always_the_same(value: str) -> None:
    assert crypto.keyed_hash("test", value) == crypto.keyed_hash("test", value)
    assert -(2**63) <= crypto.keyed_hash("test", value) < 2**63


def test_a_hash_says_nothing_under_another_purpose_or_pepper() -> None:
    here = crypto.keyed_hash("email", "alice@example.com")
    assert here != crypto.keyed_hash("phone", "alice@example.com")
    with override_settings(GATEHOUSE_PEPPER="ab" * 32):
        assert here != crypto.keyed_hash("email", "alice@example.com")


def test_hashes_are_negative_as_often_as_not() -> None:
    negative = sum(crypto.keyed_hash("test", str(number)) < 0 for number in range(1000))
    assert 400 < negative < 600


def test_a_code_is_bound_to_what_it_was_sent_for() -> None:
    digest = crypto.code_digest("123456", context="check:1")
    assert crypto.same_digest(digest, crypto.code_digest("123456", context="check:1"))
    assert not crypto.same_digest(digest, crypto.code_digest("123457", context="check:1"))
    assert not crypto.same_digest(digest, crypto.code_digest("123456", context="check:2"))
    assert not crypto.same_digest("", digest)


def test_code_and_context_do_not_run_into_each_other() -> None:
    assert crypto.code_digest("23", context="1") != crypto.code_digest("3", context="12")


@given(st.binary(max_size=64))
def test_a_signed_payload_comes_back(payload: bytes) -> None:
    token = crypto.sign("test", payload)
    assert crypto.unsign("test", token) == payload
    assert token.replace("-", "").replace("_", "").isalnum()


@given(st.data())
def test_a_token_with_any_character_changed_is_refused(data: st.DataObject) -> None:
    token = crypto.sign("test", b"payload")
    place = data.draw(st.integers(0, len(token) - 1))
    other = data.draw(st.characters().filter(lambda character: character != token[place]))
    with pytest.raises(crypto.SignatureError):
        crypto.unsign("test", token[:place] + other + token[place + 1 :])


@pytest.mark.parametrize("token", ["", "=", "AAAA", "é", "\ud800", "A" * 21, "A" * 23, " " * 22])
def test_what_was_never_signed_is_refused(token: str) -> None:
    with pytest.raises(crypto.SignatureError):
        crypto.unsign("test", token)


def test_another_spelling_of_the_same_bytes_is_refused() -> None:
    token = crypto.sign("test", b"")
    for spelling in (token + "==", token + "\n", " " + token):
        with pytest.raises(crypto.SignatureError):
            crypto.unsign("test", spelling)


def test_a_token_is_of_no_use_for_another_purpose() -> None:
    with pytest.raises(crypto.SignatureError):
        crypto.unsign("other", crypto.sign("test", b"payload"))
