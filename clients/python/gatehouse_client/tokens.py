"""Tier tokens: had signed by Gatehouse, and checked here without asking it (docs/tier-tokens.md)."""

from copy import copy
from typing import Any, Final
from urllib.parse import quote

from joserfc import jws, jwt
from joserfc.errors import ExpiredTokenError, JoseError
from joserfc.jws import JWSRegistry
from joserfc.jwt import JWTClaimsRegistry

from gatehouse_client.answers import IssuedToken, Source, Tier
from gatehouse_client.errors import TokenExpired, TokenInvalid
from gatehouse_client.keys import PublishedKeys
from gatehouse_client.transport import Call, Transport

ALGORITHM: Final = "EdDSA"
TYPE: Final = "tier+jwt"
LEEWAY_SECONDS: Final = 10
LONGEST: Final = 4096  # characters; a token has some 700


def issue(transport: Transport, account_id: str) -> IssuedToken:
    """Have the tier of an account signed, for its client to carry. Raises Refused, NotFound among it; Unavailable."""
    path = f"/v1/accounts/{quote(account_id, safe='')}/tier-token"
    return IssuedToken.of(transport.call(Call("POST", path)).json())


class Checker:
    """Checks tokens by one issuer for one application. Safe to use from many threads."""

    def __init__(self, keys: PublishedKeys, *, issuer: str, audience: str) -> None:
        self._keys = keys
        self._registry = _registry()
        wanted: dict[str, Any] = {name: {"essential": True} for name in ("sub", "iat", "nbf", "exp")}
        wanted |= {"iss": {"essential": True, "value": issuer}, "aud": {"essential": True, "value": audience}}
        self._wanted = wanted

    def check(self, token: str) -> Tier:
        """What a token says, where it is good by its signature, kind, issuer, application and time.

        Raises:
            TokenInvalid: it is not.
            TokenExpired: it was, and its time is over.
            Unavailable: the key that it names is not known here, and cannot be asked for.

        """
        key = self._keys.find(_kid(token))
        try:
            read = jwt.decode(token, key, registry=self._registry)
            if read.header.get("typ") != TYPE:
                raise TokenInvalid("not a tier token")
            JWTClaimsRegistry(leeway=LEEWAY_SECONDS, **self._wanted).validate(read.claims)
            told = Tier.of({**read.claims, "account_id": read.claims["sub"]})
        except ExpiredTokenError:
            raise TokenExpired("its time is over") from None
        except (JoseError, KeyError, TypeError, ValueError, AttributeError) as fault:
            raise TokenInvalid(str(fault)) from None
        return Tier(told.account_id, told.tier, told.limits, told.budget_key, told.version, Source.TOKEN)


def _kid(token: str) -> str:
    """Which key a token says that it is signed with. Nothing of it is believed yet."""
    if len(token) > LONGEST:
        raise TokenInvalid("too long")
    try:
        header = jws.extract_compact(token.encode("ascii")).protected
    except (JoseError, ValueError) as fault:
        raise TokenInvalid("not a signed token") from fault
    kid = header.get("kid")
    if header.get("alg") != ALGORITHM or not isinstance(kid, str):
        raise TokenInvalid("not signed as tier tokens are")
    return kid


def _registry() -> JWSRegistry:
    """EdDSA and no other. joserfc warns of the name at each use, since RFC 9864 would have it Ed25519."""
    registry, algorithm = JWSRegistry(algorithms=[ALGORITHM]), copy(JWSRegistry.algorithms[ALGORITHM])
    algorithm.security_warning = None
    registry.algorithms = {ALGORITHM: algorithm}
    return registry
