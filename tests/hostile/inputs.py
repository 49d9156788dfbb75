"""What strangers send: honest calls of every address that takes something, changed by chance until they are not.

The same seed gives the same calls. A call is bytes, since much of what is hostile is no JSON, no UTF-8 and no HTTP.

Where an address takes many and answers each by itself, a call brings hundreds of inputs (tests.hostile.bulk).
"""

import base64
import copy
import gzip
import json
import zlib
from collections.abc import Sequence
from dataclasses import dataclass, replace
from random import Random
from typing import Any, Final
from urllib.parse import quote_from_bytes

from tests.cast import TRANSACTION, alice, bob, window

DOUBLED_MOST: Final = 2_000  # a list that is longer is not multiplied again
BODY_MOST: Final = 200_000  # bytes; what is longer is refused by its length alone
# Each address that takes a body, with an honest one. Beside them all that are read: `READ`.
SENT: Final[Sequence[tuple[str, str, Any]]] = (
    ("POST", "/v1/signups", alice()),
    ("POST", "/v1/signups", bob(card={"fingerprint": "f" * 16, "bin": "411111", "last4": "1111", "country": "US"})),
    ("POST", "/v1/signups", alice(phone=None, device=None, user_agent="curl/8.0")),
    ("POST", "/v1/devices", {"device": alice()["device"], "form": alice()["form"], "bot": {"bot": False}}),
    ("POST", "/v1/usage", [window()]),
    ("POST", "/v1/tiers/lookup", {"account_ids": ["acct_alice", "acct_bob"]}),
    ("POST", "/v1/budgets/consume", {"account_id": "acct_alice", "tokens": 5, "wants": "tokens"}),
    ("POST", "/v1/budgets/release", {"account_id": "acct_alice", "lease": "lease"}),
    ("POST", "/v1/lists/suspects/entries", {"value": "example.org", "note": "n", "expires_at": "2027-01-01T00:00:00Z"}),
    ("POST", "/v1/accounts/acct_alice/reports", {"kind": "abuse", "at": "2026-08-03T10:00:00Z", "note": "n"}),
    ("POST", "/v1/accounts/acct_alice/override", {"tier": "basic", "why": "asked", "until": "2027-01-01T00:00:00Z"}),
    ("POST", "/v1/accounts/acct_alice/rechecks", {"evidence": ["network"]}),
    ("POST", "/v1/accounts/acct_alice/appeals", {"sentence": "I am a person."}),
    ("POST", "/v1/accounts/acct_alice/tier-token", {}),
    ("POST", "/v1/signups/sgn_1/checks", {"kind": "email"}),
    ("POST", "/v1/signups/sgn_1/checks/email/answers", {"code": "123456"}),
    ("POST", "/v1/rings/rng_1/actions", {"action": "contain", "dry_run": True}),
    ("POST", "/v1/webhook-endpoints", {"url": "https://example.org/hook", "events": ["*"]}),
    ("POST", "/v1/callbacks/twilio", {"MessageSid": "SM1", "MessageStatus": "delivered"}),
    ("POST", "/v1/callbacks/stripe", {"id": "evt_1", "type": "charge.dispute.created", "data": {"object": {}}}),
    ("POST", "/minfraud/v2.0/score", TRANSACTION),
    ("POST", "/minfraud/v2.0/insights", TRANSACTION),
    ("POST", "/minfraud/v2.0/transactions/report", {"ip_address": "1.1.1.1", "tag": "chargeback"}),
)
READ: Final = (
    "/v1/accounts/acct_alice",
    "/v1/accounts/acct_alice/tier",
    "/v1/accounts/acct_alice/grants?at=2026-03-03T10:00:00Z",
    "/v1/gateway/authorize?account_id=acct_alice",
    "/v1/lists/suspects/entries?limit=5&cursor=abc",
    "/v1/reports/friction",
    "/v1/rings?limit=5&state=suspected",
    "/v1/rings/rng_1/members?cursor=abc",
    "/v1/signups/sgn_1",
    "/v1/tier-changes?cursor=abc&wait=0",
    "/v1/tiers",
    "/v1/webhook-endpoints/whe_1/deliveries?limit=5",
    "/.well-known/jwks.json",
    "/appeal/abc",
    "/console/login/?next=/console/",
    "/healthz",
)
# Not Final: a literal type of half a pair is more than the type checker can store.
TEXTS: Sequence[str] = (
    "",
    "\0",
    "a\0b",
    "\ud800",
    "\udfff\ud800",
    "\u202egnp.exe",
    "e\u0301" * 500,
    "a" * 100_000,
    "1" * 20_000,
    "@" * 20_000,
    ".".join("a" * 3000),
    "+" + "9" * 5000,
    "a@" + "b." * 5000 + "c",
    '"' * 5000 + "@x.org",
    "(" * 3000 + ")" * 3000,
    "a" * 50 + "!" * 50 + "@",
    "xn--" + "a" * 300 + ".com",
    "::ffff:" * 50,
    "1.1.1.1, " * 3000,
    "Mozilla/5.0 (" + "Windows; " * 3000 + ")",
    "en-US,en;q=" + "0" * 4000,
    "2026-99-99T99:99:99Z",
    "9999-12-31T23:59:59.999999999+23:59",
    "'; DROP TABLE x; --",
    "{{7*7}}${7*7}<script>alert(1)</script>",
    "../../../../etc/passwd",
    "https://169.254.169.254/latest",
    "https://[::1]:1/",
    "https://a" + "@b" * 2000 + "/",
    "%s%n%d{0.__class__}",
)
NUMBERS: Final = (0, -1, 1, 2**31, 2**63, -(2**63) - 1, 10**400, 1e308, -0.0, 5e-324, 0.1)
RAW_NUMBERS: Final = (
    b"1e999999",
    b"-1e400",
    b"9" * 30_000,
    b"0." + b"0" * 20_000 + b"1",
    b"NaN",
    b"Infinity",
    b"01",
    b"1E+",
)


