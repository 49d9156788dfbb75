"""Columns of slices, in percent."""

from verification.console.charts import Slice, columns


def test_slices_stand_on_each_other_and_the_highest_column_is_full() -> None:
    drawn = columns([[Slice("a", 3, "three", "/x"), Slice("b", 1, "one")], [Slice("a", 2, "two")]])
    assert [(part.kind, part.y, part.height) for part in drawn] == [
        ("a", "25.00", "75.00"),
        ("b", "0.00", "25.00"),
        ("a", "50.00", "50.00"),
    ]
    assert [part.x for part in drawn] == ["5.00", "5.00", "55.00"]
    assert drawn[0].link == "/x"


def test_nothing_is_drawn_of_nothing() -> None:
    assert columns([]) == []
    assert columns([[Slice("a", 0, "none")]]) == []
    assert columns([[Slice("a", 1, "one")]], most=4)[0].height == "25.00"
