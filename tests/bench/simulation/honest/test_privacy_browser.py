"""Browsers that resist being known again."""

from bench.simulation.honest.privacy_browser import brave, privacy_browser, resisting
from bench.simulation.people import person
from bench.simulation.world import World


def test_a_resisting_firefox_shows_utc_and_hides_its_graphics(world: World) -> None:
    seen = [resisting(world, world.at(3)) for _ in range(60)]
    assert all("Firefox/" in one.user_agent for one in seen)
    assert {one.report["timezone"] for one in seen} == {"UTC"}
    assert {one.report["webgl_renderer"] for one in seen} == {"Mozilla"}
    assert any(one.report["canvas"] is None for one in seen)


def test_brave_calls_itself_chrome_and_is_another_visitor_each_time(world: World) -> None:
    who = person(world)
    seen = [brave(world, who, world.at(3)) for _ in range(60)]
    assert all("Chrome/" in one.user_agent for one in seen)
    assert len({one.report["canvas"] for one in seen}) == 60
    assert {one.report["timezone"] for one in seen} == {who.zone}


def test_both_kinds_come(world: World) -> None:
    agents = [privacy_browser(world, world.at(3))["user_agent"] for _ in range(60)]
    assert 5 < sum("Firefox/" in agent for agent in agents) < 40
