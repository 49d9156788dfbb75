"""What is known of some members bears on the odds of their ring: reported ones speak for it, cleared ones vouch. Pure.

Links say that accounts belong together, and nothing of what they did. A label does: where a bank took money back from
members, or the product saw them abuse it, one operator is likelier; where appeals were granted, they are likelier the
people of one office. A member counts by how far its label is to be trusted (risk.labels), and the less the larger the
ring is: two chargebacks make no ring of a campus, and two accounts talked free free no farm of a thousand.

The numbers are set by hand, for want of rings whose members somebody looked through one by one. Reports alone make no
ring of strangers: a group that links give less than three in ten stays under the policy's line whatever is reported.
Of a large ring, an eighth of the members found honest takes the surest under that line, and a quarter takes it off the
list; of a small one it takes one or two more. How old an account is vouches for nothing: aged accounts are what
operators buy.
"""

import math
from dataclasses import dataclass

import numpy as np

from risk.rings.columns import Floats, Ints

ALL = 40.0  # nats, if every member of a large ring were labelled: as many members' worth share them
FEW = 10.0  # members' worth of no label that each ring starts with: one label turns no small ring over
FOR_MOST, AGAINST_MOST = 3.0, 8.0  # nats that labels can add, and take
SUREST = 6.0  # natural log-odds: what members vouch against is taken for no surer than that


@dataclass(frozen=True, slots=True)
class Heard:
    """What labels say of groups: nats on the odds of each, and how many members were found abusive and honest."""

    nats: Floats
    abusive: Ints
    honest: Ints


def heard(said: Floats, group: Ints, size: Ints) -> Heard:
    """Add up what is known of the members of groups.

    `said` is of each member: the trust of its label, 0 to 1, below 0 where it was found honest and 0 without a label;
    `group` is the group that each is in, and `size` the members of each group.
    """
    total = np.bincount(group, said, minlength=len(size))
    nats = np.clip(ALL * total / (size + FEW), -AGAINST_MOST, FOR_MOST)
    count = [np.bincount(group[way], minlength=len(size)).astype(np.int64) for way in (said > 0, said < 0)]
    return Heard(nats, *count)


def on_hearing(score: Floats, nats: Floats) -> Floats:
    """Probabilities after what labels say. What is 0, as a group too small to be a ring, stays so."""
    tiny = math.ulp(0.5)
    bounded = np.clip(score, tiny, 1 - tiny)
    odds = np.log(bounded) - np.log1p(-bounded)
    after = np.where(nats < 0, np.minimum(odds, SUREST), odds) + nats
    told: Floats = np.where((nats == 0) | (score == 0), score, 1 / (1 + np.exp(-after)))
    return told


def words(abusive: int, honest: int) -> str:
    """For an analyst."""
    parts = ((abusive, "found abusive"), (honest, "found honest"))
    return ", ".join(f"{number:,} member{'s' if number > 1 else ''} {what}" for number, what in parts if number)
