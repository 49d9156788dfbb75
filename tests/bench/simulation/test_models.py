"""The table of models is sound."""

from bench.simulation.models import ALL, ANDROIDS, BY_NAME, COMPUTERS, MODELS, PHONES, System


def test_every_model_has_a_name_of_its_own_and_screens_to_show() -> None:
    assert len(BY_NAME) == len(MODELS) == len(ALL.things)
    assert all(model.screens and model.graphics and model.share > 0 for model in MODELS)


def test_phones_have_touch_and_computers_are_no_phones() -> None:
    assert all(model.touch for model in PHONES.things)
    assert not set(PHONES.things) & set(COMPUTERS.things)
    assert {model.system for model in ANDROIDS.things} == {System.ANDROID}
