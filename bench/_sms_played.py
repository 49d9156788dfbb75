"""The measured part of bench/sms_pumping.py, inside Django."""

import sys
from collections import Counter

import django

django.setup()

from bench._sms_asking import Crowd  # noqa: E402 - models can be imported once Django is set up
from bench._sms_traffic import Shape, attacked_from, traffic  # noqa: E402 - as above
from verification.models import Message  # noqa: E402 - as above


def main() -> None:
    """Every seed on a ledger of its own; a line each, and the ratio."""
    shape, total = Shape(), Counter[str]()
    for seed in map(int, sys.argv[1].split(",")):
        Message.objects.all().delete()
        counts = Crowd().play(traffic(shape, seed), counted_from=attacked_from(shape))
        honest = counts["honest sent"] + counts["honest held"]
        print(
            f"seed {seed}: of {shape.attack} messages the attack asked for it got {counts['attack sent']};"
            f" of {honest} honest people {counts['honest held']} were held up ({counts['honest held'] / honest:.2%})",
            flush=True,
        )
        total += counts
    print(f"ratio: {total['attack sent'] / (total['attack sent'] + total['attack held']):.4f}")


if __name__ == "__main__":
    main()
