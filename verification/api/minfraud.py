"""POST /minfraud/v2.0/score, insights, factors and transactions/report: for products that use MaxMind's clients.

They work by another host name: the licence key is one of Gatehouse's, the account id is not looked at. A transaction is
a signup of the account that it names; of one that is known already, it is asked how it stands. docs/minfraud.md.
"""

import uuid
from collections.abc import Mapping
from datetime import datetime
from http import HTTPStatus
from typing import Any, ClassVar, Final

import uuid_utils
from django.utils import timezone
from drf_spectacular.types import OpenApiTypes
from drf_spectacular.utils import extend_schema
from rest_framework import serializers
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib import ratelimit
from config.lib.auth import in_test_mode, key_of, requires
from config.lib.errors import Problem, translate
from risk.facts import ReportKind
from risk.identifiers import IdentifierKind
from risk.models import Assessment, Device, Identifier
from tiers.models import Account
from verification import minfraud, minfraud_answers, reports
from verification.api.basic_keys import BasicKeyAuthentication
from verification.keeping_models import MinfraudQuery
from verification.minfraud import Transaction, Unreadable
from verification.models import Report
from verification.reports import Telling
from verification.signup import Entry, register
from verification.tasks import queue_report

MEDIA: Final = "application/vnd.maxmind.com-minfraud-{}+json; charset=UTF-8; version=2.0"
# What minFraud calls what goes wrong; its clients raise by these.
CODES: Final[Mapping[str, str]] = {
    "api_key_missing": "AUTHORIZATION_INVALID",
    "api_key_invalid": "AUTHORIZATION_INVALID",
    "publishable_key_refused": "AUTHORIZATION_INVALID",
    "scope_missing": "PERMISSION_REQUIRED",
    "body_malformed": "JSON_INVALID",
}


class MinfraudError(serializers.Serializer[Any]):
    """What went wrong, in minFraud's words."""

    code = serializers.CharField()
    error = serializers.CharField()


def _answers(kind: str) -> dict[Any, Any]:
    return {(200, MEDIA.format(kind).partition(";")[0]): OpenApiTypes.OBJECT, **ERRORS}


ERRORS: Final = dict.fromkeys((400, 401, 403, 405, 406, 413, 415, 429), MinfraudError)


class MinfraudView(APIView):
    """What its calls have in common: how they are signed, and what an error looks like."""

    authentication_classes = [BasicKeyAuthentication]
    permission_classes = [requires("signups:write")]

    def handle_exception(self, exc: Exception) -> Response:
        """An error as minFraud's clients read it."""
        if isinstance(exc, Unreadable):
            place = exc.pointer or "the body"
            return Response({"code": "PARAMETER_UNKNOWN", "error": f"{place}: {exc.why}"}, status=400)
        problem = translate(exc)
        if problem.kind.status >= HTTPStatus.INTERNAL_SERVER_ERROR:
            return super().handle_exception(exc)
        code = CODES.get(problem.kind.code, "REQUEST_INVALID")
        answer = Response({"code": code, "error": problem.kind.title}, status=problem.kind.status)
        for name, value in (problem.headers or {}).items():
            answer[name] = value
        return answer


class _QueryView(MinfraudView):
    """A question."""

    kind: ClassVar[str]
    permission_classes = [requires("signups:write"), requires("scores:read")]  # each answer is a score

    def ask(self, request: Request) -> Response:
        """Register the account, where it is new, and tell how it stands."""
        application, now = key_of(request).application, timezone.now()
        asked = minfraud.read(request.data, application=application, made_up=f"txn_{uuid_utils.uuid7().hex}")
        account = self._account(request, asked, application, now)
        query = MinfraudQuery.objects.create(account=account, transaction=asked.transaction, at=now)
        assessment = Assessment.objects.filter(subject=account.pk).order_by("-pk")[0]
        told = self.answer(query.pk, assessment, asked)
        return Response(told, content_type=MEDIA.format(self.kind))

    def _account(self, request: Request, asked: Transaction, application: str, now: datetime) -> Account:
        test, account_id = in_test_mode(request), asked.registration.account_id
        known = Account.objects.filter(account_id=account_id, test=test).first()
        if known is not None:
            return known
        entry = Entry(asked.registration, now, device_token=asked.device_token)
        try:
            return register(entry, application=application, test=test).account
        except Problem:  # another call was first
            return Account.objects.get(account_id=account_id, test=test)

    def answer(self, query: uuid.UUID, assessment: Assessment, asked: Transaction) -> dict[str, Any]:
        """The body."""
        raise NotImplementedError


