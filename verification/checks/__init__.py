"""The menu of checks: one file per kind."""

from collections.abc import Mapping

from tiers.ladder import CheckKind
from verification.checks import email, passkey, phone, proof_of_work
from verification.checks.interface import AnyCheck

_ALL: tuple[AnyCheck, ...] = (
    email.CHECK,
    phone.CHECK,
    proof_of_work.CHECK,
    passkey.CHECK,
)
CHECKS: Mapping[CheckKind, AnyCheck] = {check.kind: check for check in _ALL}
