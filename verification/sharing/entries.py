"""What a partner's word comes to: the list of the policy that a value is put on, by how sure the partner is.

| confidence | list | what it does in the policy that Gatehouse comes with |
|---|---|---|
| below 30 | none | it counts for rings that an analyst is to look at, and for nothing else |
| 30 to 69 | `indicated_<of>` | half as likely again |
| 70 and more | `indicated_<of>_surely` | three times as likely, and a challenge at least |

The steps are STIX's own words low, medium and high (2.1, appendix A). Lists of these names cannot deny, nor hold for
review (risk.lists), and all lists together multiply by no more than their family's cap.
"""

from collections.abc import Iterable, Mapping, Sequence
from typing import Final

from risk import list_entries
from risk.list_entries import BATCH_MOST, Wanted, declared
from risk.lists import INDICATED, ListKind
from risk.models import ListEntry
from verification.sharing.partners import BY
from verification.sharing_models import Partner, PartnerIndicator

MEDIUM: Final = 30
HIGH: Final = 70
SURELY: Final = "_surely"
OF: Final = (
    *(ListKind.EMAILS, ListKind.PHONES, ListKind.CARDS),
    *(ListKind.ADDRESSES, ListKind.DOMAINS, ListKind.NETWORKS),
)


class ListsMissing(ValueError):
    """The policy in force does not declare the lists."""


def list_of(of: str, confidence: int) -> str | None:
    """The list that a value of a kind is put on; None where it is put on none."""
    if confidence < MEDIUM:
        return None
    return f"{INDICATED}{of}{SURELY if confidence >= HIGH else ''}"


def need_lists() -> None:
    """Raises ListsMissing where the policy in force lacks one."""
    known = declared()
    missing = [f"{INDICATED}{of}{end}" for of in OF for end in ("", SURELY) if f"{INDICATED}{of}{end}" not in known]
    if missing:
        raise ListsMissing(
            f"the policy in force declares no {', '.join(missing)}: publish one that does (docs/sharing.md)"
        )


def put(partner: Partner, wanted: Sequence[tuple[PartnerIndicator, str | None]]) -> list[ListEntry]:
    """Put values on their lists, in the caller's transaction; each indicator keeps the number of its entry.

    With each indicator comes the sealed form of what an account showed; None: its own value is put there.
    """
    lines = [(indicator, _line(partner, indicator, sealed)) for indicator, sealed in wanted]
    told = [(indicator, line) for indicator, line in lines if line is not None]
    made: list[ListEntry] = []
    for first in range(0, len(told), BATCH_MOST):
        some = [line for _, line in told[first : first + BATCH_MOST]]
        made += list_entries.add(some, author=f"{BY}{partner.name}")
    for (indicator, _), entry in zip(told, made, strict=True):
        indicator.entry = entry.pk
    PartnerIndicator.objects.bulk_update((indicator for indicator, _ in told), ["entry"], batch_size=1_000)
    return made


def _line(partner: Partner, indicator: PartnerIndicator, sealed: str | None) -> Wanted | None:
    name = list_of(indicator.of, indicator.confidence)
    if name is None:
        return None
    of_ring = f", of {indicator.ring.name}" if indicator.ring else ""
    reason = f"told by {partner.name} with a confidence of {indicator.confidence}{of_ring}"
    plain = sealed is None and not indicator.shown
    return Wanted(
        list=name,
        value=indicator.value if plain else None,
        sealed=None if plain else sealed or indicator.value,
        shown=indicator.shown or f"mark of {partner.name}",
        reason=reason[:500],
        expires=indicator.expires_at,
    )


def by_id(indicators: Iterable[PartnerIndicator]) -> Mapping[str, PartnerIndicator]:
    """Indicators by the partner's own ids."""
    return {indicator.stix_id: indicator for indicator in indicators}
