"""Signups in the console: the list, the search, the page of one, and the word that an analyst gives there."""

import re
from datetime import datetime
from typing import Any

from django.contrib import admin, messages
from django.contrib.admin.views.main import ChangeList
from django.core.exceptions import PermissionDenied
from django.db.models import QuerySet
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.template.response import TemplateResponse
from django.urls import URLPattern, path, reverse
from django.utils import timezone
from django.utils.cache import patch_cache_control
from django.views.decorators.http import require_POST
from unfold.views import ChangeList as UnfoldChangeList

from risk.facts import Word
from risk.list_entries import EntryRefused
from risk.models import Assessment
from tiers.standing import ladder
from verification import claims, golden, looking, notes
from verification.appeals import AppealRefused
from verification.console import acts, asking, list_acts, tier_acts, unmasking
from verification.console.acts import ActForm, carry_out, offered, word_of
from verification.console.blind import as_it_was
from verification.console.dossier import Dossier, open_dossier
from verification.console.filters import SIGNUP_FILTERS
from verification.console.golden_accounts import GoldenForm
from verification.console.list_standing import standing
from verification.console.pages import page_of
from verification.console.permissions import Act, Barred, allow, deciders, may
from verification.console.readonly import COLOURS, ReadOnlyAdmin, column, moment
from verification.console.search import PER_PAGE, find_accounts
from verification.console.sightings import page_asked
from verification.console.taking import take_next
from verification.desk_models import AccountNote, Golden
from verification.models import Signup

NUMBER = re.compile(r"[0-9]{1,18}")


def _others(request: HttpRequest, dossier: Dossier, now: datetime) -> str:
    """Who else has the account's case now, and until when; nothing where nobody has."""
    held = (case for case in dossier.cases if claims.holder(case, at=now) not in {None, request.user})
    case = next(held, None)
    return f"{case.claimed_by} has this case until {case.claimed_until:%H:%M}" if case and case.claimed_until else ""


