"""The seeded canvas challenge: a page draws what a seed of ours says, and we know some of the colours without a canvas.

The seed is signed and stateless, bound to the application, and good for SEED_LIFE and one sighting, whose id it becomes
(risk.devices.see). verification/agent/page/scene.js draws the same numbers in the same order. docs/adr/0008 says what
this proves and what it does not.
"""

import secrets
import uuid
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from config.lib.crypto import SignatureError, settled_hash, sign, unsign
from risk.facts import CanvasState, ChallengeState

PREFIX = "gh_dc_"
SEED_LIFE = timedelta(minutes=10)  # the page changes it for a new one after half of that
CLOCK_SLACK = timedelta(seconds=60)  # between our own machines

SIDE = 64  # pixels of the square of flat rectangles
RECTANGLES = 24
SAMPLES = 32
COLOURS = 2**24
# Canvas protections change the lowest bits of a channel (Brave: one; Safari and extensions: a few). Further off is
# another picture.
NOISE_MOST = 8  # of 255, a channel
WORD = 0xFFFFFFFF

PURPOSE = "canvas challenge"
SEED_BYTES = 16


@dataclass(frozen=True, slots=True)
class Challenge:
    """What a page is given: the signed challenge, and its seed in 32 hexadecimal digits."""

    challenge: str
    seed: str


@dataclass(frozen=True, slots=True)
class Drawn:
    """What a page gives back: colours at the samples as "rrggbb", bytes of the flats that are not as drawn, and
    whether a second drawing was the same.
    """

    challenge: str
    colours: tuple[str, ...]
    noise: int
    same: bool


@dataclass(frozen=True, slots=True)
class Judged:
    """What an answer was worth. `seed` is that of a challenge that is ours and not past its time."""

    challenge: ChallengeState = ChallengeState.ABSENT
    canvas: CanvasState | None = None
    seed: uuid.UUID | None = None


def issue(*, application: str, at: datetime) -> Challenge:
    """A new challenge for a page of an application."""
    seed = secrets.token_bytes(SEED_BYTES)
    payload = seed + int(at.timestamp()).to_bytes(6, "big") + _bound(application)
    return Challenge(PREFIX + sign(PURPOSE, payload), seed.hex())


def judge(drawn: Drawn | None, *, application: str, at: datetime) -> Judged:
    """Whether the answer is what the seed says. That the seed was not used before is for the sighting to say."""
    if drawn is None:
        return Judged()
    seed = _seed(drawn.challenge, application=application, at=at)
    if seed is None:
        return Judged(ChallengeState.STALE)
    far = max(map(_distance, drawn.colours, colours(seed))) if len(drawn.colours) == SAMPLES else COLOURS
    state, canvas = _compare(drawn, far)
    return Judged(state, canvas, uuid.UUID(bytes=seed))


def _compare(drawn: Drawn, far: int) -> tuple[ChallengeState, CanvasState | None]:
    """Who blurs a canvas does so a little, or shows another picture each time, or one without any."""
    if not far and not drawn.noise and drawn.same:
        return ChallengeState.MET, CanvasState.STEADY
    if far <= NOISE_MOST:
        return ChallengeState.MET, CanvasState.RANDOMISED
    if not drawn.same or len(set(drawn.colours)) == 1:
        return ChallengeState.ABSENT, CanvasState.RANDOMISED
    return ChallengeState.FAILED, None


def colours(seed: bytes) -> list[str]:
    """The colour at each sample of the scene of a seed, as "rrggbb"."""
    draw = numbers(seed)
    flats = [(0, 0, SIDE, SIDE, draw(COLOURS))]
    while len(flats) <= RECTANGLES:
        x, y = draw(SIDE - 8), draw(SIDE - 8)
        flats.append((x, y, 4 + draw(SIDE - x - 4), 4 + draw(SIDE - y - 4), draw(COLOURS)))
    return [f"{_top(flats, draw(SIDE), draw(SIDE)):06x}" for _ in range(SAMPLES)]


def numbers(seed: bytes) -> Callable[[int], int]:
    """Draws below a bound: xoshiro128** 1.1 by Blackman and Vigna, whose state is the seed."""
    s = [int.from_bytes(seed[place : place + 4], "big") for place in range(0, SEED_BYTES, 4)]

    def draw(below: int) -> int:
        drawn = _turn(s[1] * 5 & WORD, 7) * 9 & WORD
        kept = s[1] << 9 & WORD
        s[2] ^= s[0]
        s[3] ^= s[1]
        s[1] ^= s[2]
        s[0] ^= s[3]
        s[2] ^= kept
        s[3] = _turn(s[3], 11)
        return drawn % below

    return draw


def _turn(word: int, by: int) -> int:
    return (word << by | word >> (32 - by)) & WORD


def _top(flats: Sequence[tuple[int, int, int, int, int]], across: int, down: int) -> int:
    for x, y, width, height, colour in reversed(flats):
        if x <= across < x + width and y <= down < y + height:
            return colour
    raise AssertionError("the first flat covers all")


def _distance(one: str, other: str) -> int:
    """How far two colours are apart in the channel where they are furthest; what is no colour is far from all."""
    try:
        pairs = zip(bytes.fromhex(one), bytes.fromhex(other), strict=True)
        return max(abs(mine - theirs) for mine, theirs in pairs)
    except ValueError:
        return COLOURS


def _seed(challenge: str, *, application: str, at: datetime) -> bytes | None:
    if not challenge.startswith(PREFIX):
        return None
    try:
        payload = unsign(PURPOSE, challenge.removeprefix(PREFIX))
    except SignatureError:
        return None
    seed, issued, bound = payload[:SEED_BYTES], payload[SEED_BYTES:-8], payload[-8:]
    age = at.timestamp() - int.from_bytes(issued, "big")
    fresh = -CLOCK_SLACK.total_seconds() <= age <= SEED_LIFE.total_seconds()
    return seed if fresh and bound == _bound(application) else None


def _bound(application: str) -> bytes:
    return settled_hash(PURPOSE, application).to_bytes(8, "big", signed=True)
