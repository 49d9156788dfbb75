"""Others came today with a mailbox of the same pattern, where that pattern is not usual."""

from risk.facts import Facts
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

FEW = 6  # other accounts, in a day from a network or in a week at a provider
CROWD = 128  # as far as the lookup counts: beyond it a share cannot be told
SHARE = 0.8  # of all that came from the network
SHARED = ("w", "w.w")  # what half of the world has
# What people choose for themselves: one or two words, and a year or so.
USUAL = frozenset(words + "9" * digits for words in ("w", "w.w", "w_w", "w-w") for digits in range(5))
TIMES = 2  # as many as in the month before


def look(facts: Facts) -> Finding:
    """A generator has one pattern, people have many: nearly all of a network's, or one new to the provider."""
    if facts.mailbox is None or facts.mailbox.shape is None:
        return Unknown("the pattern of a valid e-mail address")
    if not facts.mailbox.free:
        return Unknown("a mail provider that strangers share: schools and companies give all their people one pattern")
    velocity = facts.velocity or {}
    if "shape_accounts_7d" not in velocity or "shape_accounts_before" not in velocity:
        return Unknown("how many others came with the pattern")
    if _fills(facts):
        reason, others = "mailbox_pattern_surge_network", velocity["shape_network_accounts_1d"]
    elif _is_new(facts):
        reason, others = "mailbox_pattern_surge_domain", velocity["shape_accounts_7d"]
    else:
        return CLEAR
    return Hit(reason, (("pattern", facts.mailbox.shape), ("others", others)))


def _fills(facts: Facts) -> bool:
    """Whether nearly all from the network have it. Those whose network is not known share nothing by that."""
    velocity = facts.velocity or {}
    alike, everybody = velocity.get("shape_network_accounts_1d", 0), velocity.get("network_accounts_1d", 0)
    shared = facts.mailbox is None or facts.mailbox.shape in SHARED
    return not shared and 0 < everybody < CROWD and alike >= max(FEW, SHARE * everybody)


def _is_new(facts: Facts) -> bool:
    velocity = facts.velocity or {}
    usual = facts.mailbox is None or facts.mailbox.shape in USUAL
    return not usual and velocity["shape_accounts_7d"] >= max(FEW, TIMES * velocity["shape_accounts_before"])


SIGNAL = Signal(
    name="mailbox_pattern_surge",
    family=Family.VELOCITY,
    reasons=(
        ReasonKind(
            "mailbox_pattern_surge_network",
            "Six or more others came within a day from the same network with a mailbox of the same pattern at the same"
            " public provider, and hardly anybody else from there.",
            "A class whose teacher has made mailboxes for all of it at a public provider.",
        ),
        ReasonKind(
            "mailbox_pattern_surge_domain",
            "Six or more others came within a week with a mailbox of the same unusual pattern at the same public"
            " provider, where hardly anybody had it in the month before.",
            "Members of a club or game who form their names alike; the first weeks of an install.",
        ),
    ),
    look=look,
)
