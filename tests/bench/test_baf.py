"""The recipe for the Bank Account Fraud data set, on a sample that is made up here in the form of its files."""

import csv
import json
from pathlib import Path

import numpy as np
import pytest

from bench import baf
from bench._baf_file import ALPHABETS, COLUMNS, NotTheFile, read
from risk.learning.measures import NotMeasurable

ROWS = 12_000


def sample(path: Path, *, telling: bool = True, rows: int = ROWS, extra: tuple[str, ...] = ()) -> Path:
    """Made-up applications: every column with values of its kind. Where `telling`, fraud shows in two of them."""
    luck = np.random.default_rng(3)
    header = [*COLUMNS, *extra]
    with path.open("w", newline="", encoding="utf-8") as file:
        lines = csv.writer(file)
        lines.writerow(header)
        for number in range(rows):
            fraud = bool(luck.random() < 0.03)
            shown = fraud and telling
            values: dict[str, object] = dict.fromkeys(header, 0)
            values |= {name: luck.choice(letters) for name, letters in ALPHABETS.items()}
            values |= {"fraud_bool": int(fraud), "month": number * 8 // rows, "customer_age": luck.choice([20, 40, 60])}
            values |= {"income": round(float(luck.random()), 1), "name_email_similarity": float(luck.random())}
            values |= {"credit_risk_score": int(luck.normal(250 if shown else 120, 60)), "bank_months_count": -1}
            values |= {"velocity_6h": float(luck.normal(5000, 900)), "intended_balcon_amount": float(luck.normal(0, 5))}
            if shown and luck.random() < 0.6:
                values["housing_status"] = "BA"
            lines.writerow([values[name] for name in header])
    return path


def test_a_file_comes_back_with_its_missing_values_marked(tmp_path: Path) -> None:
    data = read(sample(tmp_path / "Base.csv", rows=800))
    assert len(data.names) == len(COLUMNS) - 1
    assert data.values.shape == (800, 31)
    assert np.isnan(data.values[:, data.names.index("bank_months_count")]).all()
    assert set(data.month.tolist()) == set(range(8))
    assert set(data.age.tolist()) == {20, 40, 60}
    assert 0 < data.fraud.sum() < 100
    velocity = data.values[:, data.names.index("velocity_6h")]
    assert not np.isnan(velocity).any()


def test_a_column_that_counts_the_rows_is_passed_over(tmp_path: Path) -> None:
    data = read(sample(tmp_path / "Base.csv", rows=50, extra=("Unnamed: 0",)))
    assert data.names == tuple(name for name in COLUMNS if name != "fraud_bool")


def test_the_variants_columns_are_read_too(tmp_path: Path) -> None:
    assert "x2" in read(sample(tmp_path / "Variant IV.csv", rows=50, extra=("x1", "x2"))).names


@pytest.mark.parametrize(
    ("change", "why"),
    [
        (lambda text: text.replace("fraud_bool", "label", 1), "line 1: no column fraud_bool"),
        (lambda text: text.replace("income", "income,more", 1), "line 1: column 'more'"),
        (lambda text: text.replace("month\r\n", "month,month\r\n", 1), "line 1: a column stands there twice"),
        (lambda text: text.split("\r\n")[0], "line 2: no application"),
        (lambda text: text + "1,2,3\r\n", "line 12: 3 values instead of 32"),
        (lambda text: text.replace("INTERNET", "PIGEON", 1), "source: 'PIGEON'"),
        (lambda text: text.replace(",0\r\n", ",9\r\n", 1), "line 2, month: 9 cannot be"),
        (lambda text: text.replace("\r\n0,", "\r\nnan,", 1), "fraud_bool: nan cannot be"),
        (lambda text: text.replace("\r\n0,", "\r\nmany,", 1), "fraud_bool: 'many' is no number"),
    ],
)
def test_another_file_is_refused_by_its_line(tmp_path: Path, change: object, why: str) -> None:
    path = sample(tmp_path / "Base.csv", rows=10)
    assert callable(change)
    text = path.read_bytes().decode()
    assert "INTERNET" in text
    path.write_bytes(change(text).encode())
    with pytest.raises(NotTheFile, match=why):
        read(path)


def test_what_shows_in_the_columns_is_caught_on_the_later_months(tmp_path: Path) -> None:
    found = baf.measure(read(sample(tmp_path / "Base.csv")), rounds=60)
    assert (found.learnt_from, found.measured_on) == (ROWS * 6 // 8, ROWS * 2 // 8)
    low, high = found.tpr_interval
    assert low <= found.tpr <= high
    assert found.tpr > 0.4
    assert found.fpr <= 0.05
    assert found.auc > 0.8
    assert 0 < found.equality <= 1


def test_where_nothing_shows_nothing_is_caught_beyond_chance(tmp_path: Path) -> None:
    found = baf.measure(read(sample(tmp_path / "Base.csv", telling=False)), rounds=30)
    assert found.tpr < 0.15
    assert 0.4 < found.auc < 0.6


def test_without_fraud_to_learn_from_it_says_so(tmp_path: Path) -> None:
    path = sample(tmp_path / "Base.csv", rows=8)
    with pytest.raises(NotMeasurable):
        baf.measure(read(path))


def test_the_command_tells_and_writes_and_passes_over_what_is_not_there(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.delenv("DATA", raising=False)
    monkeypatch.setattr("sys.argv", ["baf"])
    baf.main()
    assert "Passed over" in capsys.readouterr().out
    path, out = sample(tmp_path / "Base.csv", rows=3_000), tmp_path / "found.json"
    monkeypatch.setattr("sys.argv", ["baf", "--data", str(path), "--out", str(out)])
    baf.main()
    assert "published 54.9%" in capsys.readouterr().out
    assert json.loads(out.read_text())["measured_on"] == 750
    monkeypatch.setattr("sys.argv", ["baf", "--data", str(tmp_path / "none.csv")])
    with pytest.raises(SystemExit, match=r"none\.csv"):
        baf.main()
