"""Who may do what."""

from django.contrib.auth.models import Group


def test_the_groups_may_do_what_their_names_say(db: None) -> None:
    may = {
        name: set(Group.objects.get(name=name).permissions.values_list("codename", flat=True))
        for name in ("Admin", "Lead", "Analyst", "Viewer")
    }
    acts = {"add_review", "add_listentry", "add_override", "act_on_ring", "unmask_signup"}
    assert may["Analyst"] - may["Viewer"] == acts
    assert may["Lead"] - may["Analyst"] == {
        *("publish_storedpolicy", "manage_webhookendpoint", "requeue_deadletter"),
        *("add_golden", "view_golden", "assign_case"),
    }
    assert {codename.partition("_")[0] for codename in may["Viewer"]} == {"view"}
    assert {"view_signup", "view_case", "view_auditentry", "view_storedpolicy", "view_apikey"} <= may["Viewer"]
    assert may["Admin"] - may["Lead"] == {"view_user", "add_user", "change_user", "view_group"}
