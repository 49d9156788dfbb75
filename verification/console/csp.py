"""The one exception that the console needs from the Content-Security-Policy, for its own pages alone.

django-unfold writes its pages' behaviour as Alpine.js expressions in attributes, which Alpine turns into functions:
that is 'unsafe-eval'. Inline scripts, inline styles and other origins stay forbidden in the console as everywhere.
"""

from collections.abc import Mapping

from csp.middleware import CSPMiddleware, PolicyParts
from django.http import HttpRequest, HttpResponseBase
from django.urls import reverse

CONSOLE: Mapping[str, list[str]] = {"script-src": ["'self'", "'unsafe-eval'"]}


class ContentSecurityPolicyMiddleware(CSPMiddleware):
    """The policy of settings.CONTENT_SECURITY_POLICY, with what the console adds where the console answers."""

    def get_policy_parts(
        self,
        request: HttpRequest,
        response: HttpResponseBase,
        report_only: bool = False,  # noqa: FBT001, FBT002 - the library's signature
    ) -> PolicyParts:
        """The parts of which the header of one answer is made."""
        parts = super().get_policy_parts(request, response, report_only)
        if parts.update is None and request.path.startswith(reverse("admin:index")):
            parts.update = dict(CONSOLE)
        return parts
