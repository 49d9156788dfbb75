"""A transaction as minFraud's clients send it, as a signup of ours; docs/minfraud.md has every field.

What minFraud knows of purchases (carts, shipping, orders) nobody here looks at. What is malformed is evidence, as
everywhere: only what is no JSON object, or of a wrong type, is refused.
"""

import hashlib
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final

from config.lib.crypto import settled_hash
from risk.facts import ReportKind
from risk.registration import PaymentReport, Registration

ACCOUNT_ID: Final = re.compile(r"[\x21-\x7e]{1,128}")
MD5: Final = re.compile(r"[0-9a-fA-F]{32}")
TEXT_MOST: Final = 2048  # characters of any text; minFraud's own limit is 255 for most
# Every field of minFraud's requests, so that others can be warned of.
ADDRESS: Final = frozenset(
    {
        *("address", "address_2", "city", "company", "country", "first_name", "last_name", "phone_country_code"),
        *("phone_number", "postal", "region"),
    }
)
KNOWN: Final[Mapping[str, frozenset[str]]] = {
    "account": frozenset({"user_id", "username_md5"}),
    "billing": ADDRESS,
    "credit_card": frozenset(
        {
            *("avs_result", "bank_name", "bank_phone_country_code", "bank_phone_number", "country", "cvv_result"),
            *("issuer_id_number", "last_digits", "last_4_digits", "token", "was_3d_secure_successful"),
        }
    ),
    "custom_inputs": frozenset(),
    "device": frozenset({"accept_language", "ip_address", "session_age", "session_id", "tracking_token", "user_agent"}),
    "email": frozenset({"address", "domain"}),
    "event": frozenset({"party", "shop_id", "time", "type", "transaction_id"}),
    "order": frozenset(
        {
            *("affiliate_id", "amount", "currency", "discount_code", "has_gift_message", "is_gift", "referrer_uri"),
            "subaffiliate_id",
        }
    ),
    "payment": frozenset({"decline_code", "method", "processor", "was_authorized"}),
    "shipping": ADDRESS | {"delivery_speed"},
    "shopping_cart": frozenset(),
}
# Results of checks of the card, as the networks write them (Visa's AVS and CVV2 codes, which minFraud takes).
CVV: Final = {"M": "pass", "N": "fail", "P": "unchecked", "S": "unavailable", "U": "unavailable"}
AVS: Final = {
    **dict.fromkeys("YXZWDFMP", "pass"),  # the postal code is right
    **dict.fromkeys("NAB", "fail"),
    **dict.fromkeys("RSUGIC", "unavailable"),
}
TAGS: Final[Mapping[str, ReportKind]] = {
    "chargeback": ReportKind.CHARGEBACK,
    "suspected_fraud": ReportKind.FRAUD_WARNING,
    "spam_or_abuse": ReportKind.ABUSE,
    "not_fraud": ReportKind.CLEARED,
}
CLEAR: Final = "clear"  # takes back what was told before


class Unreadable(ValueError):
    """The transaction is not of the form; `pointer` names the field (RFC 6901)."""

    def __init__(self, pointer: str, why: str) -> None:
        super().__init__(why)
        self.pointer, self.why = pointer, why


@dataclass(frozen=True, slots=True)
class Transaction:
    """What was sent, as a signup. `device_token` is minFraud's tracking token, which our agent script gave out."""

    registration: Registration
    device_token: str | None
    transaction: int | None  # keyed hash of the caller's own name for it
    unknown: tuple[str, ...]  # pointers to what minFraud does not know either


def read(sent: Any, *, application: str, made_up: str) -> Transaction:
    """A transaction. Without account.user_id and event.transaction_id the account is called `made_up`.

    Raises:
        Unreadable: it is no object, or a field is not of its type.

    """
    if not isinstance(sent, Mapping):
        raise Unreadable("", "a JSON object is needed")
    parts = {name: _part(sent, name) for name in KNOWN if name != "shopping_cart"}
    device, email, event, billing = parts["device"], parts["email"], parts["event"], parts["billing"]
    address, transaction = _text(email, "email", "address"), _text(event, "event", "transaction_id")
    hashed = address if address and MD5.fullmatch(address) else None
    registration = Registration(
        account_id=_account_id(_text(parts["account"], "account", "user_id"), transaction, made_up),
        ip=_text(device, "device", "ip_address"),
        user_agent=_text(device, "device", "user_agent"),
        accept_language=_text(device, "device", "accept_language"),
        email=None if hashed else address,
        email_hash=hashed.lower() if hashed else None,
        name=_name(billing),
        phone=_phone(billing),
        payment=_payment(parts["credit_card"], parts["payment"]),
    )
    token = _text(device, "device", "tracking_token")
    return Transaction(registration, token, name_of(transaction, application), tuple(sorted(_unknown(sent))))


def name_of(transaction: str | None, application: str) -> int | None:
    """By what a transaction is found again that the caller names."""
    return settled_hash("minfraud transaction", f"{application}\n{transaction}") if transaction else None


def _part(sent: Mapping[str, Any], name: str) -> Mapping[str, Any]:
    part = sent.get(name)
    if part is None:
        return {}
    if not isinstance(part, Mapping):
        raise Unreadable(f"/{name}", "an object is needed")
    return part


def _text(part: Mapping[str, Any], of: str, name: str) -> str | None:
    value = part.get(name)
    if value is None:
        return None
    if not isinstance(value, str) or len(value) > TEXT_MOST:
        raise Unreadable(f"/{of}/{name}", f"a text of at most {TEXT_MOST} characters is needed")
    return value


def _account_id(user: str | None, transaction: str | None, made_up: str) -> str:
    """The caller's own id where it has the form of one, else one made of it: the same each time."""
    if user:
        return user if ACCOUNT_ID.fullmatch(user) else f"user_{_digest(user)}"
    return f"txn_{_digest(transaction)}" if transaction else made_up


def _digest(text: str) -> str:
    return hashlib.sha256(text.encode("utf-8", "surrogatepass")).hexdigest()[:32]


def _name(billing: Mapping[str, Any]) -> str | None:
    names = [_text(billing, "billing", each) for each in ("first_name", "last_name")]
    return " ".join(name for name in names if name) or None


def _phone(billing: Mapping[str, Any]) -> str | None:
    code, number = (_text(billing, "billing", each) for each in ("phone_country_code", "phone_number"))
    if not number or number.strip().startswith("+") or not code:
        return number
    return f"+{code.strip().lstrip('+')} {number}"


def _payment(card: Mapping[str, Any], payment: Mapping[str, Any]) -> PaymentReport | None:
    issuer, token = (_text(card, "credit_card", each) for each in ("issuer_id_number", "token"))
    if not issuer and not token:
        return None
    secure = card.get("was_3d_secure_successful")
    return PaymentReport(
        provider=_text(payment, "payment", "processor") or "minfraud",
        fingerprint=token,
        bin=(issuer or "")[:6] or None,
        issuer_country=_text(card, "credit_card", "country"),
        cvc_check=CVV.get((_text(card, "credit_card", "cvv_result") or "").upper()),
        postal_check=AVS.get((_text(card, "credit_card", "avs_result") or "").upper()),
        three_d_secure={True: "authenticated", False: "failed"}.get(secure) if isinstance(secure, bool) else None,
    )


def _unknown(sent: Mapping[str, Any]) -> Iterator[str]:
    for name, part in sent.items():
        if name not in KNOWN:
            yield f"/{name}"
        elif KNOWN[name] and isinstance(part, Mapping):
            yield from (f"/{name}/{inner}" for inner in part if inner not in KNOWN[name])
