"""GET /taxii2/...: what a partner may read of confirmed rings, by TAXII 2.1 (OASIS Standard, 10 June 2021).

One API root, and in it one collection for each partner, read-only. A key sees the collection of the partner that it is
named for (its application), and no other: an unknown collection and another's look the same.
"""

import hashlib
import json
import uuid
from collections.abc import Mapping
from datetime import datetime
from typing import Any, Final

from django.db.models import QuerySet
from django.http import Http404
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.negotiation import DefaultContentNegotiation
from rest_framework.request import Request
from rest_framework.response import Response
from rest_framework.views import APIView

from config.lib.auth import in_test_mode, key_of, requires
from config.lib.http import API_HEADERS, holds_tag
from config.lib.rendering import JsonRenderer
from config.lib.schema import PROBLEMS
from verification.api.basic_keys import BasicKeyAuthentication
from verification.api.taxii_paging import Query, entries_of, envelope_of, version_of
from verification.sharing import partners
from verification.sharing_models import Partner, SharedObject

MEDIA_TYPE: Final = "application/taxii+json;version=2.1"
STIX: Final = "application/stix+json;version=2.1"
ROOT: Final = "/taxii2/gatehouse/"
CONTENT_MOST: Final = 1_000_000  # bytes of what would be sent to us, where anything could be
FIRST, LAST = "X-TAXII-Date-Added-First", "X-TAXII-Date-Added-Last"
ANSWER: Final = "application/taxii+json"
TAGGED: Final = [OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, required=False)]


class TaxiiRenderer(JsonRenderer):
    """JSON under TAXII's media type, which every answer names in full."""

    media_type = ANSWER
    format = "taxii"
    charset = None


class TaxiiNegotiation(DefaultContentNegotiation):
    """Whoever asks for another version of TAXII gets none."""

    def get_accept_list(self, request: Request) -> list[str]:
        """What the caller accepts, without other versions."""
        accepted = (each.replace(" ", "") for each in super().get_accept_list(request))
        return [each for each in accepted if ";version=" not in each or ";version=2.1" in each]


class DiscoveryAnswer(serializers.Serializer[Any]):
    title = serializers.CharField()
    description = serializers.CharField()
    default = serializers.CharField()
    api_roots = serializers.ListField(child=serializers.CharField())


class ApiRootAnswer(serializers.Serializer[Any]):
    title = serializers.CharField()
    description = serializers.CharField()
    versions = serializers.ListField(child=serializers.CharField())
    max_content_length = serializers.IntegerField()


class CollectionAnswer(serializers.Serializer[Any]):
    id = serializers.UUIDField()
    title = serializers.CharField()
    description = serializers.CharField()
    can_read = serializers.BooleanField()
    can_write = serializers.BooleanField()
    media_types = serializers.ListField(child=serializers.CharField())


class CollectionsAnswer(serializers.Serializer[Any]):
    collections = CollectionAnswer(many=True, required=False)


class EnvelopeAnswer(serializers.Serializer[Any]):
    more = serializers.BooleanField(required=False)
    next = serializers.CharField(required=False, help_text="Send it as next, with the same query, for the next page.")
    objects = serializers.ListField(child=serializers.DictField(), required=False, help_text="Of STIX 2.1.")


class ManifestEntry(serializers.Serializer[Any]):
    id = serializers.CharField()
    date_added = serializers.DateTimeField()
    version = serializers.DateTimeField()
    media_type = serializers.CharField()


class ManifestAnswer(serializers.Serializer[Any]):
    more = serializers.BooleanField(required=False)
    next = serializers.CharField(required=False)
    objects = ManifestEntry(many=True, required=False)


class VersionsAnswer(serializers.Serializer[Any]):
    more = serializers.BooleanField(required=False)
    next = serializers.CharField(required=False)
    versions = serializers.ListField(child=serializers.DateTimeField(), required=False)


