"""Policies, events, messages, keys and the audit log can be read, and hold nothing that should not be."""

import re

import pytest
from django.test import Client

from config.lib.models import ApiKey
from tests.verification.console.desk import RAW, TABLES, text
from verification.models import Event, InboxMessage, Signup


@pytest.mark.parametrize("table", TABLES)
def test_every_table_and_each_of_its_rows_can_be_looked_at(full_house: Signup, victor: Client, table: str) -> None:
    listed = victor.get(f"/console/{table}/")
    assert listed.status_code == 200
    rows = set(re.findall(r'href="(/console/[a-z]+/[a-z]+/\d+/change/)', text(listed)))
    assert rows
    for row in rows:
        seen = victor.get(row, follow=True)
        assert seen.status_code == 200
        assert not [raw for raw in RAW if raw in text(seen)]


def test_keys_are_shown_by_prefix_and_codes_not_at_all(full_house: Signup, victor: Client) -> None:
    key, message = ApiKey.objects.get(), InboxMessage.objects.get()
    seen = text(victor.get("/console/lib/apikey/")) + text(victor.get(f"/console/lib/apikey/{key.pk}/change/"))
    assert f"gh_sk_live_{key.public_id}" in seen
    assert key.digest not in seen
    told = text(victor.get(f"/console/verification/inboxmessage/{message.pk}/change/"))
    assert message.message["code"] not in told
    assert "a***@g***.com" in told


def test_the_policy_in_force_can_be_read(db: None, victor: Client) -> None:
    listed = text(victor.get("/console/risk/storedpolicy/"))
    row = re.search(r'href="(/console/risk/storedpolicy/\d+/change/)', listed)
    assert row
    assert "mailbox_disposable: 14" in text(victor.get(row[1]))


def test_events_and_the_audit_log_are_found_by_whom_they_tell_of(full_house: Signup, victor: Client) -> None:
    told = Event.objects.values_list("pk", flat=True)
    found = text(victor.get("/console/verification/event/?q=acct_alice"))
    assert all(f"/console/verification/event/{event}/change/" in found for event in told)
    assert "/change/" not in text(victor.get("/console/verification/event/?q=acct_bob"))
    assert "account.hold" in text(victor.get(f"/console/lib/auditentry/?q=account:{full_house.account_id}"))
