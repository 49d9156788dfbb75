"""Nothing of a document is taken, whatever the party tells."""

from verification.checks.document import evidence


def test_whatever_is_told_of_a_document_is_left_where_it_is() -> None:
    assert evidence({"first_name": "Alice", "nationality": "LI", "number": "X1"}) is None  # type: ignore[func-returns-value] # that is the promise
