"""What judging promises: what no crowd shares weighs, and what one honest cause explains does not."""

import numpy as np
import pytest

from risk.rings.detection import with_profiles
from risk.rings.judging import Shown, features, judge, percent, probability
from risk.rings.profiles import ASPECTS, Groups
from tests.risk.rings.people import People, Row

OFFICE = {"network": 5.0, "device": 5.5, "domain": 6.0, "naming": 2.0, "card": 3.0, "locale": 1.5, "rhythm": 3.0}


CAUSES = ("program", "place", "hosted", "organised", "imaged", "made", "built")


def _score(size: float = 60, **shown: float) -> float:
    """The score of a group by its nats by aspect, and by shares of CAUSES."""
    line = np.array([[shown.get(aspect.value, 0.0)] for aspect in ASPECTS])
    shares = {cause: np.array([shown.get(cause, 0.0)]) for cause in CAUSES}
    kin = np.zeros_like(line)
    return float(probability(features(Shown(nats=line, size=np.array([int(size)]), kin=kin, **shares)))[0])


def _judged(people: People, group: list[int]) -> float:
    """The score of accounts of these subjects as one group."""
    accounts = people.columns()
    rows = np.flatnonzero(np.isin(accounts.subjects, group))
    return float(judge(with_profiles(accounts, Groups(rows, np.zeros(len(rows), dtype=np.int64), 1))).score[0])


def _houses(people: People, links: tuple[str, ...], *, across: bool) -> list[int]:
    """Twenty-four accounts of which each two show the same of each link; `across`: of every other link with others."""
    values = {link: [people.unique() for _ in range(12)] for link in links}

    def account(number: int) -> Row:
        shift = {link: across * (place % 2) for place, link in enumerate(links)}
        return people.somebody(COUNTRY=1, **{link: values[link][(number + shift[link]) // 2 % 12] for link in links})

    return people.group(24, account)


def test_a_company_in_its_office_is_clean_and_the_same_spread_over_many_places_is_not() -> None:
    assert _score(**OFFICE, place=1.0, organised=1.0) < 0.1
    assert _score(**OFFICE) > 0.9


def test_colleagues_who_work_from_home_are_clean_for_their_mail_domain_alone() -> None:
    assert _score(**OFFICE | {"network": 0.0}, organised=1.0) < 0.1


def test_programs_in_one_place_are_no_crowd() -> None:
    assert _score(network=6.0, domain=4.0, tell=5.0, program=1.0, place=1.0) > 0.9


def test_devices_that_are_one_behind_a_hosts_address_are_no_office() -> None:
    behind_it = {"network": 6.0, "device": 5.0, "domain": 5.0, "naming": 1.0, "rhythm": 3.0, "place": 1.0}
    assert _score(**behind_it) < 0.6
    assert _score(**behind_it, hosted=1.0) > 0.9
    assert _score(network=6.0, locale=3.0, hosted=1.0, place=1.0) < 0.1


def test_one_hosts_address_speaks_with_little_that_is_somebodys_doing_but_not_of_a_company_or_strangers() -> None:
    from_there = {"network": 6.0, "rhythm": 3.6, "place": 1.0, "hosted": 1.0}
    assert _score(20, **from_there, device=1.3, domain=3.5) > 0.5
    assert _score(**OFFICE | from_there, organised=1.0) < 0.1
    assert _score(300, **from_there, locale=3.0) < 0.1


def test_a_phone_farm_of_some_dozens_at_one_address_is_told_and_people_with_little_of_their_own_doing_are_not() -> None:
    farm = {"network": 6.0, "phone": 5.7, "card": 1.4, "locale": 2.2, "rhythm": 1.7, "place": 1.0}
    assert _score(36, **farm, device=3.3) > 0.5
    assert _score(36, **farm, device=1.0) < 0.1


def test_people_with_one_uncommon_model_are_clean_and_devices_put_together_by_a_program_are_not() -> None:
    assert _score(150, device=5.9, novelty=5.0, locale=0.6, made=1.0) < 0.1
    assert _score(150, device=1.0, novelty=5.0, locale=2.0, card=3.0, made=0.1) > 0.6


def test_a_browser_that_gives_everybody_one_language_and_one_clock_is_clean() -> None:
    assert _score(361, device=4.9, locale=5.7, rhythm=2.0, made=1.0) < 0.3
    assert _score(361, device=4.9, locale=5.7, rhythm=2.0, form=3.0, made=1.0) > 0.5


def test_a_model_that_shows_all_its_people_one_oddity_is_clean_and_a_tool_on_it_is_not() -> None:
    people = People(3_000)
    model = {"HARDWARE": people.unique(), "CANVAS": people.unique()}
    owners = people.group(80, lambda _: people.somebody(**model), ["device_gpu_mismatch"])
    assert _judged(people, owners) < 0.1
    model = {"HARDWARE": people.unique(), "CANVAS": people.unique()}
    worked = people.group(80, lambda _: people.somebody(**model), ["automation_traces"])
    assert _judged(people, worked) > 0.5


def test_families_that_came_together_are_clean_and_what_is_reused_across_accounts_is_not() -> None:
    people = People(3_000)
    links = ("ADDRESS", "DEVICE", "PHONE", "CARD", "MAILBOX")
    assert _judged(people, _houses(people, links, across=False)) < 0.1
    assert _judged(people, _houses(people, links, across=True)) > 0.5


def test_people_of_one_origin_with_cards_of_one_bank_and_numbers_of_one_shop_are_clean() -> None:
    newcomers = {"card": 5.5, "phone": 5.0, "locale": 4.5, "domain": 0.7, "network": 0.5}
    assert _score(**newcomers) < 0.1


def test_numbers_in_one_block_speak_where_mailboxes_or_devices_do_too() -> None:
    assert _score(domain=5.0, phone=5.0, card=3.0) > 0.5
    assert _score(domain=5.0) < 0.3


def test_a_room_of_imaged_computers_is_clean() -> None:
    assert _score(device=6.0, domain=2.5, locale=1.5, rhythm=1.5, imaged=0.9) < 0.3


@pytest.mark.parametrize("aspect", [aspect.value for aspect in ASPECTS])
def test_more_of_anything_never_lowers_the_score(aspect: str) -> None:
    assert _score(**{aspect: 4.0}) >= _score()


def test_more_members_are_more_certain() -> None:
    habits = {"domain": 4.0, "phone": 2.0, "naming": 3.0}
    assert _score(6, **habits) < _score(60, **habits) < _score(600, **habits)


def test_no_score_is_rounded_up_to_certainty() -> None:
    assert percent(1.0) < 100
    assert percent(0.5) == 50
