"""Which ring of before each found group is: it keeps its id as it grows, and merges and splits are told. Pure."""

from collections import Counter, defaultdict
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field

SAME = 0.3  # of a ring's members, or of the group's, that are in both: from there it is the same ring


@dataclass(frozen=True, slots=True)
class Plan:
    """What becomes of rings and groups. Groups are numbered as they were given."""

    kept: Mapping[int, int]  # group -> ring that it continues
    new: Sequence[int]  # groups that continue none
    split: Mapping[int, int] = field(default_factory=dict)  # new group -> ring that it was part of
    merged: Mapping[int, int] = field(default_factory=dict)  # ring -> ring that it went into


def match(groups: Sequence[Sequence[int]], ring_of: Mapping[int, int]) -> Plan:
    """Match groups of subjects with rings: `ring_of` gives each subject's ring of before.

    A group continues the ring of which it holds the most members; where two groups hold members of one ring, the one
    with more continues it. A ring most of whose members went into a group that continues another has merged into that.
    """
    size = Counter(ring_of.values())
    shared = {
        (group, ring): count
        for group, subjects in enumerate(groups)
        for ring, count in Counter(ring_of[subject] for subject in subjects if subject in ring_of).items()
        if count >= SAME * min(size[ring], len(subjects))
    }
    kept: dict[int, int] = {}
    taken: dict[int, int] = {}
    for group, ring in sorted(shared, key=lambda pair: (-shared[pair], pair)):
        if group not in kept and ring not in taken:
            kept[group], taken[ring] = ring, group
    return Plan(
        kept, [group for group in range(len(groups)) if group not in kept], *_history(shared, size, kept, taken)
    )


def _history(
    shared: Mapping[tuple[int, int], int], size: Mapping[int, int], kept: Mapping[int, int], taken: Mapping[int, int]
) -> tuple[dict[int, int], dict[int, int]]:
    split: dict[int, int] = {}
    merged: dict[int, int] = {}
    best: defaultdict[int, int] = defaultdict(int)
    for (group, ring), count in sorted(shared.items()):
        if group not in kept and ring in taken and count > best[group]:
            split[group], best[group] = ring, count
        if ring not in taken and group in kept and 2 * count > size[ring]:
            merged[ring] = kept[group]
    return split, merged
