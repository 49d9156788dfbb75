"""What a card tells, as a registration has it."""

from risk.registration import PaymentReport
from verification.checks.payment import CHECK, evidence


def test_what_the_party_tells_is_evidence_like_any_card() -> None:
    registration = evidence({"provider": "stripe", "fingerprint": "fp", "three_d_secure": "authenticated"})
    assert registration is not None
    assert registration.payment == PaymentReport(provider="stripe", fingerprint="fp", three_d_secure="authenticated")


def test_a_party_that_tells_nothing_leaves_no_evidence() -> None:
    assert evidence({}) is None
    assert CHECK.evidence is evidence
