"""Which language a header asks for, whatever stands in it."""

import pytest
from django.test import Client

from verification.languages import best_of


@pytest.mark.parametrize(
    ("header", "language"),
    [
        ("de-DE,de;q=0.9,en;q=0.8", "de"),
        ("de-AT", "de"),
        ("en-US,en;q=0.9,de;q=0.8", "en"),
        ("fr,de;q=0.5", "de"),
        ("fr-CA,fr", "en"),
        ("en;q=0.1,de;q=0.9", "de"),
        ("", "en"),
        (None, "en"),
        ("*", "en"),
        ("de" * 5_000, "en"),
        ("\x00;;q=,,=;de", "en"),
    ],
)
def test_the_first_that_we_have_is_spoken(header: str | None, language: str) -> None:
    assert best_of(header) == language


@pytest.mark.django_db
def test_pages_of_people_speak_their_language_and_the_console_english() -> None:
    german = Client(headers={"Accept-Language": "de"})
    page = german.get("/example/")
    assert page.headers["Content-Language"] == "de"
    assert "Accept-Language" in page.headers["Vary"]
    assert '<html lang="de">' in page.content.decode()
    assert "Konto anlegen" in page.content.decode()
    assert "Create account" in Client().get("/example/").content.decode()
    console = german.get("/console/login/").content.decode()
    assert '<html lang="en' in console
    assert "Passwort" not in console
