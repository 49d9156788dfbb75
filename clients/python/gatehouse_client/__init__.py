"""The client of Gatehouse: signups, tiers, tier tokens, the feed of changes, webhooks, use."""

from gatehouse_client.answers import IssuedToken, NextStep, Signup, Source, Tier, TierChange
from gatehouse_client.away import Lowest, WhenAway
from gatehouse_client.client import Gatehouse, Settings
from gatehouse_client.errors import (
    CursorExpired,
    FeedStale,
    GatehouseError,
    KeyRefused,
    NotFound,
    RateLimited,
    Refused,
    TokenExpired,
    TokenInvalid,
    TokenRefused,
    TokenRevoked,
    Unavailable,
    WebhookRefused,
)
from gatehouse_client.feed import Feed, Following, Hearers
from gatehouse_client.retries import Patience
from gatehouse_client.sketches import sketch
from gatehouse_client.tiers import Keeping
from gatehouse_client.usage import Reporter, Reporting, Used
from gatehouse_client.webhooks import Delivery, Receiver

__all__ = [
    "CursorExpired",
    "Delivery",
    "Feed",
    "FeedStale",
    "Following",
    "Gatehouse",
    "GatehouseError",
    "Hearers",
    "IssuedToken",
    "Keeping",
    "KeyRefused",
    "Lowest",
    "NextStep",
    "NotFound",
    "Patience",
    "RateLimited",
    "Receiver",
    "Refused",
    "Reporter",
    "Reporting",
    "Settings",
    "Signup",
    "Source",
    "Tier",
    "TierChange",
    "TokenExpired",
    "TokenInvalid",
    "TokenRefused",
    "TokenRevoked",
    "Unavailable",
    "Used",
    "WebhookRefused",
    "WhenAway",
    "sketch",
]
