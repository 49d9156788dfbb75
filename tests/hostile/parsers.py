"""Every parser that meets bytes of strangers, under coverage-guided fuzzing.

`python -m tests.hostile.parsers [--seconds S] [NAME ...]`: atheris (libFuzzer) looks for bytes that a parser neither
reads nor refuses, or that it takes longer than a second for, or two gigabytes; the exit code is 1 where it finds some.
Atheris comes for Linux on x86-64.
"""

import argparse
import os
import subprocess
import sys
import tempfile
from collections.abc import Callable, Mapping, Sequence
from contextlib import suppress
from importlib import import_module
from importlib.util import find_spec
from pathlib import Path
from types import FunctionType
from typing import Any, Final

import django

from config.lib import jsonlines, secretfile, strictjson
from config.lib.strictjson import JSONRefusedError

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
for name, make in secretfile.MAKERS.items():
    os.environ.setdefault(name, make())
django.setup()

from django.utils import timezone  # noqa: E402 - Django is set up first

from risk.lookups.browser import browser_facts  # noqa: E402 - as above
from risk.lookups.card import bin_of, card_facts  # noqa: E402 - as above
from risk.lookups.device import device_facts  # noqa: E402 - as above
from risk.lookups.hints import hint_facts  # noqa: E402 - as above
from risk.lookups.mailbox import canonical, mailbox_facts  # noqa: E402 - as above
from risk.lookups.phone import e164, phone_facts  # noqa: E402 - as above
from risk.policies.source import load  # noqa: E402 - as above
from risk.policyerror import PolicyError  # noqa: E402 - as above
from risk.registration import DeviceReport, HintsReport, PaymentReport  # noqa: E402 - as above
from risk.rules import look, parse_rules  # noqa: E402 - as above
from risk.usage.windows import UnreadableWindow, read_window  # noqa: E402 - as above
from tests.risk.alice import ALICE  # noqa: E402 - as above
from verification.providers.interface import ProviderRefused  # noqa: E402 - as above
from verification.providers.stripe_callbacks import StripeCallbacks  # noqa: E402 - as above

NOW: Final = timezone.now()
LONGEST_SECONDS: Final = 1
MEMORY_MB: Final = 2048
COVERED: Final = ("risk.", "config.lib.strictjson", "config.lib.jsonlines", "verification.providers.")
INPUT_MOST: Final = 20_000  # bytes


def _text(raw: bytes) -> str:
    """Any text that JSON can tell of, halves of surrogate pairs among it."""
    return raw.decode("utf-8", "surrogateescape")


def _parts(raw: bytes, number: int) -> list[str | None]:
    parts: list[str | None] = [*map(_text, raw.split(b"\n", number - 1))]
    return parts + [None] * (number - len(parts))


def _json(raw: bytes) -> None:
    with suppress(JSONRefusedError):
        strictjson.loads(raw)


def _browser(raw: bytes) -> None:
    browser_facts(*_parts(raw, 2))


def _phone(raw: bytes) -> None:
    phone_facts(_text(raw))
    e164(_text(raw))


def _mailbox(raw: bytes) -> None:
    email, name = _parts(raw, 2)
    mailbox_facts(email, name)
    canonical(email or "")


def _card(raw: bytes) -> None:
    names = ("provider", "fingerprint", "bin", "brand", "funding", "issuer_country", "cvc_check", "postal_check")
    told: dict[str, Any] = dict(zip(names, _parts(raw, 8), strict=True))
    report = PaymentReport(**told)
    card_facts(report)
    bin_of(report)


def _device(raw: bytes) -> None:
    texts = _parts(raw, 9)
    names = ("visitor_id", "canvas", "audio", "webgl_vendor", "webgl_renderer", "screen", "timezone", "platform")
    told: dict[str, Any] = dict(zip(names, texts, strict=False))
    lists = tuple((texts[8] or "").split(","))
    device_facts(DeviceReport(**told, fonts=lists, languages=lists), NOW, None, None)


def _hints(raw: bytes) -> None:
    brands, *texts = _parts(raw, 6)
    told: dict[str, Any] = dict(
        zip(("platform", "platform_version", "architecture", "bitness", "model"), texts, strict=True)
    )
    hint_facts(HintsReport(brands=tuple((brands or "").split(",")), **told))


def _rule(raw: bytes) -> None:
    rule = {"name": "fuzzed", "when": _text(raw), "multiplier": 2.0}
    with suppress(PolicyError):
        look(parse_rules({"rules": [rule]}), ALICE)


def _policy(raw: bytes) -> None:
    with suppress(PolicyError):
        load(_text(raw), "policy.yaml")


