"""An event is sent as the same bytes under the same id each time, and under no id of another installation."""

from datetime import UTC, datetime

from pytest_django import Settings

from verification.models import Event
from verification.webhooks.messages import body, message_id

AT = datetime(2026, 8, 3, 1, 44, 40, 431_000, tzinfo=UTC)


def event(pk: int = 7) -> Event:
    return Event(pk=pk, type="ring.found", at=AT, data={"size": 3, "ring": "rng_\u00fc"})


def test_the_body_is_the_same_whatever_order_its_data_is_stored_in() -> None:
    other = Event(pk=7, type="ring.found", at=AT, data={"ring": "rng_\u00fc", "size": 3})
    assert body(event()) == body(other)
    assert body(event()) == (
        '{"type":"ring.found","timestamp":"2026-08-03T01:44:40.431Z","data":{"ring":"rng_\\u00fc","size":3}}'
    )


def test_an_id_is_an_events_own_and_an_installations_own(settings: Settings) -> None:
    mine = message_id(event())
    assert mine == message_id(event())
    assert mine != message_id(event(8))
    assert "." not in mine  # it would blur where the signed text parts
    settings.GATEHOUSE_PEPPER = "ab" * 32
    assert message_id(event()) != mine
