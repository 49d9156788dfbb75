"""What minFraud's clients are answered: what is known, and null for all else. docs/minfraud.md has every field."""

import math
import uuid
from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from risk.explaining import words_of
from risk.facts import Facts
from risk.findings import Family
from risk.models import Assessment
from risk.outcome import Outcome
from risk.policies.store import version_of

LEAST, MOST = 0.01, 99.0  # minFraud's scores
ACTIONS: Final[Mapping[Outcome, str]] = {
    Outcome.ALLOW: "accept",
    Outcome.CHALLENGE: "manual_review",
    Outcome.REVIEW: "manual_review",
    Outcome.DENY: "reject",
}
FREE, DISPOSABLE = "isp_email", "disposable"
USER_TYPES: Final = {
    "hosting": "hosting",
    "mobile": "cellular",
    "home": "residential",
    "campus": "college",
    "business": "business",
}
NUMBER_TYPES: Final = {"fixed": "fixed", "mobile": "mobile", "voip": "voip", "fixed_or_mobile": "mobile"}
NETWORK: Final = frozenset({Family.NETWORK, Family.EDGE})
ADDRESS: Final = dict.fromkeys(
    ("is_postal_in_city", "latitude", "longitude", "distance_to_ip_location", "is_in_ip_country")
)
SUBSCORES: Final = (
    *("avs_result", "billing_address", "billing_address_distance_to_ip_location", "browser", "chargeback", "country"),
    *("country_mismatch", "cvv_result", "device", "email_address", "email_domain", "email_local_part", "email_tenure"),
    *("ip_tenure", "issuer_id_number", "order_amount", "phone_number", "shipping_address"),
    *("shipping_address_distance_to_ip_location", "time_of_day"),
)


def score(query: uuid.UUID, assessment: Assessment, *, unknown: Iterable[str]) -> dict[str, Any]:
    """The answer of /score."""
    return {
        "id": str(query),
        "risk_score": _bounded(assessment.score),
        "funds_remaining": None,
        "queries_remaining": None,
        "disposition": _disposition(assessment),
        "ip_address": {"risk": _bounded(_risk(assessment, NETWORK))},
        "warnings": [_warning(pointer) for pointer in unknown],
    }


def insights(
    query: uuid.UUID, assessment: Assessment, *, unknown: Iterable[str], ip: str | None, seen: Mapping[str, Any]
) -> dict[str, Any]:
    """The answer of /insights. `seen` is what is kept of earlier: when a mailbox came first, which device it was."""
    facts = Facts.from_json(assessment.facts)
    return {
        **score(query, assessment, unknown=unknown),
        "ip_address": _address(facts, assessment, ip),
        "device": _device(facts, seen),
        "email": _email(facts, seen),
        "credit_card": _card(facts),
        "billing_phone": _phone(facts),
        "billing_address": dict(ADDRESS),
        "shipping_address": {**ADDRESS, "is_high_risk": None, "distance_to_billing_address": None},
        "shipping_phone": dict.fromkeys(("country", "is_voip", "matches_postal", "network_operator", "number_type")),
    }


def factors(insight: Mapping[str, Any], assessment: Assessment) -> dict[str, Any]:
    """The answer of /factors: an insight, with why. Multipliers are of the odds, ours as minFraud's."""
    version = version_of(assessment.policy_digest)
    policy = version.policy if version else None
    return {
        **insight,
        "subscores": dict.fromkeys(SUBSCORES),  # which minFraud itself has given up for what follows
        "risk_score_reasons": [
            {
                "multiplier": round(math.exp(line["weight"]), 4),
                "reasons": [
                    {"code": line["code"].upper(), "reason": words_of(line["code"], line["family"], policy)},
                ],
            }
            for line in assessment.reasons
        ],
    }


def _disposition(assessment: Assessment) -> dict[str, Any]:
    """MinFraud knows no challenge: who is asked for proof is to be looked at, and the label tells which it is."""
    outcome = Outcome(assessment.outcome)
    return {"action": ACTIONS[outcome], "reason": "default", "rule_label": str(outcome)}


