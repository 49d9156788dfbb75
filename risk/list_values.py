"""A value on a list in the form in which it is stored and compared: of a personal one, the keyed hash.

Two spellings that reach one mailbox, or one line, have one form; it is that under which risk.identifiers keeps what a
registration shows, so that an entry matches without anybody knowing the value. Policies are never edited, and so lists
stay under the oldest pepper (config.lib.peppers).
"""

import re

from config.lib.peppers import spelling
from risk.identifiers import IdentifierKind, digest_value, hashed, phone_place
from risk.lists import PERSONAL, ListKind, readable
from risk.lookups.mailbox import canonical
from risk.lookups.network import NotAnAddress
from risk.lookups.network import canonical as canonical_address
from risk.lookups.phone import e164
from risk.places import DIGIT_BITS, block
from risk.spelling import respelt

SIGN = 2**64
VALUE_MOST = 320
BLOCK = re.compile(r"\+([1-9][0-9]{3,13})(\*{1,4})")
NUMBER_MOST = 15  # digits (ITU-T E.164)
CARD = re.compile(r"[a-z0-9_]{1,32}:[!-~]{1,128}")
DIGEST = re.compile(r"[0-9a-fA-F]{32}|[0-9a-fA-F]{40}|[0-9a-fA-F]{64}")  # of callers that keep the value
DEVICE = re.compile(r"-?[0-9]{1,19}")
SHOWN = 3  # digits at the end that the masked form of a number keeps
SEALED_KINDS = {
    ListKind.EMAILS: IdentifierKind.MAILBOX,
    ListKind.PHONES: IdentifierKind.PHONE,
    ListKind.DEVICES: IdentifierKind.DEVICE,
    ListKind.CARDS: IdentifierKind.CARD,
    ListKind.ADDRESSES: IdentifierKind.ADDRESS,
}


def stored_form(kind: ListKind, value: object) -> str:
    """The form of a value as written.

    Raises:
        ValueError: it is none of its kind; the message says what is needed, and never the value.

    """
    if kind not in PERSONAL:
        return readable(kind, value)
    written = str(value).strip() if isinstance(value, str | int) and not isinstance(value, bool) else ""
    if not written or len(written) > VALUE_MOST:
        raise ValueError(f"a text of at most {VALUE_MOST} characters is needed")
    if kind is ListKind.PHONE_BLOCKS:
        return _block(written)
    if kind is ListKind.DEVICES:
        return _hex(_device(written))
    return sealed(SEALED_KINDS[kind], _identifier(kind, written))


def masked(kind: ListKind, value: object) -> str:
    """What a console may show of a value: too little to reach anybody by."""
    written = str(value).strip()
    if kind is ListKind.EMAILS:
        local, _, domain = written.rpartition("@")
        return f"{local[:1]}***@{domain}"[:100]
    if kind is ListKind.PHONES:
        return f"{written[:3]}...{written[-SHOWN:]}"
    if kind is ListKind.PHONE_BLOCKS:
        return f"{written[:3]}...{'*' * written.count('*')}"
    if kind is ListKind.ADDRESSES:
        return f"{re.split('[.:]', written)[0]}..."
    if kind is ListKind.CARDS:
        return f"{written.partition(':')[0]}:...{written[-SHOWN:]}"
    return written[:100]  # a device's number is ours and leads nowhere; the rest belongs to nobody


def sealed(kind: IdentifierKind, value: int) -> str:
    """An identifier as it stands in a document: 16 hex digits."""
    return _hex(respelt(kind, value, of=spelling().now, to=0))


def opened(kind: IdentifierKind, form: str) -> int:
    """The identifier of 16 hex digits: `sealed` turned round."""
    number = int(form, 16)
    signed = number - SIGN if number >= SIGN // 2 else number
    return respelt(kind, signed, of=0, to=spelling().now)


def sealed_block(value: int, size: int) -> str:
    """The first and last value of the block that a place stands in."""
    low, high = block(respelt(IdentifierKind.PHONE_PLACE, value, of=spelling().now, to=0), size)
    return f"{_hex(low)}-{_hex(high)}"


def opened_block(form: str) -> tuple[int, int]:
    """The first and last value of the places in a block: `sealed_block` turned round."""
    first, last = (int(end, 16) for end in form.split("-"))
    size = 10 ** ((first ^ last).bit_length() // DIGIT_BITS)
    return block(opened(IdentifierKind.PHONE_PLACE, f"{first:016x}"), size)


def _hex(value: int) -> str:
    return f"{value % SIGN:016x}"


def _identifier(kind: ListKind, written: str) -> int:
    digest = digest_value(written.lower()) if DIGEST.fullmatch(written) else None
    if kind is ListKind.EMAILS:
        return _hash(IdentifierKind.MAILBOX, digest or canonical(written), "an e-mail address is needed")
    if kind is ListKind.PHONES:
        needed = "a phone number with its country is needed, as +4670..."
        return _hash(IdentifierKind.PHONE, digest or e164(written), needed)
    if kind is ListKind.CARDS:
        card = written if CARD.fullmatch(written) else None
        return _hash(
            IdentifierKind.CARD, card, "a card is its provider and its fingerprint, as stripe:Xt5EWLLDS7FJjR1c"
        )
    try:
        return hashed(IdentifierKind.ADDRESS, canonical_address(written))
    except NotAnAddress:
        raise ValueError("an IP address is needed") from None


def _hash(kind: IdentifierKind, value: str | None, needed: str) -> int:
    if not value:
        raise ValueError(needed)
    return hashed(kind, value)


def _device(written: str) -> int:
    """The device's own number, as it is stored with its identifiers: that is no personal value."""
    number = int(written) if DEVICE.fullmatch(written) and written.isascii() else SIGN
    if not -SIGN // 2 <= number < SIGN // 2:
        raise ValueError("a device is its number, as the console and the identifiers of its accounts have it")
    return number


def _block(written: str) -> str:
    read = BLOCK.fullmatch(written)
    if read is None or not written.isascii() or len(read[1]) + len(read[2]) > NUMBER_MOST:
        raise ValueError("a block is a number with one to four stars at its end, as +4670123****")
    number = "+" + read[1] + "0" * len(read[2])
    return sealed_block(phone_place(number), 10 ** len(read[2]))
