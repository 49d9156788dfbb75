"""Secrets are made once, kept, and never made anew over data that was written under others."""

import stat
from pathlib import Path

import pytest
from cryptography.fernet import Fernet

from config.lib import secretfile
from config.lib.env import SettingError


@pytest.fixture(autouse=True)
def none_in_the_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in secretfile.MAKERS:
        monkeypatch.delenv(name, raising=False)


def test_the_first_start_makes_secrets_that_later_ones_find(tmp_path: Path) -> None:
    made = secretfile.values(tmp_path, has_data=False)
    assert set(made) == {"DJANGO_SECRET_KEY", "GATEHOUSE_DATA_KEYS", "GATEHOUSE_PEPPER"}
    assert len(made["DJANGO_SECRET_KEY"]) >= 50
    assert len(bytes.fromhex(made["GATEHOUSE_PEPPER"])) == 32
    key = Fernet(made["GATEHOUSE_DATA_KEYS"])
    assert key.decrypt(key.encrypt(b"a name")) == b"a name"
    assert secretfile.values(tmp_path, has_data=True) == made


def test_only_the_owner_can_read_them(tmp_path: Path) -> None:
    secretfile.values(tmp_path, has_data=False)
    assert stat.S_IMODE(secretfile.file_of(tmp_path).stat().st_mode) == 0o600


def test_what_the_environment_gives_is_neither_made_nor_stored(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GATEHOUSE_PEPPER", "ab" * 32)
    assert "GATEHOUSE_PEPPER" not in secretfile.values(tmp_path, has_data=False)
    assert "GATEHOUSE_PEPPER" not in secretfile.file_of(tmp_path).read_text(encoding="utf-8")


def test_a_secret_that_a_later_version_adds_joins_the_others(tmp_path: Path) -> None:
    made = secretfile.values(tmp_path, has_data=False)
    file = secretfile.file_of(tmp_path)
    file.write_text(f"# older\nGATEHOUSE_PEPPER={made['GATEHOUSE_PEPPER']}\n", encoding="utf-8")
    again = secretfile.values(tmp_path, has_data=True)
    assert again["GATEHOUSE_PEPPER"] == made["GATEHOUSE_PEPPER"]
    assert again["DJANGO_SECRET_KEY"] != made["DJANGO_SECRET_KEY"]
    assert secretfile.values(tmp_path, has_data=True) == again


def test_lost_secrets_are_not_replaced_where_there_is_data(tmp_path: Path) -> None:
    with pytest.raises(SettingError, match=r"secrets\.env is missing, .* Put the file back") as refusal:
        secretfile.values(tmp_path, has_data=True)
    assert "\n" not in str(refusal.value)
    assert not secretfile.file_of(tmp_path).exists()
