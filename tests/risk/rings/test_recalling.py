"""What was said of the use of a contained ring is kept while its members do nothing more, and accuses nobody else."""

from dataclasses import replace

import numpy as np
import pytest

from risk.rings.columns import Columns, Flags
from risk.rings.looking import Looked, look, nothing
from risk.rings.recalling import Kept
from risk.rings.use.judging import Shown
from tests.risk.rings.people import People
from tests.risk.rings.use.worked import worked_together

SAID = np.array([8.0])  # nats


def strangers() -> tuple[Columns, Flags]:
    """Accounts that nothing ties at signup, and which of them one operator works."""
    accounts = People(2_000).columns()
    return accounts, np.arange(len(accounts)) % 20 == 0


def kept(theirs: Flags) -> Kept:
    """They are a ring that is contained."""
    return Kept(np.where(theirs, 0, -1), SAID)


def known(accounts: Columns, looked: Looked) -> Flags:
    """By row: a member of what is surely a ring."""
    groups = looked.found.groups
    rows = np.zeros(len(accounts), dtype=bool)
    rows[groups.rows] = looked.known[groups.group]
    return rows


def after(accounts: Columns, use: Shown | None, ring: Kept | None) -> Looked:
    """A look."""
    return look(accounts, replace(nothing(accounts), use=use, kept=ring))


def test_a_ring_whose_members_were_stopped_long_ago_stays_what_it_was() -> None:
    accounts, theirs = strangers()
    use = worked_together(theirs, gone=theirs)
    assert not known(accounts, after(accounts, use, None)).any()
    looked = after(accounts, use, kept(theirs))
    assert (known(accounts, looked) == theirs).all()
    assert looked.did is not None
    (ring,) = np.flatnonzero(looked.did.recalled).tolist()
    assert looked.did.nats[ring] == SAID[0]
    assert looked.origin.kept[ring] == 0


def test_it_stays_where_no_use_of_anybody_is_known_any_more() -> None:
    accounts, theirs = strangers()
    looked = after(accounts, None, kept(theirs))
    assert (known(accounts, looked) == theirs).all()
    assert looked.did is not None
    assert looked.did.recalled.sum() == 1


def test_a_ring_whose_members_are_used_as_people_use_theirs_is_none_any_more() -> None:
    accounts, theirs = strangers()
    looked = after(accounts, worked_together(np.zeros_like(theirs)), kept(theirs))
    assert not known(accounts, looked).any()
    assert looked.did is not None
    assert not looked.did.recalled.any()


@pytest.mark.parametrize("share", [0.2, 0.8])
def test_who_goes_on_as_those_did_who_were_stopped_comes_to_their_ring(share: float) -> None:
    accounts, theirs = strangers()
    new = theirs & (np.arange(len(theirs)) % 100 < 100 * share)
    looked = after(accounts, worked_together(theirs, stopped=theirs & ~new), kept(theirs & ~new))
    groups = looked.found.groups
    assert known(accounts, looked)[theirs].mean() > 0.95
    assert len(set(groups.group[theirs[groups.rows] & looked.known[groups.group]].tolist())) == 1
    assert not known(accounts, looked)[~theirs].any()


def test_who_shares_a_pool_with_a_ring_is_no_member_for_what_the_ring_did_before() -> None:
    _, theirs = strangers()
    crowd = theirs | (np.arange(len(theirs)) % 20 == 1) & (np.arange(len(theirs)) < 400)
    pool = np.where(crowd, 0, -1)
    use = worked_together(np.zeros_like(theirs), stopped=theirs)  # they have nothing in common that is seen now
    assert (kept(theirs).staying(pool, use) == np.where(theirs, 0, -1)).all()
    assert (kept(theirs).staying(pool, worked_together(crowd, stopped=theirs)) == pool).all()


def test_a_member_who_is_used_again_leaves_with_another_pool_and_stays_with_the_rings() -> None:
    _, theirs = strangers()
    back = np.flatnonzero(theirs)[:2]
    stopped = theirs.copy()
    stopped[back] = False
    pool = np.where(theirs, 0, -1)
    pool[[back[0], 1, 2, 3]] = 1
    use = worked_together(theirs, stopped=stopped)
    ring = kept(theirs).staying(pool, use)
    assert ring[back].tolist() == [-1, 0]
    assert (ring[stopped] == 0).all()
