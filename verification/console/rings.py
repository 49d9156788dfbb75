"""Rings in the console: the list, the page of one with its picture, its members and what became of it."""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.contrib.auth.models import User
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect, JsonResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.timesince import timesince
from django.views.decorators.http import require_POST
from unfold.views import ChangeList as UnfoldChangeList

from risk.lookups.rings import waiting
from risk.models import Ring, RingChange, RingMember
from risk.rings.describing import to_a_tenth
from risk.rings.links import Aspect
from risk.rings.states import RingState
from verification import proposing
from verification.appeals import AppealRefused
from verification.claims import ClaimedByAnother
from verification.console.dossier import USER
from verification.console.permissions import Act, Barred, allow, may
from verification.console.readonly import MenuFilter, ReadOnlyAdmin, column, moment
from verification.console.ring_acts import RingActForm, look_ahead, offered
from verification.console.ring_choice import ChoiceForm
from verification.console.ring_choice import carry_out as choose_members
from verification.console.ring_choice import offered as offered_members
from verification.console.ring_growth import growth
from verification.console.ring_members import ERASED, Known, known_of, why_lines
from verification.console.ring_networks import Chosen, chosen_of, members_from, networks
from verification.console.ring_picture import MEMBERS_MOST, picture
from verification.console.search import find_accounts
from verification.containment import CONTAINING, ActRefused
from verification.exposure import could_have_taken, figures_of, most_exposed_first, took, with_exposure
from verification.proposing import seen_of

COLOURS = {"suspected": "warning", "confirmed": "danger", "dismissed": "success"}
MEMBERS = 50  # a page
LATELY, HISTORY = 6, 50  # changes shown at once and when asked for, the newest
ASPECTS = 3  # named in the list
GROWTH = 1_000  # changes that the line is drawn from, the newest


class StateFilter(MenuFilter):
    """Where the ring stands. Merged ones are shown when asked for: their accounts are in another."""

    title = "state"
    parameter_name = "state"
    lookup = "state"

    def menu(self) -> Sequence[str]:
        """The states."""
        return tuple(RingState)

    def queryset(self, request: HttpRequest, queryset: QuerySet[Ring]) -> QuerySet[Ring]:
        """All but merged ones without a choice."""
        chosen: QuerySet[Ring] = super().queryset(request, queryset)
        return chosen if self.value() in self.menu() else chosen.exclude(state=RingState.MERGED)


@dataclass(frozen=True, slots=True)
class Bar:
    """One aspect of the evidence. `percent` is its length beside the longest, as SVG reads it."""

    aspect: str
    nats: str
    words: str
    percent: str


@dataclass(frozen=True, slots=True)
class MemberLine:
    """A member as the table shows it."""

    member: RingMember
    known: Known
    why: Sequence[str]
    could: int  # requests that it could have made
    took: int | None  # requests that it made; None: no use is reported


def page_of(ring_pk: int) -> str:
    """The address of a ring's page."""
    return reverse("admin:risk_ring_change", args=[ring_pk])


class RingList(UnfoldChangeList):  # type: ignore[misc] # unfold ships no types
    """With their exposure, the largest first: the page of one has no need to see where it stands."""

    def get_queryset(self, request: HttpRequest, exclude_parameters: Any = None) -> QuerySet[Ring]:
        """As it is narrowed."""
        return most_exposed_first(with_exposure(super().get_queryset(request, exclude_parameters), at=timezone.now()))


