"""Everything else that the console shows: the audit log, API keys, events and messages."""

import json
from collections.abc import Sequence

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest
from django.urls import reverse
from django.utils import timezone
from django.utils.html import format_html
from django.utils.http import urlencode
from django.utils.safestring import SafeString

from config.lib.crypto import DecryptionError
from config.lib.models import ApiKey, AuditEntry
from tiers.models import Account
from verification.checks import email, phone
from verification.console.readonly import MenuFilter, ReadOnlyAdmin, column, moment
from verification.events import EVENTS
from verification.models import Event, InboxMessage

EVENT_COLOURS = {"waiting": "warning", "relayed": "success"}
KEY_COLOURS = {"in force": "success", "revoked": "danger", "expired": "warning"}


def document(text: str) -> SafeString:
    """A text in the lines it has."""
    return format_html('<pre class="gh-document" tabindex="0">{}</pre>', text)


@admin.register(AuditEntry)
class AuditAdmin(ReadOnlyAdmin):
    """Who did what to whom; `verify_audit` proves that nothing is missing."""

    list_display = ("seq", "when", "actor", "act", "subject")
    fields = ("seq", "when", "actor", "act", "subject", "told", "previous", "digest")
    readonly_fields = fields
    ordering = ("-seq",)
    search_fields = ("subject",)
    search_help_text = "Subject, as account:7; or act, as account.deny"

    @column("at")
    def when(self, entry: AuditEntry) -> str | None:
        """When."""
        return moment(entry.at)

    @column("details")
    def told(self, entry: AuditEntry) -> SafeString:
        """What the entry tells beyond that."""
        return document(json.dumps(entry.details, indent=2, ensure_ascii=False))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[AuditEntry], search_term: str
    ) -> tuple[QuerySet[AuditEntry], bool]:
        """By the whole subject or act: both have an index."""
        del request
        if not search_term:
            return queryset, False
        return queryset.filter(subject=search_term) | queryset.filter(act=search_term), False


@admin.register(ApiKey)
class ApiKeyAdmin(ReadOnlyAdmin):
    """Keys by their prefix. create_api_key makes them: a key is shown once, and not in a browser."""

    list_display = ("prefix", "name", "application", "status", "may", "used", "expires")
    fields = ("prefix", "name", "application", "kind", "mode", "status", "may", "created", "used", "expires", "revoked")
    readonly_fields = fields
    ordering = ("-created_at", "-pk")

    @column()
    def prefix(self, key: ApiKey) -> str:
        """How the key begins."""
        return f"gh_{key.kind[0]}k_{key.mode}_{key.public_id}"

    @column(label=KEY_COLOURS)
    def status(self, key: ApiKey) -> str:
        """Whether calls with it go through."""
        return key_status(key)

    @column("scopes")
    def may(self, key: ApiKey) -> str:
        """What it opens."""
        return ", ".join(key.scopes)

    @column("last used")
    def used(self, key: ApiKey) -> str | None:
        """To the minute."""
        return moment(key.last_used_at)

    @column()
    def created(self, key: ApiKey) -> str | None:
        """When it was made."""
        return moment(key.created_at)

    @column()
    def expires(self, key: ApiKey) -> str | None:
        """When it ends by itself."""
        return moment(key.expires_at)

    @column()
    def revoked(self, key: ApiKey) -> str | None:
        """When it was ended."""
        return moment(key.revoked_at)


class RelayedFilter(MenuFilter):
    """Whether the tasks of an event are queued."""

    title = "status"
    parameter_name = "status"
    lookup = "relayed_at__isnull"

    def menu(self) -> Sequence[str]:
        """Two."""
        return ("True", "False")

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """In words."""
        del request, model_admin
        return [("True", "Waiting"), ("False", "Relayed")]

    def queryset(self, request: HttpRequest, queryset: QuerySet[Event]) -> QuerySet[Event]:
        """Those of the chosen status."""
        del request
        return queryset.filter(relayed_at__isnull=self.value() == "True") if self.value() in self.menu() else queryset


class TypeFilter(MenuFilter):
    """What has happened."""

    title = "type"
    parameter_name = "type"
    lookup = "type"

    def menu(self) -> Sequence[str]:
        """The menu of docs/events.md."""
        return tuple(EVENTS)

    def lookups(self, request: HttpRequest, model_admin: object) -> list[tuple[str, str]]:
        """By their own names."""
        del request, model_admin
        return [(name, name) for name in self.menu()]


@admin.register(Event)
class EventAdmin(ReadOnlyAdmin):
    """What has happened, the newest first."""

    list_display = ("id", "type", "when", "account_label", "status", "relayed")
    fields = ("type", "when", "account_label", "status", "relayed", "body")
    readonly_fields = fields
    list_display_links = ("id", "type")
    list_filter = (RelayedFilter, TypeFilter)
    list_select_related = ("account",)
    ordering = ("-id",)
    search_fields = ("account__account_id",)
    search_help_text = "Account id"

    @column("at")
    def when(self, event: Event) -> str | None:
        """When."""
        return moment(event.at)

    @column("account")
    def account_label(self, event: Event) -> SafeString | None:
        """Whom it tells of, leading there."""
        if event.account is None:
            return None
        found = f"{reverse('admin:verification_signup_changelist')}?{urlencode({'q': event.account.account_id})}"
        return format_html('<a class="gh-link" href="{}">{}</a>', found, event.account.account_id)

    @column(label=EVENT_COLOURS)
    def status(self, event: Event) -> str:
        """Whether its tasks are queued."""
        return "relayed" if event.relayed_at else "waiting"

    @column()
    def relayed(self, event: Event) -> str | None:
        """When they were."""
        return moment(event.relayed_at)

    @column("data")
    def body(self, event: Event) -> SafeString:
        """What it tells."""
        return document(json.dumps(event.data, indent=2, ensure_ascii=False))

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Event], search_term: str
    ) -> tuple[QuerySet[Event], bool]:
        """By the whole account id."""
        del request
        accounts = Account.objects.filter(account_id=search_term)
        return (queryset.filter(account__in=list(accounts)) if search_term else queryset), False


@admin.register(InboxMessage)
class MessageAdmin(ReadOnlyAdmin):
    """What the offline providers took. Codes are read in the development inbox, never here."""

    list_display = ("key", "channel", "when")
    fields = ("key", "channel", "when", "recipient")
    readonly_fields = fields
    ordering = ("-at",)

    def get_queryset(self, request: HttpRequest) -> QuerySet[InboxMessage]:
        """The message itself is read where it is shown."""
        messages: QuerySet[InboxMessage] = super().get_queryset(request)
        return messages.defer("message")

    @column("at")
    def when(self, message: InboxMessage) -> str | None:
        """When."""
        return moment(message.at)

    @column("to")
    def recipient(self, message: InboxMessage) -> str:
        """Masked."""
        try:
            to = str(message.message["to"])
        except DecryptionError:
            return "cannot be read"
        return email.masked(to) if "@" in to else phone.masked(to)


def key_status(key: ApiKey) -> str:
    """In force, revoked or expired."""
    if key.revoked_at:
        return "revoked"
    return "expired" if key.expires_at and key.expires_at <= timezone.now() else "in force"
