"""The catalogues of translations: `python -m verification.catalogues compile` at set-up, `extract` after new words.

Django's own commands need GNU gettext on the machine; Babel, which reads and writes the same files, does not. Words are
marked in Python and in templates; what makes the latter readable is Django's own templatize.
"""

import sys
from collections.abc import Callable, Iterator
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS
from babel.messages.extract import extract as extract_from
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.conf import settings
from django.utils.translation.template import templatize

ROOT = Path(__file__).resolve().parent.parent
CATALOGUES = ROOT / "verification" / "locale"
PYTHON = (
    "verification/code_words.py",
    "verification/explanation.py",
    "verification/appeal_page/*.py",
    "verification/example/*.py",
    "verification/providers/*.py",
)
TEMPLATES = ("templates/example/**/*.html", "templates/appeal/*.html", "templates/mail/*.txt")
KEYWORDS = {**DEFAULT_KEYWORDS, "now": None}  # what the others are called is known to Babel
WIDTH = 120


def marked() -> Catalog:
    """Every marked text of the sources, with where it stands."""
    catalogue = Catalog(project="Gatehouse", charset="utf-8")
    for path in _files(PYTHON):
        _take(catalogue, path, path.read_bytes())
    for path in _files(TEMPLATES):
        _take(catalogue, path, templatize(path.read_text(encoding="utf-8")).encode())
    return catalogue


def file_of(language: str) -> Path:
    """Where a language's translations are written by people."""
    return CATALOGUES / language / "LC_MESSAGES" / "django.po"


def read(language: str) -> Catalog:
    """A language's translations."""
    with file_of(language).open("rb") as file:
        return read_po(file, locale=language)


def compiled(language: str) -> bytes:
    """A language's translations as Django reads them."""
    written = BytesIO()
    write_mo(written, read(language))
    return written.getvalue()


def extract() -> None:
    """Bring every language's file up to date with the sources; new texts wait there for their translation."""
    for language in _languages():
        catalogue = read(language)
        began = catalogue.creation_date
        catalogue.update(marked(), no_fuzzy_matching=True)
        catalogue.creation_date = began  # what did not change should not look as if it had
        catalogue.obsolete.clear()
        with file_of(language).open("wb") as file:
            write_po(file, catalogue, width=WIDTH, sort_output=True, include_lineno=False)


def compile_all() -> None:
    """Write what Django reads, beside what people write."""
    for language in _languages():
        file_of(language).with_suffix(".mo").write_bytes(compiled(language))


def _languages() -> list[str]:
    """Those that there are files of: English is in the sources."""
    return sorted(path.name for path in CATALOGUES.iterdir() if path.is_dir())


def _files(patterns: tuple[str, ...]) -> Iterator[Path]:
    for pattern in patterns:
        yield from sorted(ROOT.glob(pattern))


def _take(catalogue: Catalog, path: Path, source: bytes) -> None:
    for _line, text, _comments, _context in extract_from("python", BytesIO(source), keywords=KEYWORDS):
        catalogue.add(text, locations=[(str(path.relative_to(ROOT)), 0)])


if __name__ == "__main__":
    COMMANDS: dict[str, Callable[[], None]] = {"compile": compile_all, "extract": extract}
    settings.configure(USE_I18N=True)
    COMMANDS[sys.argv[1]]()
