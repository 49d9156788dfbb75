"""Which language a person is spoken to in: the first of those that their browser asked for and that we have."""

from typing import Any

from django.conf import settings
from django.http import HttpRequest
from django.middleware.locale import LocaleMiddleware
from django.utils import translation
from django.utils.translation.trans_real import parse_accept_lang_header

from config.lib.crypto import DecryptionError
from verification.models import Signup

PAGES = ("/example/", "/appeal/")  # what people read in a browser; the console and the API's errors are English


def language_of(signup: Signup) -> str:
    """The language of who signed up, by the Accept-Language that came with the signup; English where none fits."""
    try:
        return best_of(signup.person.get("accept_language"))
    except DecryptionError:
        return settings.LANGUAGE_CODE


def best_of(accept_language: str | None) -> str:
    """The best of our languages for an Accept-Language header (RFC 9110, section 12.5.4)."""
    for wanted, _ in _asked_for(accept_language or ""):
        try:
            return translation.get_supported_language_variant(wanted)
        except LookupError:
            continue
    return settings.LANGUAGE_CODE


def _asked_for(header: str) -> Any:
    try:
        return parse_accept_lang_header(header.lower())
    except ValueError:  # longer than any browser's
        return ()


class PersonLanguageMiddleware(LocaleMiddleware):
    """Speaks the browser's language on pages that people read, and English everywhere else."""

    def process_request(self, request: HttpRequest) -> None:
        """Choose, for this request."""
        if request.path.startswith(PAGES):
            super().process_request(request)
        else:
            translation.activate(settings.LANGUAGE_CODE)
            request.LANGUAGE_CODE = settings.LANGUAGE_CODE
