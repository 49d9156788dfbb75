"""Policies in the console: the versions, what each changes, and moving one to shadow, into force and back."""

import difflib
import json
from collections.abc import Callable, Mapping, Sequence
from functools import cache, partial
from typing import Any

from django import forms
from django.conf import settings
from django.contrib import admin, messages
from django.contrib.auth.models import User
from django.db import transaction
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_POST

from risk.models import PolicyActivation, PolicyState, StoredPolicy
from risk.outcome import Outcome
from risk.policies.shadowing import compare
from risk.policies.source import SCHEMA, TEXT_MOST, written
from risk.policies.store import active
from risk.policies.versions import VersionRefused
from risk.policyerror import PolicyError
from tiers import policies
from verification import policy_runs, publishing
from verification.console.permissions import Act, Barred, allow, may
from verification.console.readonly import ReadOnlyAdmin, column, moment
from verification.tasks import queue_policy_run

COLOURS = {"active": "success", "shadow": "info", "draft": "warning"}
HISTORY = 20
PUBLISHING = (
    ("publish", "Publish", "From now on: every process follows within five seconds."),
    ("publish_before", "Publish, accounts of before too", "They are decided again, by and by, where it moves them."),
)
DIFF_MOST = 600  # lines

Move = Callable[..., StoredPolicy]
MOVES: Mapping[str, Move] = {
    "propose": publishing.propose,
    "publish": publishing.publish,
    "publish_before": partial(publishing.publish, before=True),
    "shadow": publishing.shadow,
    "withdraw": publishing.withdraw,
}
PUBLISHES = ("publish", "publish_before")


class DraftForm(forms.Form):
    """A policy as the text of a file."""

    text = forms.CharField(max_length=TEXT_MOST, strip=False, error_messages={"required": "The text of a policy."})

    def clean_text(self) -> dict[str, Any]:
        """The document, checked in all its parts."""
        try:
            return policies.load(self.cleaned_data["text"].replace("\r\n", "\n"), "line")
        except PolicyError as error:
            raise forms.ValidationError(str(error).splitlines()) from None


def page_of(stored: StoredPolicy) -> str:
    """The address of a version's page."""
    return reverse("admin:risk_storedpolicy_change", args=[stored.pk])


