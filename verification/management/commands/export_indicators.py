"""export_indicators --partner NAME OUT.json"""

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.utils import timezone

from config.lib import audit
from verification.sharing import partners, versions
from verification.sharing.export import write_bundle
from verification.sharing.partners import PartnerRefused


class Command(BaseCommand):
    help = "Write what a partner may know of confirmed rings, as a STIX 2.1 bundle. The file appears once it is whole."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("out", type=Path)
        parser.add_argument("--partner", required=True, help="For whom: identifiers are marked under their key.")

    def handle(self, *_: Any, out: Path, partner: str, **__: Any) -> None:
        growing = out.with_name(f".{out.name}.part")
        try:
            found = partners.of_name(partner)
            done = versions.refresh(found, at=timezone.now())
            with growing.open("w", encoding="utf-8") as file:
                written = write_bundle(found, file)
            growing.replace(out)
        except PartnerRefused as refused:
            raise CommandError(str(refused)) from None
        except OSError as error:
            raise CommandError(f"{error.filename or out}: {error.strerror}") from None
        audit.append(actor="command", act="partner.export", subject=f"partner:{found.pk}", details={"objects": written})
        self.stdout.write(
            f"Wrote {written:,} objects: {done.new:,} new, {done.changed:,} changed, {done.revoked:,} revoked."
        )
        if done.left_out:
            self.stderr.write(f"{done.left_out:,} objects of older rings did not fit in {versions.OBJECTS_MOST:,}.")
