"""The development inbox: what offline providers would have sent. Served only where GATEHOUSE_DEVELOPMENT is set."""

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from verification.models import InboxMessage

SHOWN = 50


@require_safe
def inbox(request: HttpRequest) -> HttpResponse:
    """The latest messages."""
    messages = [
        {"channel": row.channel, "at": row.at, **row.message} for row in InboxMessage.objects.order_by("-at")[:SHOWN]
    ]
    return render(request, "pages/inbox.html", {"messages": messages})
