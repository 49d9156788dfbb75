"""Failed tasks in the console: seen by all, done again and discarded by leads."""

from collections.abc import Callable

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.lib import letters
from config.lib.models import AuditEntry, DeadLetter, Errand
from tests.verification.console.desk import desk_of, text, user_of

LIST = reverse("admin:lib_deadletter_changelist")


@pytest.fixture
def letter(db: None) -> DeadLetter:
    told = letters.Told("verification.apply_ring", ["rng_1"], {}, "KeyError", "verification/containment.py:10", tries=4)
    letters.write(told, at=timezone.now())
    return DeadLetter.objects.get()


def act(client: Client, name: str, letter: DeadLetter) -> int:
    return client.post(reverse(f"admin:lib_deadletter_{name}", args=[letter.pk])).status_code


def test_what_failed_is_listed_with_how_and_where(desk: Client, letter: DeadLetter) -> None:
    for page in (LIST, reverse("admin:lib_deadletter_change", args=[letter.pk])):
        said = text(desk.get(page))
        assert all(part in said for part in ("verification.apply_ring", "rng_1", "KeyError", "containment.py:10"))
    assert desk.get("/console/").context["today"].failed_tasks == 1


def test_a_lead_has_it_done_again_and_the_audit_log_tells(letter: DeadLetter, catch_up: Callable[[], int]) -> None:
    lena = user_of("lena", "Lead")
    letter_of_nothing = DeadLetter.objects.filter(pk=letter.pk)
    letter_of_nothing.update(task="verification.lapse_proofs", args=[])
    assert act(desk_of(lena), "requeue", letter) == 302
    assert (DeadLetter.objects.count(), Errand.objects.count()) == (0, 0)
    entry = AuditEntry.objects.get(act="task.requeue")
    assert (entry.actor, entry.details["task"]) == (f"user:{lena.pk}", "verification.lapse_proofs")


def test_a_lead_discards_it(letter: DeadLetter) -> None:
    assert act(desk_of(user_of("lena", "Lead")), "discard", letter) == 302
    assert (DeadLetter.objects.count(), Errand.objects.count()) == (0, 0)
    assert AuditEntry.objects.filter(act="task.discard").exists()


@pytest.mark.parametrize("name", ["requeue", "discard"])
def test_nobody_else_may(desk: Client, letter: DeadLetter, name: str) -> None:
    assert act(desk, name, letter) == 403
    assert act(desk_of(user_of("mallory", None)), name, letter) == 403
    assert DeadLetter.objects.count() == 1
