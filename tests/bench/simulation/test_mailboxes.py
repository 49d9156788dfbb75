"""Each mailbox is one person's, and people's mailboxes are messy."""

from bench.simulation.dice import Dice
from bench.simulation.mailboxes import SLIPS, TABLES, THROWAWAY, Mailboxes
from bench.simulation.places import COUNTRIES


def test_nobody_gets_a_mailbox_that_is_taken() -> None:
    mailboxes = Mailboxes(Dice("one"))
    drawn = [mailboxes.unique("jane.doe", "gmail.com") for _ in range(100)]
    assert drawn[0] == "jane.doe@gmail.com"
    assert len(set(drawn)) == 100


def test_people_misspell_throw_away_tag_and_own_domains() -> None:
    mailboxes = Mailboxes(Dice("one"))
    drawn = [mailboxes.personal("Jane", "Doe", "US") for _ in range(5000)]
    domains = [address.rpartition("@")[2].rstrip(",") for address in drawn]
    at_providers = sum(domain in TABLES["US"].things for domain in domains)
    assert 0.91 < at_providers / len(drawn) < 0.975
    assert set(domains) & set(SLIPS)
    assert set(domains) & set(THROWAWAY)
    assert any("+" in address for address in drawn)
    assert any(address.endswith(",") for address in drawn)


def test_every_country_has_providers() -> None:
    assert TABLES.keys() == {country.code for country in COUNTRIES}
