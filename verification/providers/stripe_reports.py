"""What became of payments at Stripe: disputes and early fraud warnings, as they stand today.

A callback names one; Stripe is asked for it, with the charge, whose card leads to the accounts that showed it. A
dispute is a report of fraud only where the cardholder says that the payment was not theirs; over goods and refunds
honest people quarrel too. See https://docs.stripe.com/disputes/categories and https://docs.stripe.com/disputes/measuring.
"""

from collections.abc import Mapping
from datetime import UTC, datetime

import msgspec
import stripe

from risk.facts import ReportKind
from verification.providers.interface import PaymentTrouble
from verification.providers.stripe_calls import ACCOUNT, asked

WARNING = "issfr_"  # how the names of early fraud warnings begin; those of disputes begin with du_ or dp_
NOT_MINE = frozenset({"fraudulent", "unrecognized", "debit_not_authorized"})  # reasons of a cardholder who did not pay
INQUIRY = "warning_"  # a bank that asks before it takes money back
FOR_THE_PERSON = frozenset({"won", "warning_closed", "prevented"})


class _Card(msgspec.Struct, frozen=True):
    fingerprint: str | None = None


class _Details(msgspec.Struct, frozen=True):
    card: _Card | None = None


class _Charge(msgspec.Struct, frozen=True):
    payment_method_details: _Details | None = None
    metadata: Mapping[str, str] | None = None


class _Warning(msgspec.Struct, frozen=True):
    created: int
    fraud_type: str
    charge: _Charge


class _Dispute(msgspec.Struct, frozen=True):
    created: int
    reason: str
    status: str
    charge: _Charge


class StripeReports:
    """Payments of one Stripe account."""

    def __init__(self, client: stripe.StripeClient) -> None:
        self._warnings = client.v1.radar.early_fraud_warnings
        self._disputes = client.v1.disputes

    def look(self, reference: str) -> PaymentTrouble:
        """The dispute or warning of a callback."""
        return self._warning(reference) if reference.startswith(WARNING) else self._dispute(reference)

    def _warning(self, reference: str) -> PaymentTrouble:
        warning = asked(lambda: self._warnings.retrieve(reference, {"expand": ["charge"]}), _Warning)
        return _trouble(ReportKind.FRAUD_WARNING, warning.created, warning.fraud_type, warning.charge, stands=True)

    def _dispute(self, reference: str) -> PaymentTrouble:
        dispute = asked(lambda: self._disputes.retrieve(reference, {"expand": ["charge"]}), _Dispute)
        detail = f"{dispute.reason}, {dispute.status}"
        stands = dispute.status not in FOR_THE_PERSON
        return _trouble(_kind(dispute), dispute.created, detail, dispute.charge, stands=stands)


def _kind(dispute: _Dispute) -> ReportKind:
    if dispute.reason not in NOT_MINE:
        return ReportKind.DISPUTE
    return ReportKind.FRAUD_WARNING if dispute.status.startswith(INQUIRY) else ReportKind.CHARGEBACK


def _trouble(kind: ReportKind, created: int, detail: str, charge: _Charge, *, stands: bool) -> PaymentTrouble:
    card = charge.payment_method_details.card if charge.payment_method_details else None
    return PaymentTrouble(
        kind=kind,
        at=datetime.fromtimestamp(created, UTC),
        detail=detail[:64],
        stands=stands,
        card=f"stripe:{card.fingerprint}" if card and card.fingerprint else None,
        account_id=(charge.metadata or {}).get(ACCOUNT),
    )
