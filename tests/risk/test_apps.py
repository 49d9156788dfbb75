"""What /readyz says of network data."""

import pytest
from django.test import Client

from risk.apps import NetworkDataMissing, NetworkDataStale, describe_age
from risk.intel.sources import SOURCES
from risk.lookups.network import SourceAge

BY_NAME = {source.name: source for source in SOURCES}


@pytest.mark.parametrize(
    ("name", "days", "own", "says"),
    [
        ("country", 68.4, False, "68.4 days old"),
        ("tor", 1.0, True, "1.0 days old"),
        ("tor", None, False, "not set up"),
    ],
)
def test_a_source_says_how_old_it_is_and_one_that_nobody_set_up_is_no_fault(
    name: str, days: float | None, *, own: bool, says: str
) -> None:
    assert describe_age(SourceAge(BY_NAME[name], days, own)) == says


@pytest.mark.parametrize(("name", "own"), [("country", False), ("asn", True), ("tor", True)])
def test_a_source_that_should_be_there_and_is_not_is_missed(name: str, *, own: bool) -> None:
    with pytest.raises(NetworkDataMissing):
        describe_age(SourceAge(BY_NAME[name], None, own))


def test_a_source_too_old_to_count_says_so() -> None:
    with pytest.raises(NetworkDataStale):
        describe_age(SourceAge(BY_NAME["tor"], 3.1, own=True))


@pytest.mark.django_db
def test_each_source_has_its_line_and_none_makes_the_service_unavailable(client: Client) -> None:
    found = client.get("/readyz").json()["dependencies"]
    lines = {name.removeprefix("network data: "): line for name, line in found.items() if "network" in name}
    assert set(lines) == set(BY_NAME)
    assert lines["tor"]["detail"] == "not set up"
    assert "days old" in lines["country"]["detail"]
    assert not any(line["essential"] for line in lines.values())


@pytest.mark.django_db
def test_the_age_of_each_source_is_a_metric(client: Client) -> None:
    said = client.get("/metrics").content.decode()
    assert 'gatehouse_network_data_age_days{source="country"}' in said
