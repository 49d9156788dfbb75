"""Which tier an account has: asked, kept for a few seconds, and decided beforehand for when nobody answers."""

from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass, field, replace
from typing import Final
from urllib.parse import quote

from gatehouse_client.answers import Source, Tier
from gatehouse_client.away import Lowest, WhenAway
from gatehouse_client.cache import Cache, Kept
from gatehouse_client.errors import NotFound, Unavailable
from gatehouse_client.transport import Call, Transport
from gatehouse_client.versions import Versions

AT_ONCE: Final = 100
NOT_MODIFIED: Final = 304


@dataclass(frozen=True, slots=True)
class Keeping:
    """How long answers are good, in seconds, and how many are kept.

    `fresh` is what Gatehouse allows without a feed. While the feed is followed an answer is good until it tells of a
    change; `followed` bounds that, since a new policy's limits are no change of an account's tier.
    """

    most: int = 100_000
    fresh: float = 5.0
    followed: float = 60.0
    last_known: float = 3600.0


@dataclass(frozen=True, slots=True)
class Away:
    """What was chosen for when Gatehouse is away."""

    when: WhenAway
    lowest: Lowest = field(default_factory=Lowest)


class Tiers:
    """Look-ups of tiers. Safe to use from many threads."""

    def __init__(
        self, transport: Transport, away: Away, *, keeping: Keeping, versions: Versions, is_followed: Callable[[], bool]
    ) -> None:
        self._transport, self._away, self._keeping = transport, away, keeping
        self._versions, self._is_followed = versions, is_followed
        self.cache = Cache(keeping.most)

    def of(self, account_id: str) -> Tier:
        """The tier of an account.

        Raises:
            NotFound: there is no such account.
            Refused: the answer is no for another reason.
            Unavailable: Gatehouse is away, and WhenAway.RAISE was chosen.

        """
        kept = self.cache.get(account_id)
        if kept is not None and self._is_good(kept):
            return kept.tier
        tag = {"If-None-Match": kept.etag} if kept is not None and kept.etag else {}
        path = f"/v1/accounts/{quote(account_id, safe='')}/tier"
        try:
            answer = self._transport.call(Call("GET", path, headers=tag, hurried=True))
        except NotFound:
            self.cache.drop(account_id)
            raise
        except Unavailable as fault:
            return self._without_answer(account_id, fault)
        tier = kept.tier if kept is not None and answer.status_code == NOT_MODIFIED else Tier.of(answer.json())
        return self._taken(tier, answer.headers.get("ETag", ""))

    def of_many(self, account_ids: Iterable[str]) -> dict[str, Tier | None]:
        """The tiers of accounts, by a call for each hundred; None for those that there are not. Raises as `of`."""
        found: dict[str, Tier | None] = {}
        asked: list[str] = []
        for account_id in dict.fromkeys(account_ids):
            kept = self.cache.get(account_id)
            if kept is not None and self._is_good(kept):
                found[account_id] = kept.tier
            else:
                asked.append(account_id)
        for begin in range(0, len(asked), AT_ONCE):
            found |= self._asked(asked[begin : begin + AT_ONCE])
        return found

    def without_answer(self, account_id: str, known: Tier | None, fault: Unavailable) -> Tier:
        """What was chosen for an account of which this is known, if anything. Raises the fault for WhenAway.RAISE."""
        if self._away.when is WhenAway.RAISE:
            raise fault
        if self._away.when is WhenAway.CONSERVATIVE or known is None:
            return self._away.lowest.tier_of(account_id)
        return replace(known, source=Source.LAST_KNOWN)

    def _asked(self, account_ids: Sequence[str]) -> dict[str, Tier | None]:
        call = Call("POST", "/v1/tiers/lookup", json={"account_ids": list(account_ids)}, hurried=True)
        try:
            items = self._transport.call(call).json()["items"]
        except Unavailable as fault:
            return {account_id: self._without_answer(account_id, fault) for account_id in account_ids}
        return {item["account_id"]: self._taken(Tier.of(item)) if item["known"] else None for item in items}

    def _is_good(self, kept: Kept) -> bool:
        return kept.age < (self._keeping.followed if self._is_followed() else self._keeping.fresh)

    def _taken(self, tier: Tier, etag: str = "") -> Tier:
        """Keep an answer, unless the feed has told of a later version: then it was overtaken on its way."""
        if self._versions.newer(tier.account_id, tier.version):
            return replace(tier, source=Source.LAST_KNOWN)
        self.cache.put(tier, etag)
        if self._versions.newer(tier.account_id, tier.version):  # told of in between
            self.cache.drop_below(tier.account_id, tier.version + 1)
        return tier

    def _without_answer(self, account_id: str, fault: Unavailable) -> Tier:
        kept = self.cache.get(account_id)
        known = kept.tier if kept is not None and kept.age < self._keeping.last_known else None
        return self.without_answer(account_id, known, fault)
