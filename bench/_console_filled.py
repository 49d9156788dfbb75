"""What bench/console.py stores beside accounts: cases, events, devices that drifted, use, and rings."""

import json
from datetime import timedelta
from typing import Any

import django

django.setup()

from django.db import connection  # noqa: E402 - Django is set up first
from django.utils import timezone  # noqa: E402 - as above

from risk.identifiers import IdentifierKind, hashed  # noqa: E402 - as above
from risk.usage import partitions  # noqa: E402 - as above
from tests.operator import EVIDENCE, TEMPLATE, WHY  # noqa: E402 - models can be imported once Django is set up

CASES_OF = 50  # one in so many accounts waits for an analyst, each since another second, as cases do
USED_OF = 50  # one in so many is used, an hour a day for the two weeks that a case shows
LARGE = 25_000  # members of the largest ring; no more than one in four
SMALL, SMALL_RINGS = 20, 2_000  # members of the others, and how many there are at most
USED = 13  # days
CROWDED = "100.128.7.7"  # an address

# Ids of accounts say who is a copy: acct_0000012-7 is the seventh of acct_0000012. Values are the first one's with the
# copy's key added (bench/containment.py): so are the devices that they stand for.
BESIDE = (
    """CREATE TEMPORARY TABLE copied AS
       SELECT copy.id AS copy, first.id AS first
       FROM tiers_account copy JOIN tiers_account first ON first.account_id = split_part(copy.account_id, '-', 1)
       WHERE position('-' in copy.account_id) > 0""",
    """INSERT INTO verification_case (account_id, kind, opened_at, due_at)
       SELECT id, 'signup', opened_at, opened_at + interval '1 day'
       FROM tiers_account, LATERAL (SELECT created_at - id %% 86400 * interval '1 second' AS opened_at) apart
       WHERE id %% %(cases)s = 0
       ON CONFLICT DO NOTHING""",
    """INSERT INTO verification_event (type, account_id, at, data, relayed_at)
       SELECT type, copy, at, data, now() FROM copied JOIN verification_event ON account_id = first""",
    """INSERT INTO risk_device (value, visitor, components, major, os_major, handset, blocks, first_seen, last_seen)
       SELECT device.value + copy, visitor + copy, components, major, os_major, handset,
              ARRAY(SELECT block + copy FROM unnest(blocks) block), first_seen, last_seen
       FROM copied JOIN risk_identifier shown ON subject = first AND kind = %(device)s
       JOIN risk_device device ON device.value = shown.value
       ON CONFLICT DO NOTHING""",
    # A carrier's address that one account in ten came from, and a device that one in a hundred shows.
    """INSERT INTO risk_identifier (subject, kind, value, at)
       SELECT id, %(address)s, %(crowded)s, created_at FROM tiers_account WHERE id %% 10 = 0""",
    """INSERT INTO risk_identifier (subject, kind, value, at)
       SELECT id, %(device)s, (SELECT value FROM risk_device ORDER BY id LIMIT 1), created_at
       FROM tiers_account WHERE id %% 100 = 0""",
    # Every other one came again a week later, with all its parts changed.
    """INSERT INTO risk_devicechange (device, at, was)
       SELECT value, last_seen + interval '7 days', components FROM risk_device WHERE id %% 2 = 0""",
    """INSERT INTO risk_usagewindow (subject, start, address, client, network, provider, country, hosted, requests,
                                     input_tokens, output_tokens, sketches)
       SELECT account.id, date_trunc('hour', now()) - day * interval '1 day', account.id, 1, account.id, 7018, 'US',
              false, 40 + account.id %% 60, 60000, 40000, ARRAY[account.id]
       FROM tiers_account account, generate_series(1, %(days)s) day WHERE account.id %% %(used)s = 0""",
    """INSERT INTO risk_ring (public_id, state, score, confidence, size, found_at, changed_at, template, evidence)
       SELECT 'rng_' || lpad(number::text, 8, '0'), 'suspected', 97.5, 0.8,
              CASE number WHEN 0 THEN %(large)s ELSE %(small)s END, now(), now(), %(template)s, %(evidence)s
       FROM generate_series(0, %(rings)s) number""",
    """INSERT INTO risk_ringchange (ring_id, at, kind, size, by, note, data)
       SELECT id, found_at, 'found', size, '', '', '{}' FROM risk_ring""",
    # The large one has every second account, the small ones those between.
    """INSERT INTO risk_ringmember (ring_id, subject, joined_at, weight, why)
       SELECT ring.id, account.id, now(), 6.1, %(why)s
       FROM (SELECT id FROM tiers_account WHERE id %% 2 = 0 ORDER BY id LIMIT %(large)s) account
       JOIN risk_ring ring ON public_id = 'rng_00000000'""",
    """INSERT INTO risk_ringmember (ring_id, subject, joined_at, weight, why)
       SELECT ring.id, account.id, now(), 6.1, %(why)s
       FROM (SELECT id, row_number() OVER (ORDER BY id) AS place FROM tiers_account WHERE id %% 2 = 1) account
       JOIN risk_ring ring ON public_id = 'rng_' || lpad((1 + (place - 1) / %(small)s)::text, 8, '0')""",
)


def fill_beside(accounts: int) -> None:
    """All of it, by SQL inside the database."""
    told: dict[str, Any] = {
        "cases": CASES_OF,
        "used": USED_OF,
        "days": USED,
        "device": int(IdentifierKind.DEVICE),
        "address": int(IdentifierKind.ADDRESS),
        "crowded": hashed(IdentifierKind.ADDRESS, CROWDED),
        "large": min(LARGE, accounts // 4),
        "small": SMALL,
        "rings": min(SMALL_RINGS, accounts // 4 // SMALL),
        **{name: _json(value) for name, value in (("template", TEMPLATE), ("evidence", EVIDENCE), ("why", WHY))},
    }
    now = timezone.now()
    partitions.make(now - timedelta(days=day) for day in range(USED + 2))
    with connection.cursor() as cursor:
        for statement in BESIDE:
            cursor.execute(statement, told)
        cursor.execute("VACUUM ANALYZE")


def _json(value: Any) -> str:
    return json.dumps(value)
