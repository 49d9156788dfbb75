"""Whether single rows give operators away."""

from bench._detection_rows import row_auc
from tests.bench.detection_records import records


def test_what_a_single_row_tells_is_found_and_what_it_does_not_tell_is_not() -> None:
    teach, measure = [records(seed) for seed in (1, 2, 3)], [records(seed) for seed in (4, 5, 6)]
    assert row_auc(teach, measure, ["script"]) > 0.99
    assert 0.3 < row_auc(teach, measure, ["antidetect"]) < 0.7
