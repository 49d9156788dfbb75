"""What the fit of the judging promises: weights under the names that judging has, and lines that say what was found."""

import numpy as np

from bench.ring_weights import named, told
from bench.simulation.population import OPERATORS
from risk.rings.judging import BASE, weights


def test_weights_are_printed_by_name_and_the_base_last() -> None:
    lines = named(np.append(weights(), BASE))
    assert lines[0].startswith("network ")
    assert lines[-1] == f"base {BASE:.2f}"
    assert len(lines) == len(weights()) + 1


def test_a_line_tells_every_kind_of_operator_and_who_was_accused() -> None:
    found = {f"recall {kind}": 0.5 for kind in OPERATORS} | {"false all": 0.001}
    line = told("in force", found)
    assert all(f"{kind} 0.50" in line for kind in OPERATORS)
    assert line.endswith("honest people in rings 0.00100")
