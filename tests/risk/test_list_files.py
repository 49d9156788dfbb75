"""Entries in files: read whole or not at all, every fault with its row, and read back as they were written."""

from pathlib import Path

import pytest
from django.core.management import CommandError, call_command

from risk.list_entries import BATCH_MOST, Wanted, add
from risk.list_files import FileRefused, read_lines
from risk.models import ListEntry
from risk.policies.store import DEFAULT, publish, read

KINDS = {"emails": "jane@example.com", "phone_blocks": "+4670123****", "networks": "198.51.100.0/24", "devices": "-42"}


@pytest.fixture(autouse=True)
def lists(db: None) -> None:
    publish({**read(DEFAULT), "lists": [{"name": kind, "of": kind, "effect": "deny"} for kind in KINDS]})


@pytest.fixture
def sheet(tmp_path: Path) -> Path:
    return tmp_path / "sheet.csv"


def test_a_sheet_is_added_whole(sheet: Path) -> None:
    sheet.write_text(
        '\ufeffList,Value,Reason,Expires\r\nemails,jane@example.com,"leak, of May",2999-01-31\r\n\r\n'
        "phone_blocks,'+4670123****,a farm,\r\n"
    )
    call_command("list_entry", "import", str(sheet), by="nora")
    first, second = ListEntry.objects.order_by("pk")
    assert (first.shown, first.reason, first.author) == ("j***@example.com", "leak, of May", "nora")
    assert f"{first.expires_at:%Y-%m-%d}" == "2999-01-31"
    assert (second.kind, second.expires_at) == ("phone_blocks", None)


def test_every_fault_is_told_with_its_row_and_without_its_value_and_nothing_is_added(sheet: Path) -> None:
    sheet.write_text(
        "list,value,reason,expires\nemails,fine@example.com,x,\n\nemails,not-a-mailbox,x,\nnowhere,y,x,\n"
        "emails,b@example.com,,\nemails,c@example.com,x,soon\nemails,d@example.com,x,2001-01-01\n"
    )
    with pytest.raises(CommandError) as refused:
        call_command("list_entry", "import", str(sheet))
    told = str(refused.value)
    for said in ("row 4: an e-mail", "row 5: no list", "row 6: reason", "row 7: expires", "row 8: expires"):
        assert said in told
    assert "Nothing was added." in told
    assert "not-a-mailbox" not in told
    assert not ListEntry.objects.exists()


@pytest.mark.parametrize(
    ("text", "says"),
    [
        ("", "row 1: the names of the columns"),
        ("list,value\n", "row 1: the names of the columns"),
        ("list,value,reason,colour\n", "row 1: the names of the columns"),
        ("list,value,reason,value\n", "row 1: the names of the columns"),
        ("list,value,reason\nemails,a@example.com,x,y\n", "row 2: it has more cells"),
        ('list,value,reason\nemails,"a@example.com,x\n', "it is no CSV"),
        ("list,value,reason\n" + "emails,a@example.com,x\n" * (BATCH_MOST + 1), "at most"),
        ("list,sealed,reason\nnetworks,0123456789abcdef,x\n", "row 2: entry.sealed"),
        ("list,sealed,reason\nemails,0123,x\n", "row 2: entry.sealed"),
        ("list,value,sealed,reason\nemails,a@example.com,0123456789abcdef,x\n", "row 2: value and sealed"),
    ],
)
def test_a_file_that_is_no_sheet_of_entries_is_refused(sheet: Path, text: str, says: str) -> None:
    sheet.write_text(text)
    with pytest.raises(FileRefused, match=says):
        read_lines(sheet)


def test_bytes_that_are_no_text_are_refused(sheet: Path) -> None:
    sheet.write_bytes(b"list,value,reason\n\xff\xfe\n")
    with pytest.raises(FileRefused, match="UTF-8"):
        read_lines(sheet)


def test_what_is_exported_has_no_personal_value_and_can_be_imported(sheet: Path) -> None:
    add([Wanted(kind, value, "=1+1") for kind, value in KINDS.items()], author="nora")
    call_command("list_entry", "export", str(sheet))
    text = sheet.read_text()
    assert "jane" not in text
    assert "'=1+1" in text
    before = list(ListEntry.objects.order_by("pk").values_list("list", "value", "shown", "reason", "since"))
    ListEntry.objects.all().delete()
    call_command("list_entry", "import", str(sheet), by="omar")
    assert list(ListEntry.objects.order_by("pk").values_list("list", "value", "shown", "reason", "since")) == before
