"""What the database says of accounts, as far as gateways care; read without a model, for it is read often."""

from collections.abc import Sequence
from datetime import UTC, datetime
from typing import Final

import msgspec
from django.db import connection

from config.lib.database import database

LONGEST_ID: Final = 128  # of Account.account_id
SQL: Final = """
SELECT account_id, version, tier, budget, expires_at, override_until
FROM tiers_account WHERE test = %s AND account_id = ANY(%s)
"""
Row = tuple[str, int, str, str, datetime | None, datetime | None]


class Reading(msgspec.Struct, frozen=True, array_like=True):
    """What was read of one account, and when by Valkey's clock (ms; 0 where Valkey was away). Version 0: there is none.

    The order of the fields is the form in Valkey; a new one stands at the end, with a default.
    """

    version: int
    read_ms: int = 0
    tier: str = ""
    budget: str = ""
    expires: str = ""  # as in Account.expires_at, RFC 3339; empty: never
    by_hand: str = ""  # as in Account.override_until; empty: no hand set the tier

    @property
    def exists(self) -> bool:
        """Whether there is such an account."""
        return self.version > 0

    def tells_the_same(self, other: "Reading") -> bool:
        """Whether both say the same, whenever each was read."""
        return msgspec.structs.replace(self, read_ms=other.read_ms) == other


def read(account_ids: Sequence[str], *, test: bool, read_ms: int = 0) -> dict[str, Reading]:
    """A reading of each account, in one query; each id `could_be` one. Raises DatabaseAway."""
    rows = database.ask(lambda: _rows(account_ids, test))
    found = {
        name: Reading(version, read_ms, tier, budget, moment(ends), moment(by_hand))
        for name, version, tier, budget, ends, by_hand in rows
    }
    return {name: found.get(name) or Reading(0, read_ms) for name in account_ids}


def could_be(account_id: str) -> bool:
    """Whether an account could have this id at all."""
    return 0 < len(account_id) <= LONGEST_ID and "\0" not in account_id


def moment(at: datetime | None) -> str:
    """A moment as answers tell it; empty for none."""
    return "" if at is None else at.astimezone(UTC).isoformat().replace("+00:00", "Z")


def _rows(account_ids: Sequence[str], test: bool) -> list[Row]:  # noqa: FBT001 - a column's value
    with connection.cursor() as cursor:
        cursor.execute(SQL, [test, list(account_ids)])
        rows: list[Row] = cursor.fetchall()
    return rows
