"""Who may do what in the console: four groups, and a user belongs to one of them (and is staff, to sign in at all)."""

from collections.abc import Mapping

from django.contrib.auth.models import Group, Permission
from django.db.models import Q

APPS = ("lib", "risk", "tiers", "verification")  # what our own tables belong to

GOLDEN = Q(codename__in=["view_golden", "add_golden"])  # who is tested by them does not see them
VIEW = Q(codename__startswith="view_") & ~Q(codename__in=["view_golden", "view_goldenanswer"])
UNMASK = Q(codename="unmask_signup")  # one field at a time, for a reason that is kept
GIVE_WORD = Q(codename="add_review")  # what each act asks for
PUT_ON_LISTS = Q(codename="add_listentry")  # and take off them
SET_TIERS = Q(codename="add_override")  # and undo it
ACT_ON_RINGS = Q(codename="act_on_ring")  # each of an analyst's acts can be taken back
ASSIGN = Q(codename="assign_case")  # to somebody else, whoever has it
OWN_POLICY = Q(codename="publish_storedpolicy")
MANAGE_WEBHOOKS = Q(codename="manage_webhookendpoint")
REQUEUE = Q(codename="requeue_deadletter")

OUR_USERS = Q(content_type__app_label="auth", codename__in=["view_user", "add_user", "change_user"])
LOOK_AT_GROUPS = Q(content_type__app_label="auth", codename="view_group")

OURS = Q(content_type__app_label__in=APPS)
VIEWER = OURS & VIEW
ANALYST = VIEWER | OURS & (GIVE_WORD | UNMASK | PUT_ON_LISTS | SET_TIERS | ACT_ON_RINGS)
LEAD = ANALYST | OURS & (ASSIGN | OWN_POLICY | MANAGE_WEBHOOKS | REQUEUE | GOLDEN)
ROLES: Mapping[str, Q] = {
    "Viewer": VIEWER,
    "Analyst": ANALYST,
    "Lead": LEAD,
    "Admin": LEAD | OUR_USERS | LOOK_AT_GROUPS,
}


def ensure_groups(**_: object) -> None:
    """After migrating: the groups are there and may do at least this. What was added to them by hand stays."""
    for name, allowed in ROLES.items():
        group, _made = Group.objects.get_or_create(name=name)
        group.permissions.add(*Permission.objects.filter(allowed))
