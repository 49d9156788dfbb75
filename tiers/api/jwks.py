"""GET /.well-known/jwks.json and /test/.well-known/jwks.json: what tier tokens are checked with."""

import hashlib
import json
from datetime import timedelta
from typing import Any

from django.http import HttpResponse
from drf_spectacular.utils import OpenApiParameter, extend_schema
from rest_framework import serializers
from rest_framework.permissions import AllowAny
from rest_framework.request import Request
from rest_framework.views import APIView

from config.lib.http import holds_tag
from config.lib.schema import PROBLEMS
from tiers.keys import published

MEDIA_TYPE = "application/jwk-set+json"
FRESH = timedelta(minutes=5)
STALE = timedelta(hours=1)  # a cache may go on with what it has while it asks, or while nobody answers
CACHE_CONTROL = (
    f"public, max-age={FRESH.seconds}, stale-while-revalidate={STALE.seconds}, stale-if-error={STALE.seconds}"
)


class JwkSerializer(serializers.Serializer[Any]):
    kty = serializers.CharField()
    crv = serializers.CharField()
    x = serializers.CharField()
    kid = serializers.CharField()
    use = serializers.CharField()
    alg = serializers.CharField()


class JwksSerializer(serializers.Serializer[Any]):
    keys = JwkSerializer(many=True)


class JwksView(APIView):
    """Public keys: no key is needed to read them, and no limit counted, for they are kept in memory."""

    authentication_classes = []
    permission_classes = [AllowAny]
    throttle_classes = []
    test = False

    @extend_schema(
        summary="The keys that tier tokens are signed with (RFC 7517)",
        parameters=[OpenApiParameter("If-None-Match", str, OpenApiParameter.HEADER, required=False)],
        responses={(200, MEDIA_TYPE): JwksSerializer, 304: None, **PROBLEMS},
        auth=[],
    )
    def get(self, request: Request) -> HttpResponse:
        """Every key that signs, will sign soon, or signed what may still be good."""
        body = json.dumps(published(test=self.test), separators=(",", ":"))
        tag = f'"{hashlib.sha256(body.encode()).hexdigest()[:32]}"'
        headers = {"ETag": tag, "Cache-Control": CACHE_CONTROL}
        if holds_tag(request.headers.get("If-None-Match", ""), tag):
            return HttpResponse(status=304, headers=headers)
        return HttpResponse(body, content_type=MEDIA_TYPE, headers=headers)
