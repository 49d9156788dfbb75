"""What a partner can read, as one bundle: for who has no line to us."""

import json
import uuid
from collections.abc import Iterator
from typing import TextIO

from verification.sharing.ring_objects import standing_objects
from verification.sharing_models import Partner, SharedObject


def write_bundle(partner: Partner, out: TextIO) -> int:
    """Write a STIX 2.1 bundle of all that a partner can read, revoked objects among it; how many of our own objects."""
    out.write(f'{{"type": "bundle", "id": "bundle--{uuid.uuid4()}", "objects": [\n')
    written = 0
    out.write(",\n".join(each.serialize() for each in standing_objects()))
    for written, body in enumerate(_bodies(partner), 1):  # noqa: B007 - how many is what is asked for
        out.write(f",\n{json.dumps(body)}")
    out.write("\n]}\n")
    return written


def _bodies(partner: Partner) -> Iterator[object]:
    rows = SharedObject.objects.filter(partner=partner).order_by("added_at")
    return rows.values_list("body", flat=True).iterator()
