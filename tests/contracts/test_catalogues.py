"""Every word that people read is translated, with the same places for what is filled in, and nothing else is."""

import re

import pytest
from django.conf import settings

from verification.catalogues import compiled, file_of, marked, read

LANGUAGES = [code for code, _ in settings.LANGUAGES if code != settings.LANGUAGE_CODE]
FILLED_IN = re.compile(r"\{\w*\}|%\(\w+\)s")


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_marked_text_is_translated_and_no_other(language: str) -> None:
    texts = {message.id for message in marked() if message.id}
    assert len(texts) > 100
    translated = {message.id: message for message in read(language) if message.id}
    assert translated.keys() == texts, "run make messages, and translate what is new"
    for message in translated.values():
        strings = [message.string] if isinstance(message.string, str) else message.string or ()
        assert all(string and string.strip() for string in strings), message.id
        assert not message.fuzzy, message.id


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_translation_fills_in_the_same(language: str) -> None:
    for message in read(language):
        ids = [message.id] if isinstance(message.id, str) else message.id
        strings = [message.string] if isinstance(message.string, str) else message.string or ()
        for text, string in zip(ids, strings, strict=True):
            if text:
                assert sorted(FILLED_IN.findall(str(text))) == sorted(FILLED_IN.findall(str(string))), text


@pytest.mark.parametrize("language", LANGUAGES)
def test_what_django_reads_is_made_of_what_people_wrote(language: str) -> None:
    assert file_of(language).with_suffix(".mo").read_bytes() == compiled(language), "run make packages"


def test_every_language_has_its_file() -> None:
    assert LANGUAGES
    assert all(file_of(language).exists() for language in LANGUAGES)
