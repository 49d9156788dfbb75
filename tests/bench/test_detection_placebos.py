"""Honest people who are made into groups."""

from dataclasses import replace

import numpy as np

from bench._detection_placebos import placebos
from risk.rings.links import Link
from tests.bench.detection_records import records


def test_people_who_share_nothing_are_no_ring_however_they_are_grouped() -> None:
    assert placebos(records()) == {"placebo crowd": 0, "placebo address": 0, "placebo random": 0}


def test_a_crowd_that_looks_like_an_operator_is_seen() -> None:
    history = records()
    links, crowd = history.links.copy(), np.flatnonzero(history.group == "household")
    for link in (Link.PHONE_100, Link.DOMAIN, Link.BIN, Link.STEM, Link.FORM):
        links[crowd, link] = history.party[crowd] + 1
    found = placebos(replace(history, links=links))
    assert found["placebo crowd"] == 1
    assert found["placebo random"] == 0
