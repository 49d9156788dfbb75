"""The device token that came with the signup is not good."""

from risk.facts import Facts, TokenState
from risk.findings import CLEAR, Family, Finding, Hit, ReasonKind, Signal, Unknown

REASONS = {
    TokenState.FORGED: "device_token_forged",
    TokenState.REPLAYED: "device_token_replayed",
    TokenState.FOREIGN: "device_token_foreign",
    TokenState.EXPIRED: "device_token_expired",
}


def look(facts: Facts) -> Finding:
    """Without a token nothing is known: pages can run without JavaScript, and callers without a page."""
    if facts.token is TokenState.ABSENT:
        return Unknown("no device token came")
    if facts.token is TokenState.VALID:
        return CLEAR
    return Hit(REASONS[facts.token])


SIGNAL = Signal(
    name="device_token",
    family=Family.DEVICE,
    reasons=(
        ReasonKind(
            "device_token_forged",
            "The device token was not signed by us.",
            "A caller's own fault: a token cut short or mixed up on its way through the caller's server.",
        ),
        ReasonKind(
            "device_token_replayed",
            "The device token had been used for another account.",
            "A caller's own fault: a page that keeps one token and sends it with the signups of several people.",
        ),
        ReasonKind(
            "device_token_foreign",
            "The device token was made for another application's key.",
            "Two products of one company that mix up their publishable keys.",
        ),
        ReasonKind(
            "device_token_expired",
            "The device token was older than 120 seconds.",
            "Somebody pauses between the page and the last click, on a caller's page that asks for its token early.",
        ),
    ),
    look=look,
)
