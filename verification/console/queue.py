"""Cases in the console: what waits for an analyst, the most pressing first, each claimed by one at a time."""

from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.db.models import Prefetch, QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.timesince import timesince, timeuntil
from django.views.decorators.http import require_POST
from unfold.views import ChangeList as UnfoldChangeList

from verification import claims
from verification.console.case_filters import CASE_FILTERS
from verification.console.case_views import ViewForm, save, views_of
from verification.console.pages import page_of
from verification.console.permissions import Act, Barred, allow, deciders, may, objection
from verification.console.priority import with_priority
from verification.console.readonly import COLOURS, ReadOnlyAdmin, column, moment
from verification.console.taking import take_next
from verification.desk_models import SavedView
from verification.models import Case, Signup

LIST = "admin:verification_case_changelist"


class CaseList(UnfoldChangeList):  # type: ignore[misc] # unfold ships no types
    """Each line leads to the signup, where the word is given."""

    def url_for_result(self, result: Case) -> str:
        """The signup's page."""
        return page_of(result.account.signup.pk)


@admin.register(Case)
class CaseAdmin(ReadOnlyAdmin):
    """The queue."""

    list_display = (
        "account_id",
        "urgency",
        "clock",
        "kind",
        "outcome_label",
        "score_text",
        "tier_text",
        "claim",
        "opened",
        "closed",
    )
    list_filter = CASE_FILTERS
    list_before_template = "console/parts/case_views.html"

    @column("account")
    def account_id(self, case: Case) -> str:
        """The caller's own id."""
        return case.account.account_id

    @column("priority")
    def urgency(self, case: Case) -> str:
        """In points: verification.console.priority says of what."""
        return f"{getattr(case, 'priority', 0):.0f}"

    @column("clock")
    def clock(self, case: Case) -> str | None:
        """How long it may wait still, or since when it should have been closed."""
        due, now = getattr(case, "due", None), timezone.now()
        if case.closed_at is not None or due is None:
            return None
        return f"{timeuntil(due, now, depth=1)} left" if due > now else f"overdue for {timesince(due, now, depth=1)}"

    @column("outcome", label=COLOURS)
    def outcome_label(self, case: Case) -> str:
        """What is decided now."""
        return case.account.outcome

    @column("score")
    def score_text(self, case: Case) -> str:
        """100 times the probability of abuse."""
        return f"{case.account.score:.1f}"

    @column("tier")
    def tier_text(self, case: Case) -> str:
        """What the account may do."""
        return case.account.tier

    @column("claimed by")
    def claim(self, case: Case) -> str | None:
        """Who has it now, and until when."""
        who = claims.holder(case, at=timezone.now()) if case.closed_at is None else None
        return f"{who}, until {timezone.localtime(case.claimed_until):%H:%M}" if who and case.claimed_until else None

    @column("opened")
    def opened(self, case: Case) -> str | None:
        """Since when it waits."""
        return moment(case.opened_at)

    @column("closed")
    def closed(self, case: Case) -> str | None:
        """When it no longer waited."""
        return moment(case.closed_at)

    def get_queryset(self, request: HttpRequest) -> QuerySet[Case]:
        """With priority, and never with what the person sent."""
        del request
        found = Case.objects.filter(test=False, golden=None).select_related("claimed_by")
        # Both are read once the page is chosen: joined, each open case would bring its own to be sorted with it.
        signups = Prefetch("account__signup", Signup.objects.defer("person"))
        return with_priority(found.prefetch_related(signups), now=timezone.now())

    def get_ordering(self, request: HttpRequest) -> tuple[str, ...]:
        """What waits by its priority; what is closed by when it was opened, which an index has in order."""
        return ("-opened_at", "-id") if request.GET.get("status") in {"closed", "all"} else ("-priority", "id")

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list whose lines lead to signups."""
        del request, kwargs
        return CaseList

    def get_urls(self) -> list[URLPattern]:
        """What is done to the queue, beside Django's own pages."""
        view = self.admin_site.admin_view
        return [
            path("next/", view(require_POST(self.next)), name="verification_case_next"),
            path("views/", view(require_POST(self.save_view)), name="verification_case_save_view"),
            path("views/<int:pk>/", view(require_POST(self.forget_view)), name="verification_case_delete_view"),
            path("<int:pk>/claim/", view(require_POST(self.claim_case)), name="verification_case_claim"),
            path("<int:pk>/assign/", view(require_POST(self.assign)), name="verification_case_assign"),
            path("<int:pk>/let-go/", view(require_POST(self.let_go)), name="verification_case_let_go"),
            *super().get_urls(),
        ]

    def changelist_view(self, request: HttpRequest, extra_context: dict[str, Any] | None = None) -> HttpResponse:
        """The queue, with the views of it."""
        query = request.GET.urlencode()
        extra = {
            "views": views_of(request.user, query=query) if request.user.is_authenticated else (),
            "narrowed": query,
            "may_act": may(request.user, Act.CLAIM),
            "title": "Cases",
        }
        answer: HttpResponse = super().changelist_view(request, {**extra, **(extra_context or {})})
        return answer

    def change_view(self, request: HttpRequest, object_id: str, *_: Any, **__: Any) -> HttpResponse:
        """A case has no page of its own."""
        case: Case = self.row(request, object_id)
        return HttpResponseRedirect(page_of(case.account.signup.pk))

    def next(self, request: HttpRequest) -> HttpResponse:
        """Claim the most pressing case that nobody has, and open it."""
        case = take_next(request)
        if case is None:
            messages.info(request, "Nothing waits that you could take.")
            return HttpResponseRedirect(reverse(LIST))
        return HttpResponseRedirect(page_of(case.account.signup.pk))

    def claim_case(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Take a case, or go on with it."""
        analyst = allow(request, Act.CLAIM)
        case = _open(pk)
        try:
            allow(request, Act.CLAIM, case)
            claims.claim(pk, analyst=analyst, at=timezone.now())
        except Case.DoesNotExist:
            raise Http404 from None
        except (Barred, claims.ClaimedByAnother) as other:
            messages.error(request, str(other))
        return HttpResponseRedirect(page_of(case.account.signup.pk))

    def let_go(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a case back to the queue: one's own, and as a lead anybody's."""
        user, case = allow(request, Act.LET_GO), _open(pk)
        try:
            allow(request, Act.LET_GO, case)
        except Barred as barred:
            messages.error(request, str(barred))
        else:
            claims.let_go(case.pk, analyst=case.claimed_by or user)
        return HttpResponseRedirect(reverse(LIST))

    def assign(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give a case to somebody who may decide on it, whoever has it now."""
        lead, case = allow(request, Act.ASSIGN), _open(pk)
        chosen = request.POST.get("to", "")
        to = next((each for each in deciders() if str(each.pk) == chosen), None)
        why = "Choose somebody who gives words." if to is None else objection(to, Act.TAKE, case)
        if to is None or why:
            messages.error(request, why)
        else:
            claims.assign(case.pk, to=to, by=lead, at=timezone.now())
            messages.success(request, f"{to} has the case now.")
        return HttpResponseRedirect(page_of(case.account.signup.pk))

    def save_view(self, request: HttpRequest) -> HttpResponse:
        """Keep what the queue is narrowed by under a name."""
        user = allow(request, Act.SAVE_VIEW)
        form = ViewForm(request.POST)
        if not form.is_valid():
            messages.error(request, str(next(iter(form.errors.values()))[0]))
        elif not save(user, form):
            messages.error(request, "You have as many views as one may have: delete one first.")
        return HttpResponseRedirect(f"{reverse(LIST)}?{form.cleaned_data.get('query', '')}")

    def forget_view(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Forget a view of one's own."""
        allow(request, Act.FORGET_VIEW)
        view = SavedView.objects.filter(pk=pk).first()
        if view is not None and may(request.user, Act.FORGET_VIEW, view):
            view.delete()
        return HttpResponseRedirect(reverse(LIST))


def _open(pk: int) -> Case:
    """A case that waits. Raises Http404."""
    case = Case.objects.filter(pk=pk, closed_at=None).select_related("account__signup", "claimed_by").first()
    if case is None:
        raise Http404
    return case
