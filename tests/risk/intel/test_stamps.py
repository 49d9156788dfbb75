"""What is known of a file is read back as it was written, or not at all."""

from pathlib import Path

import pytest

from risk.intel import stamps
from risk.intel.stamps import Stamp


def test_a_stamp_is_read_back(tmp_path: Path) -> None:
    stamp = Stamp(as_of=1.5, checked=2.5, origin="x", etag='"e"', last_modified="m", entries=3, bad=4)
    stamps.write(tmp_path / "tor.mmdb", stamp)
    assert stamps.read(tmp_path / "tor.mmdb") == stamp
    assert [path.name for path in tmp_path.iterdir()] == ["tor.json"]


@pytest.mark.parametrize("content", ["", "{", "[]", '{"as_of": "yesterday"}', "{}"])
def test_a_stamp_that_cannot_be_read_is_none(tmp_path: Path, content: str) -> None:
    (tmp_path / "tor.json").write_text(content)
    assert stamps.read(tmp_path / "tor.mmdb") is None
    assert stamps.read(tmp_path / "vpn.mmdb") is None