@admin.register(StoredPolicy)
class PolicyAdmin(ReadOnlyAdmin):
    """Versions of the policy, the newest first."""

    change_list_template = "console/policies.html"
    list_display = ("name", "version", "state_label", "written_by", "created", "activated")
    ordering = ("-created_at",)

    @column()
    def version(self, policy: StoredPolicy) -> str:
        """As answers of the API name it."""
        return policy.digest[:12]

    @column("state", label=COLOURS)
    def state_label(self, policy: StoredPolicy) -> str:
        """Draft, shadow, active or retired."""
        return policy.state

    @column("author")
    def written_by(self, policy: StoredPolicy) -> str:
        """Who brought it in."""
        return named(policy.author)

    @column()
    def created(self, policy: StoredPolicy) -> str | None:
        """When it came in."""
        return moment(policy.created_at)

    @column()
    def activated(self, policy: StoredPolicy) -> str | None:
        """When it was last put in force."""
        return moment(policy.activated_at)

    def get_urls(self) -> list[URLPattern]:
        """What people do to versions, beside Django's own pages."""
        view = self.admin_site.admin_view
        own = [
            path("draft/", view(self.draft), name="risk_storedpolicy_draft"),
            path("draft/check/", view(require_POST(self.check_text)), name="risk_storedpolicy_check"),
            path("roll-back/", view(require_POST(self.roll_back)), name="risk_storedpolicy_roll_back"),
            path("<int:pk>/move/", view(require_POST(self.move)), name="risk_storedpolicy_move"),
        ]
        return [*own, *super().get_urls()]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The list, with the way to a new draft for those who may."""
        shown = {**(extra_context or {}), "may_own": may(request.user, Act.OWN_POLICY)}
        response: HttpResponse = super().changelist_view(request, shown)
        return response

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one version: what it changes, what it said in shadow, and its text."""
        del form_url, extra_context
        stored: StoredPolicy = self.row(request, object_id)
        now, text = active(), written(stored.document)
        diff = difflib.unified_diff(
            written(now.document).splitlines(), text.splitlines(), "in force", "this version", n=2, lineterm=""
        )
        return self.render(
            request,
            "console/policy.html",
            policy=stored,
            title=stored.name,
            text=text,
            diff=list(diff)[:DIFF_MOST],
            comparison=compare(stored),
            outcomes=list(Outcome),
            moves=self._moves(request, stored),
            by_two=settings.PUBLISH_BY_TWO,
            author=named(stored.author),
            proposed_by=named(stored.proposed_by) if stored.proposed_by else "",
            history=[_told(each) for each in stored.activations.order_by("-pk")[:HISTORY]],
            can_roll_back=stored.state == PolicyState.ACTIVE and _can_roll_back(),
        )

    def draft(self, request: HttpRequest) -> HttpResponse:
        """A new draft, from the text of the version in force or of `?of=`."""
        self._owned(request)
        form = DraftForm(request.POST or None, initial={"text": _start(request)})
        if form.is_valid():
            stored = publishing.draft(form.cleaned_data["text"], by=_actor(request))
            messages.success(request, f"{stored.name} is stored.")
            return HttpResponseRedirect(page_of(stored))
        return self.render(
            request,
            "console/policy_draft.html",
            form=form,
            title="New draft",
            status=422 if request.POST else 200,
            parts=schema_help(),
        )

    def check_text(self, request: HttpRequest) -> HttpResponse:
        """What is wrong with a text so far, and what it would change, as JSON. Nothing is stored."""
        self._owned(request)
        form = DraftForm(request.POST)
        if not form.is_valid():
            return JsonResponse({"errors": [str(error) for error in form.errors.get("text", [])], "diff": []})
        now, text = written(active().document).splitlines(), written(form.cleaned_data["text"]).splitlines()
        diff = difflib.unified_diff(now, text, "in force", "this text", n=1, lineterm="")
        return JsonResponse({"errors": [], "diff": list(diff)[:DIFF_MOST]})

    def move(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Propose, publish, shadow or withdraw."""
        self._owned(request)
        stored = self.get_object(request, str(pk))
        act = MOVES.get(request.POST.get("move", ""))
        if stored is None or act is None:
            raise Http404
        if request.POST["move"] in PUBLISHES:
            try:
                allow(request, Act.PUBLISH, stored)
            except Barred as barred:
                messages.error(request, str(barred))
                return HttpResponseRedirect(page_of(stored))
        return self._moved(request, lambda: act(stored, by=_actor(request)), back=page_of(stored))

    def roll_back(self, request: HttpRequest) -> HttpResponse:
        """To what was in force before, in one step."""
        self._owned(request)
        back, before = reverse("admin:risk_storedpolicy_changelist"), request.POST.get("before") == "1"
        return self._moved(request, lambda: publishing.roll_back(by=_actor(request), before=before), back=back)

    def _moved(self, request: HttpRequest, act: Callable[[], StoredPolicy], *, back: str) -> HttpResponse:
        try:
            stored = act()
        except (PolicyError, VersionRefused) as refused:
            messages.error(request, str(refused))
            return HttpResponseRedirect(back)
        proposed = f", proposed by {named(stored.proposed_by)}" if stored.proposed_by else ""
        messages.success(request, f"{stored.name} {stored.digest[:12]} is {stored.state}{proposed}.")
        run = policy_runs.of(stored) if stored.state == PolicyState.ACTIVE else None
        if run is not None and run.state == "running":
            transaction.on_commit(partial(queue_policy_run, run.pk))
            return HttpResponseRedirect(reverse("admin:verification_policyrun_change", args=[run.pk]))
        return HttpResponseRedirect(page_of(stored))

    def _moves(self, request: HttpRequest, stored: StoredPolicy) -> list[tuple[str, str, str]]:
        """What this user can do to a version now: move, title, effect."""
        if not may(request.user, Act.OWN_POLICY) or stored.state == PolicyState.ACTIVE:
            return []
        alone = not settings.PUBLISH_BY_TWO
        agreed = stored.proposed_by not in {"", _actor(request)}
        return [
            *(PUBLISHING if alone or agreed else []),
            *([("propose", "Propose", "Another person publishes it.")] if not alone and not agreed else []),
            *(
                [("shadow", "Put in shadow", "It judges beside, and changes nothing.")]
                if not stored.shadowed_at
                else []
            ),
            *([("withdraw", "Withdraw", "A draft again.")] if stored.shadowed_at or stored.proposed_by else []),
        ]

    def _owned(self, request: HttpRequest) -> None:
        allow(request, Act.OWN_POLICY)


@cache
def schema_help() -> Sequence[tuple[str, str]]:
    """The parts of a policy file with what its schema says of each."""
    properties = json.loads(SCHEMA.read_text(encoding="utf-8"))["properties"]
    return [(name, str(told.get("description", ""))) for name, told in properties.items()]


def _actor(request: HttpRequest) -> str:
    return f"user:{request.user.pk}"


def named(actor: str) -> str:
    """Who an actor of the audit log is, by the name they sign in with."""
    kind, _, number = actor.partition(":")
    user = User.objects.filter(pk=int(number)).first() if kind == "user" and number.isdecimal() else None
    return user.get_username() if user else actor or "system"


def _told(activation: PolicyActivation) -> str:
    proposed = f", proposed by {named(activation.agreed_by)}" if activation.agreed_by else ""
    return f"{moment(activation.at)} by {named(activation.by)}{proposed}"


def _can_roll_back() -> bool:
    latest = PolicyActivation.objects.order_by("-pk").first()
    return latest is not None and latest.undoes_to_id is not None


def _start(request: HttpRequest) -> str:
    chosen = request.GET.get("of", "")
    stored = StoredPolicy.objects.filter(pk=int(chosen)).first() if chosen.isdecimal() and len(chosen) < 19 else None
    return written(stored.document if stored else active().document)