def _query(*names: str) -> list[OpenApiParameter]:
    told = {
        "limit": (int, "1 to 1,000 of a page; left out: 100. More than 1,000 are as 1,000."),
        "next": (str, "What the last page gave out."),
        "added_after": (str, "A moment in RFC 3339: what was added or changed after it."),
        "match[id]": (str, "Ids, between commas."),
        "match[type]": (str, "Types, between commas."),
        "match[version]": (str, "last, first, all, or moments: of each object there is its last version alone."),
        "match[spec_version]": (str, "2.1, which all objects are of."),
    }
    return [OpenApiParameter(name, told[name][0], description=told[name][1]) for name in (names or told)] + TAGGED


def _answers(body: type[serializers.Serializer[Any]]) -> Mapping[Any, Any]:
    return {(200, ANSWER): body, 304: None, **PROBLEMS}


class TaxiiView(APIView):
    """What its calls have in common: who may read, in which form, and when an answer need not be sent again."""

    authentication_classes = [BasicKeyAuthentication]
    permission_classes = [requires("indicators:read")]
    renderer_classes = [TaxiiRenderer]
    content_negotiation_class = TaxiiNegotiation

    def partners(self, request: Request) -> QuerySet[Partner]:
        """Whose collections the key sees: its own partner's, or none. Rings are of live accounts."""
        mine = partners.standing().filter(name=key_of(request).application)
        return mine.none() if in_test_mode(request) else mine

    def shared(self, request: Request, collection: str) -> QuerySet[SharedObject]:
        """The objects of a collection. Raises Http404."""
        return SharedObject.objects.filter(partner=self.partner(request, collection))

    def partner(self, request: Request, collection: str) -> Partner:
        """Whose collection it is. Raises Http404."""
        try:
            wanted = uuid.UUID(collection)
        except ValueError:
            raise Http404 from None
        found = self.partners(request).filter(collection=wanted).first()
        if found is None or str(wanted) != collection:
            raise Http404
        return found

    def answer(self, request: Request, body: Mapping[str, Any], *, added: tuple[datetime, datetime] | None) -> Response:
        """An answer with a strong ETag; 304 where the caller has it. `added`: when its first and last were added."""
        headers = {**API_HEADERS, "Cache-Control": "private, no-cache", "Vary": "Authorization, Accept"}
        if added is not None:
            headers |= {FIRST: _microseconds(added[0]), LAST: _microseconds(added[1])}
        headers["ETag"] = f'"{hashlib.sha256(json.dumps(body, sort_keys=True).encode()).hexdigest()[:32]}"'
        if holds_tag(request.headers.get("If-None-Match", ""), headers["ETag"]):
            return Response(status=304, headers=headers)
        return Response(body, headers=headers, content_type=MEDIA_TYPE)


class DiscoveryView(TaxiiView):
    """Where the API roots are."""

    @extend_schema(
        operation_id="taxiiDiscovery",
        summary="Which API roots there are (TAXII 2.1)",
        parameters=TAGGED,
        responses=_answers(DiscoveryAnswer),
    )
    def get(self, request: Request) -> Response:
        """There is one."""
        address = request.build_absolute_uri(ROOT)
        told = {"title": "Gatehouse", "description": "Indicators of rings of accounts, for partners."}
        return self.answer(request, {**told, "default": address, "api_roots": [address]}, added=None)


class ApiRootView(TaxiiView):
    """What the API root speaks."""

    @extend_schema(
        operation_id="taxiiApiRoot",
        summary="What the API root speaks (TAXII 2.1)",
        parameters=TAGGED,
        responses=_answers(ApiRootAnswer),
    )
    def get(self, request: Request) -> Response:
        """Nothing is taken in here: import_indicators does that."""
        told = {"title": "Gatehouse", "description": "A collection for each partner, read-only."}
        return self.answer(request, {**told, "versions": [MEDIA_TYPE], "max_content_length": CONTENT_MOST}, added=None)