def _window(raw: bytes) -> None:
    with suppress(JSONRefusedError, UnreadableWindow):
        read_window(strictjson.loads(raw), now=NOW)


def _lines(raw: bytes) -> None:
    with tempfile.NamedTemporaryFile(suffix=".jsonl") as file:
        file.write(raw)
        file.flush()
        for _ in jsonlines.read(Path(file.name)):
            pass


def _callback(raw: bytes) -> None:
    signature, _, body = raw.partition(b"\n")
    with suppress(ProviderRefused):
        StripeCallbacks("whsec_secret").read(body, {"Stripe-Signature": _text(signature)})


PARSERS: Final[Mapping[str, Callable[[bytes], None]]] = {
    "json": _json,
    "browser": _browser,
    "phone": _phone,
    "mailbox": _mailbox,
    "card": _card,
    "device": _device,
    "hints": _hints,
    "rule": _rule,
    "policy": _policy,
    "window": _window,
    "lines": _lines,
    "callback": _callback,
}
# What each begins with: honest ones, from which the rest is found.
SEEDS: Final[Mapping[str, bytes]] = {
    "json": b'{"a": [1, 2.5e3, null, true, "\\ud800"]}',
    "browser": b"Mozilla/5.0 (Windows NT 10.0; Win64; x64) Chrome/148.0.0.0 Safari/537.36\nen-US,en;q=0.9",
    "phone": b"+14155552671",
    "mailbox": b"alice.archer+shop@gmail.com\nAlice Archer",
    "card": b"stripe\nf00d\n411111\nvisa\ncredit\nUS\npass\npass",
    "device": b"a11ce\nc6a6\ne2cc\nGoogle\nANGLE (NVIDIA)\n1920x1080x24\nAmerica/New_York\nWin32\nArial,Calibri",
    "hints": b"Chromium;148\nWindows\n15.0.0\nx86\n64\n",
    "rule": b'mailbox.digits > 3 && "a" in browser.languages',
    "policy": b"name: p\nprior: 0.01\nrules:\n  - {name: a, when: 'true', multiplier: 2}\n",
    "window": b'{"account_id": "a", "window_start": "2026-08-03T10:00:00.000Z", "requests": 4, "input_tokens": 1}',
    "lines": b'{"account_id": "a"}\n{"account_id": "b"}\n',
    "callback": b't=1,v1=aa\n{"id": "evt_1", "type": "charge.dispute.created"}',
}


def fuzz(name: str, seconds: int) -> None:
    """One parser, in a process of its own: the fuzzer ends it."""
    atheris = import_module("atheris")
    for function in _ours():
        atheris.instrument_func(function)
    limits = [f"-max_total_time={seconds}", f"-timeout={LONGEST_SECONDS}", f"-rss_limit_mb={MEMORY_MB}"]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "honest").write_bytes(SEEDS[name])
        atheris.Setup(
            [sys.argv[0], *limits, f"-max_len={INPUT_MOST}", f"-artifact_prefix={folder}/", folder], PARSERS[name]
        )
        atheris.Fuzz()


def _ours() -> list[FunctionType]:
    """What is to be covered: our own functions that read."""
    modules = [module for name, module in sys.modules.items() if name.startswith(COVERED)]
    members = [(module, member) for module in modules for member in vars(module).values()]
    return [
        given for module, given in members if isinstance(given, FunctionType) and given.__module__ == module.__name__
    ]


def failing(names: Sequence[str], seconds: int) -> dict[str, str]:
    """What the fuzzer said of those parsers that it broke."""
    found = {}
    for name in names:
        command = [sys.executable, "-m", "tests.hostile.parsers", "--seconds", str(seconds), "--alone", name]
        done = subprocess.run(command, check=False, capture_output=True, text=True)
        if done.returncode != 0:
            found[name] = done.stdout[-3000:] + done.stderr[-3000:]
    return found


def main() -> int:
    """Fuzz and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=int, default=60, help="for each")
    parser.add_argument("--alone", action="store_true", help="in this process")
    parser.add_argument("names", nargs="*", metavar="NAME", help=", ".join(PARSERS))
    chosen = parser.parse_args()
    names = chosen.names or list(PARSERS)
    if find_spec("atheris") is None:
        sys.exit("atheris is missing: it comes for Linux on x86-64. Nothing was fuzzed.")
    if chosen.alone:
        fuzz(names[0], chosen.seconds)
    found = failing(names, chosen.seconds)
    for name in names:
        sys.stdout.write(f"{name}: {found.get(name) or 'nothing found'}\n")
    return int(bool(found))


if __name__ == "__main__":
    sys.exit(main())
