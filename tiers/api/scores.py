"""To whom scores and reasons are told: to keys with the scope `scores:read`. To others the outcome is the answer.

Whoever tries out what passes learns one of four outcomes from a signup, which are two bits; a score to two decimals is
thirteen, and a list of reasons names the very thing to change. So a backend that passes its answers on needs no more.
"""

from collections.abc import Mapping
from typing import Any, Final

from rest_framework.request import Request

from config.lib.auth import has_scope

SCOPE: Final = "scores:read"
UNTOLD: Final[Mapping[str, Any]] = {"score": None, "reasons": []}


def as_told(answer: Mapping[str, Any], request: Request) -> dict[str, Any]:
    """An answer as this caller may read it: without the scope, `score` is null and `reasons` are none."""
    if has_scope(request, SCOPE):
        return dict(answer)
    return {name: UNTOLD.get(name, value) for name, value in answer.items()}
