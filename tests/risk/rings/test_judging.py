"""What judging promises: what no crowd shares weighs, and what one honest cause explains does not."""

import numpy as np
import pytest

from risk.rings.judging import Shown, features, percent, probability
from risk.rings.profiles import ASPECTS

OFFICE = {"network": 5.0, "device": 5.5, "domain": 6.0, "naming": 2.0, "card": 3.0, "locale": 1.5, "rhythm": 3.0}


CAUSES = ("program", "place", "hosted", "organised", "imaged", "made")


def _score(size: float = 60, **shown: float) -> float:
    """The score of a group by its nats by aspect, and by shares of CAUSES."""
    line = np.array([[shown.get(aspect.value, 0.0)] for aspect in ASPECTS])
    shares = {cause: np.array([shown.get(cause, 0.0)]) for cause in CAUSES}
    return float(probability(features(Shown(nats=line, size=np.array([int(size)]), **shares)))[0])


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


def test_people_with_one_uncommon_model_are_clean_and_devices_put_together_by_a_program_are_not() -> None:
    assert _score(150, device=5.9, novelty=5.0, locale=0.6, made=1.0) < 0.1
    assert _score(150, device=1.0, novelty=5.0, locale=2.0, card=3.0, made=0.1) > 0.6


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