def _bounded(number: float) -> float:
    return round(min(MOST, max(LEAST, number)), 2)


def _risk(assessment: Assessment, families: Iterable[str]) -> float:
    """100 times the probability of abuse by these families alone."""
    counted = frozenset(map(str, families))
    log_odds = assessment.prior + math.fsum(line["weight"] for line in assessment.reasons if line["family"] in counted)
    return 100 / (1 + math.exp(-log_odds))


def _address(facts: Facts, assessment: Assessment, ip: str | None) -> dict[str, Any]:
    network = facts.network
    services = set(network.services or ()) if network else set()
    told = network is not None and network.services is not None
    reasons = [line for line in assessment.reasons if line["family"] in set(map(str, NETWORK))]
    return {
        "risk": _bounded(_risk(assessment, NETWORK)),
        "risk_reasons": [{"code": line["code"].upper(), "reason": None} for line in reasons],
        "country": {"iso_code": network.country if network else None},
        "traits": {
            "ip_address": ip if network and network.scope != "malformed" else None,
            "autonomous_system_number": network.asn if network else None,
            "autonomous_system_organization": network.as_name if network else None,
            "user_type": USER_TYPES.get((network.as_kind if network else None) or ""),
            "is_anonymous": bool(services & {"vpn", "tor", "proxy", "residential_proxy"}) if told else None,
            "is_anonymous_vpn": "vpn" in services if told else None,
            "is_tor_exit_node": "tor" in services if told else None,
            "is_public_proxy": "proxy" in services if told else None,
            "is_residential_proxy": "residential_proxy" in services if told else None,
            "is_hosting_provider": network.as_kind == "hosting" if network and network.as_kind else None,
        },
    }


def _device(facts: Facts, seen: Mapping[str, Any]) -> dict[str, Any]:
    device, number = facts.device, seen.get("device")
    known = device.confidence if device is not None else None
    return {
        "id": str(uuid.UUID(int=number % (1 << 64))) if number is not None else None,
        "confidence": None if known is None else _bounded(100 * known),
        "last_seen": _moment(seen.get("device_seen")),
        "local_time": None,
    }


def _email(facts: Facts, seen: Mapping[str, Any]) -> dict[str, Any]:
    mailbox, first = facts.mailbox, seen.get("mailbox_since")
    domain = dict.fromkeys(("classification", "first_seen", "risk", "volume", "visit"))
    if mailbox is not None:
        domain["classification"] = DISPOSABLE if mailbox.disposable else FREE if mailbox.free else None
    return {
        "first_seen": first.date().isoformat() if first is not None else None,
        "is_disposable": mailbox.disposable if mailbox else None,
        "is_free": mailbox.free if mailbox else None,
        "is_high_risk": None,
        "domain": domain,
    }


def _card(facts: Facts) -> dict[str, Any]:
    card = facts.card
    return {
        "issuer": dict.fromkeys(("name", "matches_provided_name", "phone_number", "matches_provided_phone_number")),
        "brand": card.brand if card else None,
        "country": card.issuer_country if card else None,
        "is_business": None,
        "is_issued_in_billing_address_country": None,
        "is_prepaid": card.funding == "prepaid" if card and card.funding else None,
        "is_virtual": None,
        "type": card.funding if card and card.funding in {"credit", "debit"} else None,
    }


def _phone(facts: Facts) -> dict[str, Any]:
    phone, line = facts.phone, facts.phone_line
    kind = (line.line_type if line else None) or (phone.kind if phone else None)
    return {
        "country": phone.country if phone else None,
        "is_voip": "voip" in kind if kind else None,
        "matches_postal": None,
        "network_operator": (line.carrier if line else None) or (phone.carrier if phone else None),
        "number_type": NUMBER_TYPES.get(kind or ""),
    }


def _moment(at: datetime | None) -> str | None:
    return None if at is None else at.isoformat().replace("+00:00", "Z")


def _warning(pointer: str) -> dict[str, str]:
    return {
        "code": "INPUT_UNKNOWN",
        "warning": "minFraud knows no such field, and nobody read it.",
        "input_pointer": pointer,
    }
