"""All of it in one: `Gatehouse`."""

from dataclasses import dataclass, field, replace
from typing import Final, Self

from gatehouse_client import tokens
from gatehouse_client.answers import IssuedToken, Tier, TierChange
from gatehouse_client.away import Lowest, WhenAway
from gatehouse_client.errors import FeedStale, TokenRevoked
from gatehouse_client.feed import Feed, Following, Hearers
from gatehouse_client.keys import PublishedKeys
from gatehouse_client.retries import Patience
from gatehouse_client.signups import Signups
from gatehouse_client.tiers import Away, Keeping, Tiers
from gatehouse_client.transport import Transport
from gatehouse_client.usage import Reporter, Reporting
from gatehouse_client.versions import Versions

TEST_KEY: Final = "gh_sk_test_"
JWKS: Final = "/.well-known/jwks.json"


@dataclass(frozen=True, slots=True)
class Settings:
    """What may be otherwise. `issuer` is Gatehouse's own name for itself, where that is not the address called."""

    lowest: Lowest = field(default_factory=Lowest)
    patience: Patience = field(default_factory=Patience)
    keeping: Keeping = field(default_factory=Keeping)
    following: Following = field(default_factory=Following)
    issuer: str | None = None


class Gatehouse:
    """A Gatehouse, called with one API key for one application. Make one for the process; many threads may use it.

        with Gatehouse(address, key, application="shop", when_away=WhenAway.LAST_KNOWN) as gatehouse:
            gatehouse.follow()
            tier = gatehouse.tier_of("acct_1")

    `application` is that of the keys that have tokens signed: tokens for others are not taken. It may be empty where
    no tokens are checked.
    """

    def __init__(
        self, address: str, api_key: str, *, application: str, when_away: WhenAway, settings: Settings | None = None
    ) -> None:
        chosen = settings or Settings()
        mode = "/test" if api_key.startswith(TEST_KEY) else ""
        self._transport = Transport(address, api_key, chosen.patience)
        self._following = Transport(address, api_key, replace(chosen.patience, tries=1))
        self._versions = Versions()
        self._reporter: Reporter | None = None
        away = Away(WhenAway(when_away), chosen.lowest)
        self.feed = Feed(self._following, Hearers(self._changed, self._begun_anew), chosen.following)
        self.signups = Signups(self._transport)
        self.tiers = Tiers(
            self._transport,
            away,
            keeping=chosen.keeping,
            versions=self._versions,
            is_followed=lambda: self.feed.is_fresh,
        )
        issuer = (chosen.issuer or address).rstrip("/") + mode
        self._checker = tokens.Checker(PublishedKeys(self._transport, mode + JWKS), issuer=issuer, audience=application)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def report_usage(self, reporting: Reporting | None = None) -> Reporter:
        """What notes calls and reports them in the background, until `close`. One for each process, after any fork."""
        if self._reporter is None:
            self._reporter = Reporter(self._transport, reporting).start()
        return self._reporter

    def follow(self, *, within: float = 5.0) -> bool:
        """Begin to follow changes, in the background; whether everything up to now was read within so many seconds."""
        return self.feed.start().wait_until_caught_up(within)

    def close(self) -> None:
        """Stop following, send what was counted of use, and end every connection."""
        if self._reporter is not None:
            self._reporter.stop()
        self.feed.stop()
        self._following.close()
        self._transport.close()

    def tier_of(self, account_id: str) -> Tier:
        """The tier of an account, asked or kept (`Tiers.of`)."""
        return self.tiers.of(account_id)

    def issue_token(self, account_id: str) -> IssuedToken:
        """Have the tier of an account signed, for its client to carry."""
        return tokens.issue(self._transport, account_id)

    def check_token(self, token: str) -> Tier:
        """What a token says, with nobody asked.

        While the feed is not followed or stale, it is as chosen by WhenAway: taken as the last known, answered with the
        lowest, or FeedStale.

        Raises:
            TokenInvalid, TokenExpired: it is not to go by; in every mode.
            TokenRevoked: its account has another version since.
            Unavailable: the key that it names is not known here and cannot be asked for; in every mode.
            FeedStale: it may be revoked, and WhenAway.RAISE was chosen.

        """
        told = self._checker.check(token)
        if change := self._versions.newer(told.account_id, told.version):
            raise TokenRevoked(change.account_id, change.version, change.tier)
        if self.feed.is_fresh:
            return told
        stale = FeedStale("the feed of changes is not followed, or was not read lately")
        return self.tiers.without_answer(told.account_id, told, stale)

    def tier_by_token(self, token: str) -> Tier:
        """As `check_token`, but for a token that is revoked the account's tier of now is asked for."""
        try:
            return self.check_token(token)
        except TokenRevoked as revoked:
            return self.tier_of(revoked.account_id)

    def _changed(self, change: TierChange) -> None:
        self._versions.note(change)
        self.tiers.cache.drop_below(change.account_id, change.version)

    def _begun_anew(self) -> None:
        self.tiers.cache.clear()
