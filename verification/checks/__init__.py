"""The menu of checks: one file per kind."""

from collections.abc import Mapping

from tiers.ladder import CheckKind
from verification.checks import document, email, passkey, payment, phone, proof_of_work
from verification.checks.interface import AnyCheck

_ALL: tuple[AnyCheck, ...] = (
    email.CHECK,
    phone.CHECK,
    proof_of_work.CHECK,
    passkey.CHECK,
    payment.CHECK,
    document.CHECK,
)
CHECKS: Mapping[CheckKind, AnyCheck] = {check.kind: check for check in _ALL}
