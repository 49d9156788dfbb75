"""Browsers without a window."""

from bench.simulation.operators.headless import headless, machine_form
from bench.simulation.people import person
from bench.simulation.world import World


def test_it_draws_in_software_and_shows_utc(world: World) -> None:
    seen = [headless(world, world.at(3)) for _ in range(60)]
    assert all("SwiftShader" in one.report["webgl_renderer"] for one in seen)
    assert {one.report["timezone"] for one in seen} == {"UTC"}
    assert 0 < sum("HeadlessChrome" in one.user_agent for one in seen) < 60


def test_a_program_fills_in_at_once_or_acts_as_if_it_typed(world: World) -> None:
    forms = [machine_form(world, person(world)) for _ in range(100)]
    assert any(form["keystrokes"] == 0 for form in forms)
    assert any(form["keystrokes"] > 20 for form in forms)
    assert all(form["pointer_events"] < 6 for form in forms)
