"""What judging promises: what no crowd shares weighs, what crowds share where they are together hardly does."""

import numpy as np

from risk.rings.judging import features, percent, probability
from risk.rings.links import Aspect
from risk.rings.profiles import ASPECTS


def _score(size: float = 60, program: float = 0.0, **nats: float) -> float:
    line = np.array([[nats.get(aspect.value, 0.0)] for aspect in ASPECTS])
    return float(probability(features(line, np.array([int(size)]), np.array([program])))[0])


def test_a_company_scores_low_and_the_same_from_a_data_centre_high() -> None:
    office = {"network": 5.0, "device": 5.0, "domain": 6.0, "naming": 1.5, "card": 2.0, "locale": 1.5}
    assert _score(**office) < 0.3
    assert _score(**office, program=1.0, tell=4.0) > 0.9


def test_numbers_in_one_block_are_what_no_crowd_explains() -> None:
    assert _score(domain=5.0, phone=5.0, card=3.0) > 0.9
    assert _score(domain=5.0) < 0.3


def test_more_of_anything_never_lowers_the_score_where_nobody_is_together() -> None:
    for aspect in ASPECTS:
        if aspect is not Aspect.NETWORK:
            assert _score(**{aspect.value: 4.0}) >= _score()


def test_more_members_are_more_certain() -> None:
    habits = {"domain": 4.0, "phone": 2.0, "naming": 3.0}
    assert _score(6, **habits) < _score(60, **habits) < _score(600, **habits)


def test_no_score_is_rounded_up_to_certainty() -> None:
    assert percent(1.0) < 100
    assert percent(0.5) == 50
