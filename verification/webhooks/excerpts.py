"""The begin of what a receiver answered, for whoever mends it: bounded, and with what could be personal masked.

We send no personal value, but a receiver can answer with what it knows of the account. So whatever looks like a
mailbox, an address, a number of six digits or more, or a long token is taken out, whatever it is.
"""

import re

MASK = "[...]"
MASKED = re.compile(
    r"""
    [^\s<>"'(),;:]+@[^\s<>"'(),;:]+              # a mailbox
    | \b\d{1,3}(?:\.\d{1,3}){3}\b                # IPv4
    | (?<![\w:])(?:[0-9a-f:]*::[0-9a-f:]+|(?:[0-9a-f]{1,4}:){3,7}[0-9a-f]{1,4})(?![\w:])  # IPv6
    | \+?\d(?:[\s().-]{0,2}\d){5,}               # a phone, a card, an account number
    | [A-Za-z0-9_-]{24,}                         # a token
    """,
    re.VERBOSE | re.IGNORECASE,
)
UNPRINTABLE = re.compile(r"[^\x20-\x7e\u00a0-\ud7ff\ue000-\ufffd]+")


def excerpt(body: bytes, *, most: int, whole: bool = True) -> str:
    """At most so many characters of an answer, on one line; empty where it says nothing or nothing is to be kept.

    Where it is not the `whole` answer, its last word goes: half a mailbox is not known for one.
    """
    words = UNPRINTABLE.sub(" ", body.decode("utf-8", errors="replace")).split()
    masked = MASKED.sub(MASK, " ".join(words if whole else words[:-1]))
    return masked if len(masked) <= most else masked[:most].rstrip()