@admin.register(Ring)
class RingAdmin(ReadOnlyAdmin):
    """Rings, those first that could still take the most."""

    list_display = ("ring", "state_label", "score_text", "members", "exposure", "age", "aspects")
    list_filter = (StateFilter,)
    search_fields = ("public_id",)
    search_help_text = "A ring's id, or an account of it: its id, e-mail, phone"

    @column("ring")
    def ring(self, ring: Ring) -> str:
        """Its id."""
        return ring.public_id

    @column("state", label=COLOURS)
    def state_label(self, ring: Ring) -> str:
        """Suspected, confirmed, dismissed or merged."""
        return ring.state

    @column("score")
    def score_text(self, ring: Ring) -> str:
        """100 times the probability that it is one operator."""
        return to_a_tenth(ring.score)

    @column("size")
    def members(self, ring: Ring) -> str:
        """Members now."""
        return f"{ring.size:,}"

    @column("requests a day")
    def exposure(self, ring: Ring) -> str:
        """What those could still take whom nothing holds, and as of when."""
        at, requests = getattr(ring, "added_up_at", None), f"{getattr(ring, 'exposure', 0):,}"
        return format_html('<span title="As of {}">{}</span>', moment(at), requests) if at else requests

    @column()
    def age(self, ring: Ring) -> str:
        """Since it was found."""
        return timesince(ring.found_at, depth=1)

    @column("by")
    def aspects(self, ring: Ring) -> str:
        """Which aspects speak for it, the weightiest first."""
        return ", ".join(bar.aspect for bar in bars_of(ring)[:ASPECTS]) or "-"

    def get_queryset(self, request: HttpRequest) -> QuerySet[Ring]:
        """Each with the ring that it became part of."""
        del request
        return Ring.objects.select_related("merged_into")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list by exposure."""
        del request, kwargs
        return RingList

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Ring], search_term: str
    ) -> tuple[QuerySet[Ring], bool]:
        """By id, or by an account that is in it."""
        del request
        if not search_term:
            return queryset, False
        members = RingMember.objects.filter(subject__in=find_accounts(search_term), left_at=None)
        return queryset.filter(public_id=search_term.strip()) | queryset.filter(pk__in=members.values("ring")), False

    def get_urls(self) -> list[URLPattern]:
        """Acts, and what the picture is drawn from, beside Django's own pages."""
        view = self.admin_site.admin_view
        return [
            path("<int:pk>/act/", view(require_POST(self.act)), name="risk_ring_act"),
            path("<int:pk>/proposal/", view(require_POST(self.proposal)), name="risk_ring_proposal"),
            path("<int:pk>/members/", view(require_POST(self.choose)), name="risk_ring_choose"),
            path("<int:pk>/progress/", view(self.progress), name="risk_ring_progress"),
            path("<int:pk>/picture/", view(self.picture), name="risk_ring_picture"),
            *super().get_urls(),
        ]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one ring. `?after=`, `?from=` and `?via=` choose members, `?act=` tells what an act would do."""
        del form_url, extra_context
        ring: Ring = self.row(request, object_id)
        return self._page(request, ring, RingActForm(ring=ring), asked=request.GET.get("act", ""))

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Confirm, dismiss or reopen."""
        user = allow(request, Act.ACT_ON_RING)
        ring: Ring = self.row(request, str(pk))
        form = RingActForm(request.POST, ring=ring)
        if form.is_valid():
            try:
                done = form.carry_out(by=user, at=timezone.now())
            except ActRefused as refused:
                form.add_error(None, str(refused))
            else:
                ring.refresh_from_db(fields=["state"])
                now = f"{ring.public_id} is {ring.state}. Its accounts follow within a minute."
                messages.success(request, now if done else "It is done once a second person agrees.")
                return HttpResponseRedirect(page_of(pk))
        return self._page(request, ring, form, asked=request.POST.get("act", ""))

    def proposal(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Agree to what somebody proposed, or end it."""
        user, agrees = allow(request, Act.ACT_ON_RING), "agree" in request.POST
        ring: Ring = self.row(request, str(pk))
        waits = proposing.waiting(ring)
        try:
            if agrees:
                allow(request, Act.AGREE, waits)
            end = proposing.agree if agrees else proposing.take_back
            end(waits.pk if waits else 0, by=user, at=timezone.now())
        except (ActRefused, Barred) as refused:
            messages.error(request, str(refused))
        return HttpResponseRedirect(page_of(pk))

    def choose(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Let some members go, or sweep them back."""
        user = allow(request, Act.CHOOSE_MEMBERS)
        ring: Ring = self.row(request, str(pk))
        form = ChoiceForm(request.POST, offered=offered_members(ring, request.POST.getlist("members")))
        if form.is_valid():
            try:
                done = choose_members(form, by=user, at=timezone.now())
            except (AppealRefused, ClaimedByAnother) as refused:
                messages.error(request, str(refused))
            else:
                messages.success(request, f"{done} of {len(form.cleaned_data['members'])} were decided again.")
        else:
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return HttpResponseRedirect(f"{page_of(pk)}#gh-members")

    def progress(self, request: HttpRequest, pk: int) -> HttpResponse:
        """How far its accounts have followed, as JSON."""
        return JsonResponse(_progress(self.row(request, str(pk))))

    def picture(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Nodes and edges, as JSON."""
        return JsonResponse(picture(self.row(request, str(pk))))

    def _page(self, request: HttpRequest, ring: Ring, form: RingActForm, *, asked: str) -> HttpResponse:
        changes, now = list(ring.changes.order_by("-at", "-pk")[:GROWTH]), timezone.now()
        told = _told(changes[:HISTORY])
        may_act = may(request.user, Act.ACT_ON_RING)
        chosen = chosen_of(request.GET.get("from", ""), request.GET.get("via", ""))
        lines, following = _members(ring, after=request.GET.get("after", ""), chosen=chosen)
        figures = figures_of(ring, at=now)
        return self.render(
            request,
            "console/ring.html",
            status=422 if form.errors else 200,
            title=ring.public_id,
            ring=ring,
            score=to_a_tenth(ring.score),
            figures=figures,
            as_of=figures.at if figures.at < now else None,
            bars=bars_of(ring),
            growth=growth(changes[::-1], now=now),
            history=told[:LATELY],
            earlier=told[LATELY:],
            form=form,
            seen=seen_of(ring),
            may_act=may_act,
            buttons=offered(ring),
            ahead=look_ahead(ring, asked) if may_act else None,
            proposal=proposing.waiting(ring),
            networks=networks(ring.pk, now=now),
            chosen=chosen,
            follows=_follows(ring, changes),
            may_choose=may(request.user, Act.CHOOSE_MEMBERS),
            members=lines,
            following=following,
            paged="after" in request.GET,
            aspects=list(Aspect),
            drawn_most=MEMBERS_MOST,
        )


def _progress(ring: Ring) -> dict[str, int]:
    """Of all who are or were members, how many have followed what was done to the ring last."""
    total = RingMember.objects.filter(ring=ring).values("subject").distinct().count()
    return {"total": total, "done": total - len(waiting(ring.pk))}


def _follows(ring: Ring, changes: Sequence[RingChange]) -> bool:
    """Whether accounts have still to follow what was done: of a ring that was never held, nobody has to."""
    ever = ring.contained_at is not None or any(change.kind in CONTAINING for change in changes)
    return ever and (ring.applied_at is None or ring.applied_at < ring.changed_at)


def bars_of(ring: Ring) -> list[Bar]:
    """The evidence by aspect, the weightiest first."""
    lines = sorted(ring.evidence, key=lambda line: -float(line["nats"]))
    longest = max((abs(float(line["nats"])) for line in lines), default=0.0) or 1.0
    return [
        Bar(
            aspect=str(line["aspect"]),
            nats=f"{line['nats']:+.1f}",
            words=str(line.get("words", "")),
            percent=f"{100 * max(0.0, float(line['nats'])) / longest:.1f}",
        )
        for line in lines
    ]


def _members(ring: Ring, *, after: str, chosen: Chosen | None) -> tuple[list[MemberLine], int | None]:
    """A page of the members now, in the order of their signups, and after whom the next one goes on."""
    rows = RingMember.objects.filter(ring=ring, left_at=None).order_by("subject")
    if chosen is not None:
        rows = rows.filter(subject__in=members_from(ring.pk, chosen, now=timezone.now()))
    if after.isascii() and after.isdecimal() and len(after) < 19:
        rows = rows.filter(subject__gt=int(after))
    found = list(rows[: MEMBERS + 1])
    shown = found[:MEMBERS]
    known = known_of([member.subject for member in shown])
    could, taken = could_have_taken(known, at=timezone.now()), took(known, at=timezone.now())
    lines = [
        MemberLine(
            member,
            known.get(member.subject, ERASED),
            why_lines(member),
            could=could.get(member.subject, 0),
            took=taken.get(member.subject),
        )
        for member in shown
    ]
    return lines, shown[-1].subject if len(found) > MEMBERS else None


def _told(changes: Sequence[RingChange]) -> list[tuple[RingChange, str]]:
    """Changes with who made them, by the names they sign in with."""
    keys = {key for kind, _, key in (change.by.partition(":") for change in changes) if f"{kind}:" == USER}
    users = User.objects.filter(pk__in=[key for key in keys if key.isdecimal()])
    people = {f"{USER}{pk}": name for pk, name in users.values_list("pk", "username")}
    return [(change, people.get(change.by, change.by) or "detection") for change in changes]
