"""Tables of the console scroll in a room of their own: however wide, they make no page wider than a phone."""

from html.parser import HTMLParser
from pathlib import Path

import pytest
from django.conf import settings

PAGES = sorted(Path(settings.BASE_DIR, "templates").rglob("*.html"))
EMPTY = frozenset({"br", "col", "hr", "img", "input", "link", "meta", "source", "use", "text"})


class _Tables(HTMLParser):
    """What each table stands in: the classes of all that is open around it."""

    def __init__(self) -> None:
        super().__init__()
        self.open: list[tuple[str, str]] = []
        self.bare: list[int] = []
        self.seen = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        classes = dict(attrs).get("class") or ""
        if tag == "table" and "gh-table" in classes:
            self.seen += 1
            if not any("gh-scroll" in around for _, around in self.open):
                self.bare.append(self.getpos()[0])
        if tag not in EMPTY:
            self.open.append((tag, classes))

    def handle_endtag(self, tag: str) -> None:
        while self.open and tag in [name for name, _ in self.open]:
            if self.open.pop()[0] == tag:
                break


def _tables(page: Path) -> _Tables:
    found = _Tables()
    found.feed(page.read_text(encoding="utf-8"))
    return found


@pytest.mark.parametrize("page", PAGES, ids=lambda page: page.stem)
def test_each_table_of_a_page_scrolls(page: Path) -> None:
    assert _tables(page).bare == []


def test_there_are_tables() -> None:
    assert sum(_tables(page).seen for page in PAGES) > 10
