"""Keys at work: values encrypted at rest, hashes that find them again, digests of codes, and signed tokens.

Two secrets stand behind it. GATEHOUSE_DATA_KEYS are Fernet keys: the first encrypts, each decrypts, so they rotate.
GATEHOUSE_PEPPER is the root of every keyed hash and signature; a key is derived from it for each purpose, so that a
hash made for one purpose says nothing under another. It rotates too (config.lib.peppers): the older ones are kept.
"""

import base64
import binascii
import hashlib
import hmac
import json
from functools import lru_cache
from typing import Any

from cryptography.fernet import Fernet, InvalidToken, MultiFernet
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import models

from config.lib.peppers import chain, root_of, spelling, turn

KEY_BYTES = 32  # an HMAC-SHA256 key as long as its digest (RFC 2104, section 3)
TAG_BYTES = 16  # 128 bits: out of reach of guessing, and short in a header (RFC 2104, section 5)


class DecryptionError(Exception):
    """No key in GATEHOUSE_DATA_KEYS opens the value: the key is gone, or the value was changed."""


class SignatureError(ValueError):
    """The token was not signed here for this purpose, or was changed since."""


def keyed_hash(purpose: str, value: str) -> int:
    """A signed 64-bit number that stands for a value, the same each time; without the pepper it leads nowhere.

    `purpose` is a fixed text of the program: derived keys are kept. Lone surrogates in `value` are hashed as they are.
    """
    return turn(settled_hash(purpose, value), to=spelling().now)


def settled_hash(purpose: str, value: str) -> int:
    """A keyed hash that never turns, under the oldest pepper: of what names nobody, or stays as it was given out."""
    mac = hmac.digest(_derived(chain()[0], purpose), value.encode("utf-8", "surrogatepass"), hashlib.sha256)
    return int.from_bytes(mac[:8], "big", signed=True)


def code_digest(code: str, *, context: str) -> str:
    """What is stored of a short code, in 64 hex digits.

    The pepper keeps six digits from being found by trying all; the context binds the code to what it was sent for.
    """
    return _code(code, context, _signing())


def is_code(digest: str, code: str, *, context: str) -> bool:
    """Whether a digest is of this code, by any pepper that there is, in a time that does not depend on the code."""
    return any(same_digest(digest, _code(code, context, pepper)) for pepper in chain())


def derived_key(purpose: str) -> bytes:
    """32 bytes for a library that signs by itself; another purpose has others. `purpose` as for `keyed_hash`."""
    return _derived(_signing(), purpose)


def derived_keys(purpose: str) -> list[bytes]:
    """Those that what was signed is accepted by: of every pepper that there is, the newest first."""
    return [_derived(pepper, purpose) for pepper in reversed(chain())]


def same_digest(one: str, other: str) -> bool:
    """Whether two digests are the same, in a time that does not tell where they part."""
    return hmac.compare_digest(one.encode("utf-8", "surrogatepass"), other.encode("utf-8", "surrogatepass"))


def sign(purpose: str, payload: bytes) -> str:
    """A token that carries the payload, readable but not forgeable. In letters, digits, `-` and `_`."""
    return base64.urlsafe_b64encode(_tag(purpose, payload, _signing()) + payload).rstrip(b"=").decode("ascii")


def unsign(purpose: str, token: str) -> bytes:
    """The payload of a token that `sign` made for the same purpose.

    Raises:
        SignatureError: anything else, another spelling of the same bytes too.

    """
    signed = _decoded(token)
    tag, payload = signed[:TAG_BYTES], signed[TAG_BYTES:]
    if not any(hmac.compare_digest(tag, _tag(purpose, payload, pepper)) for pepper in chain()):
        raise SignatureError("not signed here")
    return payload


class EncryptedJSONField(models.BinaryField):  # type: ignore[type-arg] # django-stubs alone makes it generic
    """Any JSON value, encrypted by Fernet and stored as bytes. It cannot be searched: store a `keyed_hash` beside it.

    Written in ASCII with escapes, so that NULs and lone surrogates, which PostgreSQL's text refuses, come back too.
    """

    empty_strings_allowed = False  # a row made without the value is refused by NOT NULL

    def get_prep_value(self, value: Any) -> bytes | None:
        """Encrypt, with the first key."""
        return None if value is None else encrypt(value)

    def from_db_value(self, value: Any, *_: Any) -> Any:
        """Decrypt. Raises DecryptionError."""
        return None if value is None else decrypt(bytes(value))

    def to_python(self, value: Any) -> Any:
        """BinaryField takes text for base64; here any JSON value stands for itself."""
        return value


def encrypt(value: Any) -> bytes:
    """A JSON value as a Fernet token. Raises ValueError for what JSON cannot hold, NaN among it."""
    return _fernet(tuple(settings.GATEHOUSE_DATA_KEYS)).encrypt(
        json.dumps(value, ensure_ascii=True, allow_nan=False, separators=(",", ":")).encode("ascii")
    )


def decrypt(token: bytes) -> Any:
    """The JSON value of a Fernet token. Raises DecryptionError."""
    try:
        return json.loads(_fernet(tuple(settings.GATEHOUSE_DATA_KEYS)).decrypt(token))
    except InvalidToken:
        raise DecryptionError("no key in GATEHOUSE_DATA_KEYS opens this value") from None


@lru_cache(maxsize=8)
def _fernet(keys: tuple[str, ...]) -> MultiFernet:
    try:
        return MultiFernet([Fernet(key) for key in keys])
    except (ValueError, binascii.Error):
        raise ImproperlyConfigured(
            "GATEHOUSE_DATA_KEYS needs at least one Fernet key: 32 random bytes in URL-safe base64."
        ) from None


def _signing() -> str:
    """The pepper to sign with: one that every process has by now."""
    return chain()[spelling().now]


def _code(code: str, context: str, pepper: str) -> str:
    bound = json.dumps([context, code]).encode("ascii")
    return hmac.digest(_derived(pepper, "code"), bound, hashlib.sha256).hex()


def _tag(purpose: str, payload: bytes, pepper: str) -> bytes:
    return hmac.digest(_derived(pepper, f"sign:{purpose}"), payload, hashlib.sha256)[:TAG_BYTES]


@lru_cache(maxsize=256)
def _derived(pepper: str, purpose: str) -> bytes:
    return HKDF(SHA256(), length=KEY_BYTES, salt=None, info=f"gatehouse:{purpose}".encode()).derive(root_of(pepper))


def _decoded(token: str) -> bytes:
    try:
        raw = token.encode("ascii")
        signed = base64.urlsafe_b64decode(raw + b"=" * (-len(raw) % 4))
    except ValueError:
        raise SignatureError("not in URL-safe base64") from None
    if base64.urlsafe_b64encode(signed).rstrip(b"=") != raw:
        raise SignatureError("not in the one spelling that is signed")
    return signed
