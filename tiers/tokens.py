"""Tier tokens: what a lookup would answer, signed, for a gateway that asks nobody. docs/tier-tokens.md."""

from copy import copy
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

import uuid_utils
from django.conf import settings
from joserfc import jwt
from joserfc.jws import JWSRegistry

from tiers.keys import ALGORITHM, signer
from tiers.lookup import TierAnswer

TYPE: Final = "tier+jwt"  # told apart from every other kind of token (RFC 8725, 3.11)


@dataclass(frozen=True, slots=True)
class Issued:
    """A token with when it ends."""

    token: str
    expires_at: datetime


def issue(answer: TierAnswer, *, audience: str, test: bool, at: datetime) -> Issued:
    """Sign what the lookup answers of an account, for the application named by `audience`."""
    key = signer(test=test)
    expires_at = at + timedelta(seconds=settings.TIER_TOKEN_SECONDS)
    header = {"alg": ALGORITHM, "typ": TYPE, "kid": key.kid}
    claims = {
        "iss": issuer(test=test),
        "sub": answer.account_id,
        "aud": audience,
        "tier": answer.tier,
        "limits": dict(answer.limits),
        "budget_key": answer.budget_key,
        "version": answer.version,
        "iat": int(at.timestamp()),
        "nbf": int(at.timestamp()),
        "exp": int(expires_at.timestamp()),
        "jti": str(uuid_utils.uuid7()),
    }
    return Issued(jwt.encode(header, claims, key.key, registry=_registry()), expires_at.replace(microsecond=0))


def issuer(*, test: bool) -> str:
    """Who signs. Its keys are at `{issuer}/.well-known/jwks.json`: those of test accounts are no others' issuer."""
    address = str(settings.GATEHOUSE_URL).rstrip("/")
    return f"{address}/test" if test else address


def _registry() -> JWSRegistry:
    """Signs with EdDSA alone. joserfc warns of the name at each use, since RFC 9864 would have it Ed25519."""
    registry, algorithm = JWSRegistry(algorithms=[ALGORITHM]), copy(JWSRegistry.algorithms[ALGORITHM])
    algorithm.security_warning = None
    registry.algorithms = {ALGORITHM: algorithm}
    return registry