class CollectionsView(TaxiiView):
    """The collections that the key may read."""

    @extend_schema(
        operation_id="taxiiCollections",
        summary="The collections that the key may read (TAXII 2.1)",
        parameters=TAGGED,
        responses=_answers(CollectionsAnswer),
    )
    def get(self, request: Request) -> Response:
        """Of the partner that the key is named for."""
        told = [_collection(partner) for partner in self.partners(request)]
        return self.answer(request, {"collections": told} if told else {}, added=None)


class CollectionView(TaxiiView):
    """One collection."""

    @extend_schema(
        operation_id="taxiiCollection",
        summary="A collection (TAXII 2.1)",
        parameters=TAGGED,
        responses=_answers(CollectionAnswer),
    )
    def get(self, request: Request, collection: str) -> Response:
        """What can be done with it."""
        return self.answer(request, _collection(self.partner(request, collection)), added=None)


class ObjectsView(TaxiiView):
    """The objects of a collection."""

    @extend_schema(
        operation_id="taxiiObjects",
        summary="The objects of a collection, in the order in which they were added or changed (TAXII 2.1)",
        parameters=_query(),
        responses=_answers(EnvelopeAnswer),
    )
    def get(self, request: Request, collection: str) -> Response:
        """A page of them, revoked ones among them."""
        page = Query.of(request).page(self.shared(request, collection))
        return self.answer(request, envelope_of(page, [row.body for row in page.rows]), added=page.added)


class ManifestView(TaxiiView):
    """What objects a collection has, without themselves."""

    @extend_schema(
        operation_id="taxiiManifest",
        summary="Which objects a collection has, in which versions (TAXII 2.1)",
        parameters=_query(),
        responses=_answers(ManifestAnswer),
    )
    def get(self, request: Request, collection: str) -> Response:
        """A page of it."""
        page = Query.of(request).page(self.shared(request, collection))
        return self.answer(request, envelope_of(page, entries_of(page, media_type=STIX)), added=page.added)


class ObjectView(TaxiiView):
    """One object."""

    @extend_schema(
        operation_id="taxiiObject",
        summary="One object of a collection (TAXII 2.1)",
        parameters=_query("limit", "next", "added_after", "match[version]", "match[spec_version]"),
        responses=_answers(EnvelopeAnswer),
    )
    def get(self, request: Request, collection: str, object_id: str) -> Response:
        """Its last version."""
        page = Query.of(request).page(self.one(request, collection, object_id))
        return self.answer(request, envelope_of(page, [row.body for row in page.rows]), added=page.added)

    def one(self, request: Request, collection: str, object_id: str) -> QuerySet[SharedObject]:
        """The object. Raises Http404."""
        found = self.shared(request, collection).filter(stix_id=object_id[:100])
        if not found.exists():
            raise Http404
        return found


class ObjectVersionsView(ObjectView):
    """The versions of one object."""

    @extend_schema(
        operation_id="taxiiObjectVersions",
        summary="The versions of an object of a collection: the last alone is kept (TAXII 2.1)",
        parameters=_query("limit", "next", "added_after", "match[spec_version]"),
        responses=_answers(VersionsAnswer),
    )
    def get(self, request: Request, collection: str, object_id: str) -> Response:
        """One."""
        page = Query.of(request).page(self.one(request, collection, object_id))
        told = [version_of(row.modified) for row in page.rows]
        return self.answer(request, envelope_of(page, told, name="versions"), added=page.added)


def _collection(partner: Partner) -> dict[str, Any]:
    return {
        "id": str(partner.collection),
        "title": f"For {partner.name}",
        "description": "Confirmed rings, as intrusion-sets with indicators, under the key that we agreed on.",
        "can_read": True,
        "can_write": False,
        "media_types": [STIX],
    }


def _microseconds(moment: datetime) -> str:
    return moment.strftime("%Y-%m-%dT%H:%M:%S.%fZ")
