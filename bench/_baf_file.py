"""The Bank Account Fraud data set's files, read strictly: another file, or one that was cut, is refused by its line.

Columns and marks of what is missing are those of Base.csv and its variants (Jesus et al., Turning the Tables: Biased,
Imbalanced, Dynamic Tabular Datasets for ML Evaluation, NeurIPS 2022, and its data sheet). It is not ours to pass on.
"""

import csv
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from itertools import islice
from math import isfinite
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

LABEL, MONTH, AGE = "fraud_bool", "month", "customer_age"
MONTHS = range(8)
ALPHABETS: Mapping[str, tuple[str, ...]] = {
    "payment_type": ("AA", "AB", "AC", "AD", "AE"),
    "employment_status": ("CA", "CB", "CC", "CD", "CE", "CF", "CG"),
    "housing_status": ("BA", "BB", "BC", "BD", "BE", "BF", "BG"),
    "source": ("INTERNET", "TELEAPP"),
    "device_os": ("linux", "macintosh", "other", "windows", "x11"),
}
COLUMNS = (
    *("fraud_bool", "income", "name_email_similarity", "prev_address_months_count", "current_address_months_count"),
    *("customer_age", "days_since_request", "intended_balcon_amount", "payment_type", "zip_count_4w", "velocity_6h"),
    *("velocity_24h", "velocity_4w", "bank_branch_count_8w", "date_of_birth_distinct_emails_4w", "employment_status"),
    *("credit_risk_score", "email_is_free", "housing_status", "phone_home_valid", "phone_mobile_valid"),
    *("bank_months_count", "has_other_cards", "proposed_credit_limit", "foreign_request", "source"),
    *("session_length_in_minutes", "device_os", "keep_alive_session", "device_distinct_emails_8w"),
    *("device_fraud_count", "month"),
)
VARIANTS_TOO = frozenset({"x1", "x2"})  # of variants IV and V
ROW_NUMBERS = ("", "Unnamed: 0")  # how some copies name a first column that only counts the rows
# Below zero these say that the value is missing; nothing else is.
MISSING_BELOW_ZERO = frozenset(
    {"prev_address_months_count", "current_address_months_count", "intended_balcon_amount", "bank_months_count"}
    | {"session_length_in_minutes", "device_distinct_emails_8w"}
)
CHUNK = 50_000  # lines


class NotTheFile(ValueError):
    """The file is not of the data set; the message says where and why."""


@dataclass(frozen=True, slots=True)
class Applications:
    """Applications by row. `values` has a column for each of `names`; letters as their numbers, NaN where missing."""

    names: tuple[str, ...]
    values: NDArray[np.float32]
    fraud: NDArray[np.bool_]
    month: NDArray[np.int8]
    age: NDArray[np.int16]


def read(path: Path) -> Applications:
    """Read a file of the data set.

    Raises:
        OSError: it cannot be opened.
        NotTheFile: a column or a value is not as the data set has it.

    """
    with path.open(newline="", encoding="utf-8", errors="replace") as file:
        lines = csv.reader(file)
        header = next(lines, [])
        _check(header)
        chunks = list(_chunks(lines, header))
    if not chunks:
        raise NotTheFile("line 2: no application follows the names of the columns")
    table = np.concatenate(chunks)
    return _split(table, header)


def _check(header: list[str]) -> None:
    if missing := [name for name in COLUMNS if name not in header]:
        raise NotTheFile(f"line 1: no column {missing[0]}")
    if unknown := [name for name in header if name not in {*COLUMNS, *VARIANTS_TOO, *ROW_NUMBERS}]:
        raise NotTheFile(f"line 1: column {unknown[0]!r} is not of the data set")
    if len(set(header)) < len(header):
        raise NotTheFile("line 1: a column stands there twice")


def _chunks(lines: Iterator[list[str]], header: list[str]) -> Iterator[NDArray[np.float32]]:
    first = 2
    while rows := list(islice(lines, CHUNK)):
        yield np.array([_row(row, header, first + place) for place, row in enumerate(rows)], dtype=np.float32)
        first += len(rows)


def _row(row: list[str], header: list[str], line: int) -> list[float]:
    if len(row) != len(header):
        raise NotTheFile(f"line {line}: {len(row)} values instead of {len(header)}")
    return [_value(name, text, line) for name, text in zip(header, row, strict=True)]


def _value(name: str, text: str, line: int) -> float:
    if name in ALPHABETS:
        if text not in ALPHABETS[name]:
            raise NotTheFile(f"line {line}, {name}: {text[:40]!r} is none of {', '.join(ALPHABETS[name])}")
        return ALPHABETS[name].index(text)
    try:
        number = float(text)
    except ValueError:
        raise NotTheFile(f"line {line}, {name}: {text[:40]!r} is no number") from None
    whole = {LABEL: range(2), MONTH: MONTHS}.get(name)
    if not isfinite(number) or (whole is not None and number not in whole):
        raise NotTheFile(f"line {line}, {name}: {text[:40]} cannot be")
    return float("nan") if name in MISSING_BELOW_ZERO and number < 0 else number


def _split(table: NDArray[np.float32], header: list[str]) -> Applications:
    place = {name: column for column, name in enumerate(header)}
    names = tuple(name for name in header if name not in {LABEL, *ROW_NUMBERS})
    return Applications(
        names=names,
        values=table[:, [place[name] for name in names]],
        fraud=table[:, place[LABEL]] > 0,
        month=table[:, place[MONTH]].astype(np.int8),
        age=table[:, place[AGE]].astype(np.int16),
    )
