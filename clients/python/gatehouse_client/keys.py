"""The keys that tier tokens are signed with, as Gatehouse publishes them, kept and read again when it is time."""

import threading
import time
from typing import Final

from joserfc.errors import InvalidKeyIdError, JoseError
from joserfc.jwk import Key, KeySet

from gatehouse_client.errors import TokenInvalid, Unavailable
from gatehouse_client.transport import Call, Transport

FRESH_SECONDS: Final = 300.0  # Cache-Control of the key set
LAST_KNOWN_SECONDS: Final = 3600.0  # its stale-if-error: a key is published an hour before it signs
AGAIN_SECONDS: Final = 10.0  # anybody can write a kid that is unknown, and must not make us ask each time
NEVER: Final = float("-inf")
NOT_MODIFIED: Final = 304


class PublishedKeys:
    """Safe to use from many threads: one reads them anew, the others go on with what there is."""

    def __init__(self, transport: Transport, path: str) -> None:
        self._transport, self._path = transport, path
        self._keys: KeySet | None = None
        self._etag = ""
        self._read_at = self._asked_at = NEVER
        self._turn = threading.Lock()

    def find(self, kid: str) -> Key:
        """The key of this name.

        Raises:
            TokenInvalid: Gatehouse publishes no such key.
            Unavailable: the keys could not be read for so long that they are not known.

        """
        fault = self._read_again() if self._age() > FRESH_SECONDS else None
        found = self._known(kid)
        if found is None and fault is None:
            fault = self._read_again()
            found = self._known(kid)
        if self._age() > LAST_KNOWN_SECONDS:
            raise Unavailable("the keys of tier tokens are not known") from fault
        if found is None:
            raise TokenInvalid("signed with a key that is not published")
        return found

    def _age(self) -> float:
        return time.monotonic() - self._read_at

    def _known(self, kid: str) -> Key | None:
        try:
            return self._keys.get_by_kid(kid) if self._keys is not None else None
        except InvalidKeyIdError:
            return None

    def _read_again(self) -> Unavailable | None:
        """Read them where that was not tried just now. Returns what was in the way."""
        first = self._keys is None
        if not self._turn.acquire(blocking=first):
            return None
        try:
            if time.monotonic() - self._asked_at < AGAIN_SECONDS:
                return None
            self._asked_at = time.monotonic()
            self._read()
        except Unavailable as fault:
            return fault
        finally:
            self._turn.release()
        return None

    def _read(self) -> None:
        tag = {"If-None-Match": self._etag} if self._etag else {}
        answer = self._transport.call(Call("GET", self._path, headers=tag, hurried=True))
        if answer.status_code != NOT_MODIFIED:
            try:
                self._keys = KeySet.import_key_set(answer.json())
            except (JoseError, ValueError, KeyError, TypeError) as fault:
                raise Unavailable("the key set cannot be read") from fault
            self._etag = answer.headers.get("ETag", "")
        self._read_at = time.monotonic()
