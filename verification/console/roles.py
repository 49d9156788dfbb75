"""Who may do what in the console: three groups, and a user belongs to one of them (and is staff, to sign in at all)."""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

APPS = ("lib", "risk", "tiers", "verification")  # what our own tables belong to

VIEW = Q(codename__startswith="view_")
GIVE_WORD = Q(codename="add_review")  # what each act asks for
PUT_ON_LISTS = Q(codename="add_listentry")  # and take off them
SET_TIERS = Q(codename="add_override")  # and undo it
ACT_ON_RINGS = Q(codename="act_on_ring")  # each of an analyst's acts can be taken back
OWN_POLICY = Q(codename="publish_storedpolicy")
MANAGE_WEBHOOKS = Q(codename="manage_webhookendpoint")
REQUEUE = Q(codename="requeue_deadletter")

ROLES: Mapping[str, Q] = {
    "Viewer": VIEW,
    "Analyst": VIEW | GIVE_WORD | PUT_ON_LISTS | SET_TIERS | ACT_ON_RINGS,
    "Lead": VIEW | GIVE_WORD | PUT_ON_LISTS | SET_TIERS | ACT_ON_RINGS | OWN_POLICY | MANAGE_WEBHOOKS | REQUEUE,
}


def ensure_groups(**_: object) -> None:
    """After migrating: the groups are there and may do at least this. What was added to them by hand stays."""
    ours = Permission.objects.filter(content_type__app_label__in=APPS)
    for name, allowed in ROLES.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*ours.filter(allowed))
