"""The mailbox's name looks drawn by lot."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

LENGTH = 8  # characters; shorter ones are too short to tell
DIGITS = 2  # inside the name; the number that many people carry at its end is not counted
ENTROPY = 2.5  # bits a character: six different ones or more, few of them often

# Forwarders that draw each address by lot for an honest owner.
RELAYS = frozenset(
    {
        "privaterelay.appleid.com",
        "duck.com",
        "mozmail.com",
        "passmail.net",
        "passmail.com",
        "passinbox.com",
        "passfwd.com",
    }
)


def look(facts: Facts) -> Finding:
    """Digits among letters are rare in every language; how a name sounds and whose it is play no part."""
    mailbox = facts.mailbox
    if mailbox is None or not mailbox.valid:
        return Unknown("a valid e-mail address")
    if mailbox.domain in RELAYS or mailbox.local_length < LENGTH:
        return CLEAR
    if mailbox.digits < DIGITS or mailbox.entropy < ENTROPY:
        return CLEAR
    return Hit(
        "mailbox_random", (("length", mailbox.local_length), ("digits", mailbox.digits), ("entropy", mailbox.entropy))
    )


SIGNAL = Signal(
    name="mailbox_random",
    family=Family.MAILBOX,
    reasons=(
        ReasonKind(
            "mailbox_random",
            "The e-mail address looks drawn by lot: digits scattered among letters that hardly repeat.",
            "People with a number inside their user name, and addresses that a school or company numbers.",
        ),
    ),
    look=look,
)