@dataclass(frozen=True, slots=True)
class Call:
    """One call as it goes over the wire."""

    method: str
    target: bytes
    headers: tuple[tuple[bytes, bytes], ...]
    body: bytes
    inputs: int = 1  # that are to be answered one by one

    def wire(self) -> bytes:
        """Its bytes. The length told is the true one: a false one is the HTTP server's affair, and waits."""
        head = [self.method.encode() + b" " + self.target + b" HTTP/1.1", b"Host: 127.0.0.1"]
        head += [name + b": " + value for name, value in self.headers]
        if self.body or self.method != "GET":
            head.append(b"Content-Length: " + str(len(self.body)).encode())
        return b"\r\n".join(head) + b"\r\n\r\n" + self.body


@dataclass(frozen=True, slots=True)
class Keys:
    """Those with which calls are made."""

    secret: str
    publishable: str


def single(luck: Random, keys: Keys) -> Call:
    """A call of one input."""
    return _twisted(luck, _honest(luck, keys))


def _honest(luck: Random, keys: Keys) -> Call:
    """One that is as it should be, but for what its body says."""
    if luck.random() < 0.2:
        return Call("GET", luck.choice(READ).encode(), headers_for("", keys), b"")
    method, path, body = luck.choice(SENT)
    body = copy.deepcopy(body)
    for _ in range(luck.choice((0, 1, 1, 1, 2, 5))):
        body = changed(luck, body)
    return Call(method, path.encode(), headers_for(path, keys), _written(luck, body))


def headers_for(path: str, keys: Keys) -> tuple[tuple[bytes, bytes], ...]:
    """The key that an address asks for, and the type of what is sent."""
    key = keys.publishable if path == "/v1/devices" else keys.secret
    told = f"Bearer {key}".encode()
    if path.startswith("/minfraud"):
        told = b"Basic " + base64.b64encode(f"1:{key}".encode())
    return ((b"Authorization", told), (b"Content-Type", b"application/json"))


def changed(luck: Random, body: Any) -> Any:
    """With one of its values, anywhere, another, gone or doubled."""
    if isinstance(body, dict) and body and luck.random() < 0.85:
        return _renamed(luck, body, luck.choice(list(body)))
    if isinstance(body, list) and body and luck.random() < 0.7:
        place = luck.randrange(len(body))
        if luck.random() < 0.2 and len(body) < DOUBLED_MOST:
            return body * luck.choice((2, 50, 400))
        return [*body[:place], changed(luck, body[place]), *body[place + 1 :]]
    if isinstance(body, str) and body and luck.random() < 0.4:
        return respelt(luck, body)
    return _value(luck)


def _renamed(luck: Random, body: dict[str, Any], name: str) -> dict[str, Any]:
    chance = luck.random()
    if chance < 0.1:
        return {key: value for key, value in body.items() if key != name}
    if chance < 0.2:
        return {**body, luck.choice(TEXTS)[:300]: body[name]}
    return {**body, name: changed(luck, body[name])}


def respelt(luck: Random, text: str) -> str:
    """With something in it that does not belong there."""
    place = luck.randrange(len(text) + 1)
    return text[:place] + luck.choice(("\0", "\ud83d", "\u200b", " ", "%00", "\n", text, "\U0001f600")) + text[place:]


def _value(luck: Random) -> Any:
    chance = luck.random()
    if chance < 0.45:
        return luck.choice(TEXTS)
    if chance < 0.65:
        return luck.choice(NUMBERS)
    if chance < 0.75:
        return luck.choice((None, True, False))
    if chance < 0.85:
        return [luck.choice(TEXTS)[:50]] * luck.choice((0, 1, 40, 2000))
    return {f"k{number}": number for number in range(luck.choice((0, 1, 30, 2000)))}