def _golden(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """For leads: whether the account is golden."""
    if not may(request.user, Act.KEEP_GOLDEN):
        return {}
    return {"may_make_golden": True, "golden": Golden.objects.filter(account=dossier.account.pk).first()}


def _assigning(request: HttpRequest, dossier: Dossier) -> dict[str, Any]:
    """For leads: to whom an open case may be given."""
    case = next(iter(dossier.cases), None)
    if case is None or not may(request.user, Act.ASSIGN):
        return {}
    return {"may_assign": case, "deciders": [one for one in deciders() if one.pk not in dossier.decided_before]}


def objection(request: HttpRequest, act: Act, dossier: Dossier) -> str:
    """What speaks against an act of this person's to this account, for them to read; empty where nothing does."""
    try:
        allow(request, act, dossier.account)
    except Barred as barred:
        return str(barred)
    return ""


def _text(request: HttpRequest) -> str:
    return request.POST.get("text", "").replace("\x00", "").strip()


def _act_form(dossier: Dossier, posted: Any = None) -> ActForm:
    return ActForm(posted, latest=dossier.latest, holds=dossier.word is not None, appealed=dossier.appeal is not None)


class SignupList(UnfoldChangeList):  # type: ignore[misc] # unfold ships no types
    """What is found comes in shorter pages, for it is waited for."""

    def get_results(self, request: HttpRequest) -> None:
        """As Django does."""
        if self.query:
            self.list_per_page = PER_PAGE
        super().get_results(request)


@admin.register(Signup)
class SignupAdmin(ReadOnlyAdmin):
    """Signups, the newest first."""

    list_display = ("account_id", "signed_up", "outcome", "score", "tier", "held", "state_label", "source_label")
    list_filter = SIGNUP_FILTERS
    ordering = ("-created_at",)
    sortable_by = ("signed_up",)
    search_fields = ("account__account_id",)
    search_help_text = "Account, signup or ring id, e-mail, phone, IP address, network, mail domain, device"

    @column("account")
    def account_id(self, signup: Signup) -> str:
        """The caller's own id."""
        return signup.account.account_id

    @column("signed up", ordering="created_at")
    def signed_up(self, signup: Signup) -> str | None:
        """When."""
        return moment(signup.created_at)

    @column(label=COLOURS)
    def outcome(self, signup: Signup) -> str:
        """What is decided now."""
        return signup.account.outcome

    @column()
    def score(self, signup: Signup) -> str:
        """100 times the probability of abuse."""
        return f"{signup.account.score:.1f}"

    @column()
    def tier(self, signup: Signup) -> str:
        """What the account may do."""
        return signup.account.tier

    @column(label=COLOURS)
    def held(self, signup: Signup) -> str | None:
        """Whether risk keeps the account below what its proofs open."""
        return "held" if signup.account.held else None

    @column("state", label=COLOURS)
    def state_label(self, signup: Signup) -> str:
        """Where the signup stands."""
        return signup.state.replace("_", " ")

    @column("source")
    def source_label(self, signup: Signup) -> str:
        """How it came in, and for which application."""
        return ", ".join(dict.fromkeys((signup.source, signup.application)))

    def get_queryset(self, request: HttpRequest) -> QuerySet[Signup]:
        """Never with what the person sent."""
        signups: QuerySet[Signup] = super().get_queryset(request)
        return signups.select_related("account").defer("person")

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Signup], search_term: str
    ) -> tuple[QuerySet[Signup], bool]:
        """By id, or by the keyed hash of an e-mail address or phone number."""
        del request
        return (queryset.filter(account__in=find_accounts(search_term)) if search_term else queryset), False

    def get_changelist(self, request: HttpRequest, **kwargs: Any) -> type[ChangeList]:
        """The list with shorter pages of what is found."""
        del request, kwargs
        return SignupList

    def get_urls(self) -> list[URLPattern]:
        """The act of giving a word, beside Django's own pages."""
        act = path(
            "<int:pk>/word/", self.admin_site.admin_view(require_POST(self.act)), name="verification_signup_word"
        )
        put = path(
            "<int:pk>/list/", self.admin_site.admin_view(require_POST(self.put)), name="verification_signup_list"
        )
        tier = path(
            "<int:pk>/tier/", self.admin_site.admin_view(require_POST(self.set_tier)), name="verification_signup_tier"
        )
        look = path(
            "<int:pk>/look/", self.admin_site.admin_view(require_POST(self.look)), name="verification_signup_look"
        )
        view = self.admin_site.admin_view
        more = [
            path(f"<int:pk>/{name}/", view(require_POST(take)), name=f"verification_signup_{name}")
            for name, take in (
                ("unmask", self.unmask),
                ("note", self.note),
                ("check", self.ask_check),
                ("golden", self.make_golden),
            )
        ]
        edit = view(require_POST(self.edit_note))
        more.append(path("<int:pk>/note/<int:note>/", edit, name="verification_signup_edit_note"))
        return [act, put, tier, look, *more, *super().get_urls()]

    def change_view(
        self, request: HttpRequest, object_id: str, form_url: str = "", extra_context: dict[str, Any] | None = None
    ) -> HttpResponse:
        """The page of one signup. `?assessment=` draws an earlier one, `?seen=` a page of sightings."""
        del form_url, extra_context
        return self._page(request, self._dossier(request, object_id))

    def act(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Give or withdraw a word."""
        analyst = allow(request, Act.DECIDE)
        dossier = self._dossier(request, str(pk))
        form = _act_form(dossier, request.POST)
        test = golden.case_of(dossier.account, analyst)
        if test is not None and form.is_valid():
            golden.answer(test, word_of(form.cleaned_data["act"]), analyst=analyst, at=timezone.now())
            messages.success(request, f"{form.cleaned_data['act'].capitalize()}: thank you.")
            following = take_next(request) if "next" in request.POST else None
            to = page_of(following.account.signup.pk) if following else reverse("admin:verification_case_changelist")
            return HttpResponseRedirect(to)
        if not form.is_valid():
            return self._page(request, dossier, form)
        try:
            withdraws = form.cleaned_data["act"] == acts.Act.WITHDRAW
            allow(request, Act.WITHDRAW if withdraws else Act.DECIDE, dossier.account)
            decision = carry_out(dossier.account.pk, form=form, analyst=analyst, at=timezone.now())
        except (AppealRefused, Barred, claims.ClaimedByAnother) as refused:
            form.add_error(None, str(refused))
            return self._page(request, dossier, form)
        account = decision.account if decision else dossier.account
        said = form.cleaned_data["act"]
        messages.success(request, f"{said.capitalize()}: now {account.outcome}, tier {account.tier}.")
        following = take_next(request) if "next" in request.POST else None
        return HttpResponseRedirect(page_of(following.account.signup.pk if following else pk))

    def set_tier(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Set a tier by hand, or undo that."""
        allow(request, Act.SET_TIER)
        dossier = self._dossier(request, str(pk))
        form = tier_acts.TierForm(request.POST, latest=dossier.latest, standing=dossier.override)
        if why := objection(request, Act.SET_TIER, dossier):
            form.add_error(None, why)
        if not form.is_valid():
            return self._page(request, dossier, tier_form=form)
        by = f"user:{request.user.pk}"
        decision = tier_acts.carry_out(dossier.account.pk, form=form, by=by, at=timezone.now())
        messages.success(request, f"Now tier {decision.account.tier}, outcome {decision.account.outcome}.")
        return HttpResponseRedirect(page_of(pk))

    def look(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Look at the account again: what is here at once, the rest as outside parties answer."""
        allow(request, Act.ASK)
        dossier = self._dossier(request, str(pk))
        if why := objection(request, Act.ASK, dossier):
            messages.error(request, why)
            return HttpResponseRedirect(page_of(pk))
        seen = looking.look(dossier.account, by=f"user:{request.user.pk}", at=timezone.now())
        dossier.account.refresh_from_db()
        asked = f" Asked outside: {', '.join(each.replace('_', ' ') for each in seen.asked)}." if seen.asked else ""
        became = "It was decided again" if seen.decided else "Nothing has changed here"
        messages.success(request, f"{became}: {dossier.account.outcome}, tier {dossier.account.tier}.{asked}")
        return HttpResponseRedirect(page_of(pk))

    def put(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put on a list what the account showed."""
        allow(request, Act.USE_LISTS)
        dossier, now = self._dossier(request, str(pk)), timezone.now()
        stand = standing(dossier.account, at=now)
        form = list_acts.AccountForm(request.POST, facts=stand.facts, shown=stand.shown)
        if form.is_valid():
            try:
                entries = form.put(dossier.account.pk, author=f"user:{request.user.pk}", at=now)
            except EntryRefused as refused:
                form.add_error(None, refused.why)
            else:
                messages.success(request, f"On {entries[0].list} now.")
                return HttpResponseRedirect(page_of(pk))
        return self._page(request, dossier, list_form=form)

    def unmask(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Read one field that the person gave. The answer is kept by no cache."""
        analyst = allow(request, Act.UNMASK)
        dossier = self._dossier(request, str(pk))
        form = unmasking.UnmaskForm(request.POST)
        read = unmasking.unmask(dossier.signup, form, by=analyst) if form.is_valid() else None
        answer = self._page(request, self._dossier(request, str(pk)), unmasked=(form, read))
        patch_cache_control(answer, no_store=True)
        return answer

    def note(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Put a note to the account, which decides nothing."""
        analyst = allow(request, Act.NOTE)
        dossier, text = self._dossier(request, str(pk)), _text(request)
        if text:
            notes.write(dossier.account, text, by=analyst, at=timezone.now())
        else:
            messages.error(request, "Write something first.")
        return HttpResponseRedirect(f"{page_of(pk)}#gh-notes")

    def edit_note(self, request: HttpRequest, pk: int, note: int) -> HttpResponse:
        """Put other words in place of those of one's own note."""
        allow(request, Act.EDIT_NOTE)
        dossier, text = self._dossier(request, str(pk)), _text(request)
        found = AccountNote.objects.filter(account=dossier.account, pk=note).first()
        if found is None:
            raise Http404
        try:
            allow(request, Act.EDIT_NOTE, found)
        except Barred as barred:
            messages.error(request, str(barred))
        else:
            if text:
                notes.edit(found, text, at=timezone.now())
        return HttpResponseRedirect(f"{page_of(pk)}#gh-notes")

    def make_golden(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Make the account golden: of it, it is known what is right."""
        lead = allow(request, Act.KEEP_GOLDEN)
        dossier, form = self._dossier(request, str(pk)), GoldenForm(request.POST)
        if form.is_valid():
            told = {"truth": Word(form.cleaned_data["truth"]), "why": form.cleaned_data["why"]}
            golden.make(dossier.account, by=lead, at=timezone.now(), **told)
            messages.success(request, "It is golden now.")
        else:
            messages.error(request, " ".join(str(error) for errors in form.errors.values() for error in errors))
        return HttpResponseRedirect(page_of(pk))

    def ask_check(self, request: HttpRequest, pk: int) -> HttpResponse:
        """Ask the person for a check: a code goes out, and the product hears of it."""
        allow(request, Act.ASK)
        dossier = self._dossier(request, str(pk))
        kind = asking.kind_of(request.POST.get("kind", ""))
        if kind is None:
            raise Http404
        refused = objection(request, Act.ASK, dossier) or asking.ask_for(
            dossier.signup, kind, by=f"user:{request.user.pk}", at=timezone.now()
        )
        if refused:
            messages.error(request, refused)
        else:
            messages.success(request, f"Asked for {kind.replace('_', ' ')}.")
        return HttpResponseRedirect(page_of(pk))

    def _dossier(self, request: HttpRequest, object_id: str) -> Dossier:
        if not self.has_view_permission(request):
            raise PermissionDenied
        signup = self.get_object(request, object_id)
        if signup is None:
            raise Http404
        chosen = request.GET.get("assessment", "")
        try:
            dossier = open_dossier(
                signup,
                chosen=int(chosen) if NUMBER.fullmatch(chosen) else None,
                seen_page=page_asked(request.GET.get("seen", "")),
            )
            test = golden.case_of(signup.account, request.user) if request.user.is_authenticated else None
            return as_it_was(dossier, test) if test is not None else dossier
        except Assessment.DoesNotExist:
            raise Http404 from None

    def _page(
        self,
        request: HttpRequest,
        dossier: Dossier,
        form: ActForm | None = None,
        list_form: list_acts.AccountForm | None = None,
        tier_form: tier_acts.TierForm | None = None,
        unmasked: tuple[unmasking.UnmaskForm, unmasking.Unmasked | None] | None = None,
    ) -> HttpResponse:
        holds, now = dossier.word is not None, timezone.now()
        refused = form or list_form or tier_form or (unmasked is not None and unmasked[1] is None)
        stand = standing(dossier.account, at=now)
        context = {
            **self.admin_site.each_context(request),
            "title": dossier.account.account_id,
            "opts": self.opts,
            "original": dossier.account.account_id,
            "dossier": dossier,
            "form": form or _act_form(dossier),
            "buttons": offered(holds=holds, appealed=dossier.appeal is not None),
            "others": _others(request, dossier, now),
            "barred": request.user.pk in dossier.decided_before,
            "may_act": may(request.user, Act.DECIDE),
            "stands": stand.stands,
            "list_form": list_form or list_acts.AccountForm(facts=stand.facts, shown=stand.shown),
            "may_put": may(request.user, Act.USE_LISTS),
            **_assigning(request, dossier),
            **_golden(request, dossier),
            "unmask_form": unmasked[0] if unmasked else unmasking.UnmaskForm(),
            "unmasked": unmasked[1] if unmasked else None,
            "may_unmask": may(request.user, Act.UNMASK),
            "may_ask_for": asking.offered(dossier.signup) if may(request.user, Act.ASK) else (),
            **self._tiers(request, dossier, tier_form),
            "now": now,
        }
        request.current_app = self.admin_site.name
        return TemplateResponse(request, "console/signup.html", context, status=422 if refused else 200)

    def _tiers(self, request: HttpRequest, dossier: Dossier, form: tier_acts.TierForm | None) -> dict[str, Any]:
        """What the page says of tiers: the form, and the answer to `?tier_at=`."""
        account, asked = dossier.account, request.GET.get("tier_at", "")
        since = account.rising_since
        return {
            "tier_form": form or tier_acts.TierForm(latest=dossier.latest, standing=dossier.override),
            "may_set_tier": may(request.user, Act.SET_TIER),
            "tier_at": asked[:40],
            "then": tier_acts.then(account, asked),
            "rises_at": since + ladder().movement.rise_after if since else None,
        }
