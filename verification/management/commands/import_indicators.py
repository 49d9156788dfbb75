"""import_indicators --partner NAME [FILE.json]"""

import math
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.lib.database import unhurried
from config.lib.progress import line_progress
from tiers.models import Account
from verification.sharing import matching, partners
from verification.sharing.bundles import BYTES_MOST, Bundle, BundleRefused, parse
from verification.sharing.entries import ListsMissing
from verification.sharing.fetching import PAGES_MOST, FetchRefused, Reader
from verification.sharing.partners import PartnerRefused
from verification.sharing.taking_in import TooMuch, take_in
from verification.sharing_models import Partner

REFUSED = (BundleRefused, FetchRefused, ListsMissing, PartnerRefused, TooMuch)


class Command(BaseCommand):
    help = "Take in what a partner tells of rings: a STIX 2.1 bundle, or their TAXII 2.1 collection."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("file", type=Path, nargs="?", help="A bundle; without it their collection is read.")
        parser.add_argument("--partner", required=True, help="Who tells: marks are under their key.")

    def handle(self, *_: Any, file: Path | None, partner: str, **__: Any) -> None:
        try:
            found = partners.of_name(partner)
            if file is None:
                self._fetch(found)
            else:
                self._take_in(found, _read(file))
        except REFUSED as refused:
            raise CommandError(f"{refused}. Nothing more was taken in.") from None
        with unhurried(), line_progress("Matching", Account.objects.count()) as progress:
            matched = matching.match(found, at=timezone.now(), until=math.inf, progress=progress)
        self.stdout.write(f"{matched:,} times an account here showed what they tell of.")

    def _fetch(self, partner: Partner) -> None:
        if not partner.url:
            raise PartnerRefused(f"{partner.name} has no collection that could be read; name a file")
        for number, (page, added_last) in enumerate(_pages(partner), 1):
            self.stdout.write(f"Page {number}:")
            self._take_in(partner, page)
            if added_last:
                Partner.objects.filter(pk=partner.pk).update(fetched_to=added_last[:40])

    def _take_in(self, partner: Partner, bundle: Bundle) -> None:
        self.stdout.write(f"{take_in(partner, bundle, by='command', at=timezone.now())}.")


def _pages(partner: Partner) -> Iterator[tuple[Bundle, str]]:
    """What is new in their collection since it was read last. A run that broke off goes on where it was."""
    reader, following = Reader.of(partner.url, partner.token), ""
    for _ in range(PAGES_MOST):
        page = reader.page(added_after=partner.fetched_to, following=following)
        bundle = parse(page.body, at=timezone.now())
        yield bundle, page.added_last
        if not bundle.more:
            return
        if not bundle.following and not page.added_last:
            raise FetchRefused("it says that there is more, and not where")
        following = bundle.following
        if not following:
            partner.refresh_from_db(fields=["fetched_to"])
    raise FetchRefused(f"it has more than {PAGES_MOST} pages; run this again to go on")


def _read(file: Path) -> Bundle:
    try:
        with file.open("rb") as opened:
            raw = opened.read(BYTES_MOST + 1)
    except OSError as error:
        raise CommandError(f"{file}: {error.strerror}") from None
    return parse(raw, at=timezone.now())
