"""Having a card accepted by its bank. The card is shown to the payment provider; what it says of it is evidence."""

from collections.abc import Mapping
from datetime import timedelta
from typing import Any

from risk.registration import PaymentReport, Registration
from tiers.ladder import CheckKind
from verification.checks.interface import HostedCheck

LIFE = timedelta(hours=1)  # a person at the page; one who comes back later asks again


def evidence(told: Mapping[str, Any]) -> Registration | None:
    """The card as a registration has it, so that it is looked at, counted and found again like any other."""
    return Registration(account_id="", payment=PaymentReport(**told)) if told else None


CHECK = HostedCheck(CheckKind.PAYMENT, LIFE, evidence)
