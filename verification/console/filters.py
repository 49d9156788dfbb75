"""What the list of signups can be narrowed by."""

from collections.abc import Sequence

from django.http import HttpRequest

from risk.outcome import Outcome
from tiers.standing import ladder
from verification.console.readonly import MenuFilter
from verification.models import Source
from verification.states import SignupState


class OutcomeFilter(MenuFilter):
    """What was decided."""

    title = "outcome"
    parameter_name = "outcome"
    lookup = "account__outcome"

    def menu(self) -> Sequence[str]:
        """The four answers."""
        return tuple(Outcome)


class StateFilter(MenuFilter):
    """Where the signup stands."""

    title = "state"
    parameter_name = "state"
    lookup = "state"

    def menu(self) -> Sequence[str]:
        """The states."""
        return tuple(SignupState)


class TierFilter(MenuFilter):
    """What the account may do."""

    title = "tier"
    parameter_name = "tier"
    lookup = "account__tier"

    def menu(self) -> Sequence[str]:
        """The tiers of the ladder in force."""
        return [rung.tier for rung in ladder().rungs]


class HeldFilter(MenuFilter):
    """Whether risk keeps the account below what its proofs open."""

    title = "held"
    parameter_name = "held"
    lookup = "account__held"

    def menu(self) -> Sequence[str]:
        """As Django reads booleans."""
        return ("True", "False")

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """In words."""
        del request, model_admin
        return [("True", "Held"), ("False", "Not held")]


class SourceFilter(MenuFilter):
    """How the signup came in."""

    title = "source"
    parameter_name = "source"
    lookup = "source"

    def menu(self) -> Sequence[str]:
        """The sources."""
        return tuple(Source)


SIGNUP_FILTERS = (OutcomeFilter, StateFilter, TierFilter, HeldFilter, SourceFilter)
