"""The menu of checks: one file per kind."""

from collections.abc import Mapping

from tiers.ladder import CheckKind
from verification.checks import document, email, payment, phone
from verification.checks.interface import AnyCheck

CHECKS: Mapping[CheckKind, AnyCheck] = {
    check.kind: check for check in (email.CHECK, phone.CHECK, payment.CHECK, document.CHECK)
}
