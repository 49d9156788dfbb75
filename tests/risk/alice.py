"""Alice as facts: an ordinary person at home, whom no signal speaks against. Tests change one thing about her."""

from dataclasses import replace
from datetime import UTC, datetime
from typing import Any

from risk.facts import (
    BrowserFacts,
    CardFacts,
    DeviceFacts,
    Facts,
    FormFacts,
    MailboxFacts,
    MailDomainFacts,
    NetworkFacts,
    PhoneFacts,
    PhoneLineFacts,
    TokenState,
)
from risk.findings import Finding, Hit, Unknown

ALICE = Facts(
    at=datetime(2026, 8, 3, 1, 44, 40, tzinfo=UTC),
    token=TokenState.VALID,
    network=NetworkFacts(
        scope="public",
        version=4,
        country="US",
        asn=7018,
        as_name="AT&T",
        as_kind="access",
        services=(),
        services_known=("hosting", "proxy", "relay", "residential_proxy", "tor", "vpn"),
        shared=0.05,
    ),
    browser=BrowserFacts(kind="pc", family="Chrome", major=148, os="Windows", os_major=10, languages=("en",)),
    device=DeviceFacts(
        known_days=None,
        platform="Win32",
        timezone="America/New_York",
        timezone_offset=-240,
        languages=("en-US", "en"),
        webgl_vendor="Google Inc. (NVIDIA)",
        webgl_renderer="ANGLE (NVIDIA, NVIDIA GeForce RTX 3060 Direct3D11 vs_5_0 ps_5_0)",
        screen=(1920, 1080, 24),
        fonts=3,
        hardware_concurrency=12,
        device_memory=8,
        touch_points=0,
        webdriver=False,
        bot="",
    ),
    mailbox=MailboxFacts(
        valid=True,
        domain="archer.example",
        disposable=False,
        free=False,
        role=False,
        tagged=False,
        local_length=12,
        digits=0,
        entropy=2.75,
        name_match=1.0,
    ),
    phone=PhoneFacts(valid=True, country="US", kind="fixed_or_mobile", carrier=None),
    mail_domain=MailDomainFacts(
        exists=True, takes_mail=True, mail_host="archer.example", takes_anything=False, host_disposable=False
    ),
    phone_line=PhoneLineFacts(line_type="mobile", country="US", sim_kept_days=7, reassigned=False, pumping_risk=3),
    card=CardFacts(brand="visa", funding="debit", issuer_country="US", cvc_check="pass", postal_check="pass"),
    form=FormFacts(duration_ms=41_250, keystrokes=58, pastes=0, pointer_events=61, typed_length=50, trusted=True),
    velocity={
        "device_accounts_30d": 0,
        "card_accounts_30d": 0,
        "phone_accounts_30d": 0,
        "mailbox_accounts_30d": 0,
        "domain_accounts_1d": 0,
        "network_accounts_10m": 0,
        "address_accounts_1d": 0,
    },
)


def alice(**parts: Any) -> Facts:
    """Alice with other parts: `alice(network=None)`."""
    return replace(ALICE, **parts)


def with_(part: str, **changes: Any) -> Facts:
    """Alice with something changed inside a part: `with_("network", country="DE")`."""
    return replace(ALICE, **{part: replace(getattr(ALICE, part), **changes)})


def others(velocity: str, number: int) -> Facts:
    """Alice when so many others came with the same value."""
    return replace(ALICE, velocity={**(ALICE.velocity or {}), velocity: number})


def answer(finding: Finding) -> str:
    """A finding in a word: the reason's code, "unknown" or "clear"."""
    if isinstance(finding, Hit):
        return finding.reason
    return "unknown" if isinstance(finding, Unknown) else "clear"