class ScoreView(_QueryView):
    """minFraud Score."""

    kind = "score"

    @extend_schema(
        operation_id="minfraudScore",
        summary="minFraud Score: the risk of a transaction",
        request=OpenApiTypes.OBJECT,
        responses=_answers("score"),
    )
    def post(self, request: Request) -> Response:
        """As docs/minfraud.md tells, field by field."""
        return self.ask(request)

    def answer(self, query: uuid.UUID, assessment: Assessment, asked: Transaction) -> dict[str, Any]:
        """The body."""
        return minfraud_answers.score(query, assessment, unknown=asked.unknown)


class InsightsView(_QueryView):
    """minFraud Insights."""

    kind = "insights"

    @extend_schema(
        operation_id="minfraudInsights",
        summary="minFraud Insights: as Score, with what is known of address, device, mailbox, card and phone",
        request=OpenApiTypes.OBJECT,
        responses=_answers("insights"),
    )
    def post(self, request: Request) -> Response:
        """As docs/minfraud.md tells, field by field."""
        return self.ask(request)

    def answer(self, query: uuid.UUID, assessment: Assessment, asked: Transaction) -> dict[str, Any]:
        """The body."""
        return minfraud_answers.insights(
            query, assessment, unknown=asked.unknown, ip=asked.registration.ip, seen=_seen(assessment.subject)
        )


class FactorsView(InsightsView):
    """minFraud Factors."""

    kind = "factors"

    @extend_schema(
        operation_id="minfraudFactors",
        summary="minFraud Factors: as Insights, with the reasons of the score",
        request=OpenApiTypes.OBJECT,
        responses=_answers("factors"),
    )
    def post(self, request: Request) -> Response:
        """As docs/minfraud.md tells, field by field."""
        return self.ask(request)

    def answer(self, query: uuid.UUID, assessment: Assessment, asked: Transaction) -> dict[str, Any]:
        """The body."""
        return minfraud_answers.factors(super().answer(query, assessment, asked), assessment)


class MinfraudReportView(MinfraudView):
    """Where it is told what a transaction turned out to be."""

    permission_classes = [requires("accounts:write")]

    @extend_schema(
        operation_id="minfraudReport",
        summary="minFraud's report of a transaction: chargeback, suspected fraud, abuse, none, or taken back",
        request=OpenApiTypes.OBJECT,
        responses={204: None, **ERRORS},
    )
    def post(self, request: Request) -> Response:
        """Keep it and decide the account anew. Of a transaction that nobody asked about, nothing can be kept."""
        sent: Any = request.data
        tag = sent.get("tag") if isinstance(sent, Mapping) else None
        if not isinstance(tag, str) or (tag != minfraud.CLEAR and tag not in minfraud.TAGS):
            raise Unreadable("/tag", f"one of {', '.join((*minfraud.TAGS, minfraud.CLEAR))} is needed")
        query = _query(request, sent)
        if query is not None:
            ratelimit.draw(reports.quota_of(key_of(request)))
            _tell(request, query.account, query.pk, tag)
        return Response(status=204)


def _query(request: Request, sent: Mapping[str, Any]) -> MinfraudQuery | None:
    """The question that a report is about: by the id of its answer, or by the caller's own name."""
    mine = MinfraudQuery.objects.select_related("account").filter(account__test=in_test_mode(request))
    try:
        if (given := sent.get("minfraud_id")) is not None:
            return mine.filter(pk=uuid.UUID(str(given))).first()
    except ValueError:
        raise Unreadable("/minfraud_id", "a UUID is needed") from None
    name = minfraud.name_of(str(sent.get("transaction_id") or ""), key_of(request).application)
    return mine.filter(transaction=name).order_by("-at").first() if name is not None else None


def _tell(request: Request, account: Account, query: uuid.UUID, tag: str) -> None:
    now, mode = timezone.now(), ":test" if account.test else ""
    source = f"minfraud:{key_of(request).application}{mode}"
    if tag == minfraud.CLEAR:
        for told in Report.objects.filter(account=account, source=source, withdrawn_at=None):
            again = Telling(source, told.reference, ReportKind(told.kind), told.at, stands=False)
            queue_report(reports.take_own(again, account=account, at=now))
        return
    telling = Telling(source, f"{query}:{tag}", minfraud.TAGS[tag], now)
    queue_report(reports.take_own(telling, account=account, at=now))


def _seen(subject: int) -> dict[str, Any]:
    """Which device it was and when it was last seen, and since when its mailbox is known."""
    shown = dict(Identifier.objects.filter(subject=subject).order_by("pk").values_list("kind", "value"))
    seen: dict[str, Any] = {}
    if (device := shown.get(IdentifierKind.DEVICE)) is not None:
        known = Device.objects.filter(value=device).values_list("last_seen", flat=True)
        seen |= {"device": device, "device_seen": known.first()}
    if (mailbox := shown.get(IdentifierKind.MAILBOX)) is not None:
        same = Identifier.objects.filter(kind=IdentifierKind.MAILBOX, value=mailbox)
        seen["mailbox_since"] = same.order_by("at").values_list("at", flat=True).first()
    return seen