def _written(luck: Random, body: Any) -> bytes:
    """As JSON; sometimes as what only looks like it."""
    said = json.dumps(body).encode()
    chance = luck.random()
    if chance < 0.05:
        return json.dumps(body, ensure_ascii=False).encode("utf-8", "surrogatepass")
    if chance < 0.08:
        return said.replace(b"41", luck.choice(RAW_NUMBERS), 1)
    if chance < 0.1:
        depth = luck.choice((10, 100, 2000, 50_000))
        return b'{"a":' * depth + said + b"}" * luck.choice((depth, depth - 1))
    if chance < 0.12:
        return said[:-1] + b"," + said[1:] if said.startswith(b"{") else said + said
    return said


def _twisted(luck: Random, call: Call) -> Call:
    """The call, sometimes with something done to the whole of it."""
    if luck.random() < 0.6:
        return replace(call, body=call.body[:BODY_MOST])
    twisted = luck.choice(TWISTS)(luck, call)
    return replace(twisted, body=twisted.body[:BODY_MOST])


def _flipped(luck: Random, call: Call) -> Call:
    body = bytearray(call.body)
    for _ in range(luck.randrange(1, 8)):
        if body:
            body[luck.randrange(len(body))] = luck.randrange(256)
    return replace(call, body=bytes(body))


def _cut(luck: Random, call: Call) -> Call:
    return replace(call, body=call.body[: luck.randrange(len(call.body) + 1)])


def _noise(luck: Random, call: Call) -> Call:
    return replace(call, body=luck.randbytes(luck.choice((1, 100, 5000))))


def _packed(luck: Random, call: Call) -> Call:
    """Packed, a bomb among them: ten megabytes of nothing in ten kilobytes."""
    bomb = gzip.compress(b"[" * 10_000_000, mtime=0) if luck.random() < 0.02 else gzip.compress(call.body, mtime=0)
    kind, body = luck.choice(((b"gzip", bomb), (b"deflate", zlib.compress(call.body)), (b"br", call.body)))
    return replace(call, headers=(*call.headers, (b"Content-Encoding", kind)), body=body)


def _retyped(luck: Random, call: Call) -> Call:
    kinds = (b"text/plain", b"multipart/form-data; boundary=x", b"application/x-www-form-urlencoded", b"a" * 3000, b"")
    others = tuple(header for header in call.headers if header[0] != b"Content-Type")
    return replace(call, headers=(*others, (b"Content-Type", luck.choice(kinds))))


def _elsewhere(luck: Random, call: Call) -> Call:
    """An id, or what is asked for in the address, that is none."""
    odd = quote_from_bytes(luck.choice(TEXTS)[:3000].encode("utf-8", "surrogatepass")).encode()
    parts = call.target.split(b"/")
    parts[luck.randrange(1, len(parts))] = odd
    return replace(call, target=b"/".join(parts))


def _asking(luck: Random, call: Call) -> Call:
    odd = quote_from_bytes(luck.choice(TEXTS)[:3000].encode("utf-8", "surrogatepass")).encode()
    name = luck.choice((b"limit", b"cursor", b"at", b"state", b"account_id", b"wait", b"format", b"\xff"))
    return replace(call, target=call.target.split(b"?")[0] + b"?" + quote_from_bytes(name).encode() + b"=" + odd)


def _headed(luck: Random, call: Call) -> Call:
    """A header more that is read somewhere."""
    names = (b"Cookie", b"Idempotency-Key", b"If-None-Match", b"X-Forwarded-For", b"User-Agent", b"Accept-Language")
    more = (b"traceparent", b"Sec-CH-UA", b"Accept", b"X-Account-Id", b"X-Gatehouse-Key", b"Range", b"Priority")
    value = luck.choice(TEXTS).encode("utf-8", "surrogatepass")[:6000]
    value = bytes(byte for byte in value if byte >= 32 and byte != 127)
    return replace(call, headers=(*call.headers, (luck.choice(names + more), value)))


def _keyless(luck: Random, call: Call) -> Call:
    told = (
        b"Bearer ",
        b"Bearer gh_live_sk_" + b"a" * 40,
        b"Basic !!!!",
        b"Basic " + base64.b64encode(b"\xff:\xfe"),
        b"\xff\xfe",
    )
    others = tuple(header for header in call.headers if header[0] != b"Authorization")
    return replace(call, headers=(*others, (b"Authorization", luck.choice(told))))


def _other_method(luck: Random, call: Call) -> Call:
    return replace(call, method=luck.choice(("PUT", "PATCH", "DELETE", "OPTIONS", "TRACE", "PROPFIND")))


TWISTS: Final = (
    *(_flipped, _cut, _noise, _packed, _retyped),
    *(_elsewhere, _asking, _headed, _keyless, _other_method),
)
