"""Tables of mailbox providers agree with each other."""

import pytest

from risk.lookups.mail_providers import (
    BY_DOMAIN,
    NOT_DISPOSABLE,
    PROVIDERS,
    USUAL,
    disposable,
    free,
    organisation,
    provider_of,
)


@pytest.mark.parametrize(
    "domain",
    ["gmail.com", "outlook.com", "yahoo.co.jp", "qq.com", "t-online.de", "proton.me", "privaterelay.appleid.com"],
)
def test_public_providers_are_free_and_not_disposable(domain: str) -> None:
    assert free(domain)
    assert not disposable(domain)


@pytest.mark.parametrize("domain", ["mailinator.com", "yopmail.com", "deep.inside.mailinator.com"])
def test_a_part_of_a_disposable_domain_is_disposable(domain: str) -> None:
    assert disposable(domain)


@pytest.mark.parametrize("domain", ["example.com", "example.org", "com", *sorted(NOT_DISPOSABLE)])
def test_others_are_not_disposable(domain: str) -> None:
    assert not disposable(domain)


def test_no_domain_has_two_providers() -> None:
    assert len(BY_DOMAIN) == sum(len(provider.domains) for provider in PROVIDERS)


def test_every_provider_with_habits_of_its_own_is_free() -> None:
    assert all(free(domain) for domain in BY_DOMAIN)
    assert provider_of("example.com") is USUAL


def test_a_persons_subdomain_is_as_free_as_the_providers() -> None:
    assert free("alice.fastmail.com")
    assert provider_of("alice.fastmail.com") is provider_of("fastmail.com")
    assert provider_of("mail.gmail.com") is USUAL


@pytest.mark.parametrize(
    ("domain", "registered"),
    [
        ("cs.mail.example.co.uk", "example.co.uk"),
        ("example.com", "example.com"),
        ("a.alice.github.io", "alice.github.io"),
        ("co.uk", "co.uk"),
        ("localhost", "localhost"),
    ],
)
def test_an_organisation_is_what_somebody_registered(domain: str, registered: str) -> None:
    assert organisation(domain) == registered
