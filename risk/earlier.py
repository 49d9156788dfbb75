"""What outside parties told first of what an account shows, beside what they tell now: by it a change is seen."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class EarlierFacts:
    """The first answers on the number and the domain that the account shows now. None: not told."""

    line_type: str | None = None
    carrier: str | None = None
    reassigned: bool | None = None
    takes_mail: bool | None = None
