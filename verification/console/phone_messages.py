"""Codes sent to phones, by where they went: whether those who got them entered them. No number is kept or shown."""

from django.contrib import admin
from django.db.models import QuerySet
from django.http import HttpRequest

from verification.console.readonly import ReadOnlyAdmin, column, moment
from verification.models import Message

ENTERED_COLOURS = {"entered": "success", "not entered": "warning"}


@admin.register(Message)
class PhoneMessageAdmin(ReadOnlyAdmin):
    """The ledger that verification.pumping judges by, the newest first."""

    list_display = ("prefix", "country", "carrier", "application", "when", "status", "known")
    fields = ("prefix", "country", "carrier", "application", "when", "status", "known", "entered")
    readonly_fields = fields
    ordering = ("-at",)
    search_fields = ("prefix",)
    search_help_text = "The beginning of a prefix, with its plus, or a country"

    @column("at")
    def when(self, message: Message) -> str | None:
        """When."""
        return moment(message.at)

    @column(label=ENTERED_COLOURS)
    def status(self, message: Message) -> str:
        """Whether the code came through."""
        return "entered" if message.entered_at else "not entered"

    @column()
    def known(self, message: Message) -> str:
        """Whether codes sent to the prefix had been entered before."""
        return "known prefix" if message.proven else "new prefix"

    @column()
    def entered(self, message: Message) -> str | None:
        """When the code came through."""
        return moment(message.entered_at)

    def get_search_results(
        self, request: HttpRequest, queryset: QuerySet[Message], search_term: str
    ) -> tuple[QuerySet[Message], bool]:
        """By the beginning of a prefix, or by a whole country."""
        del request
        term = search_term.strip()[:16]
        if not term:
            return queryset, False
        return queryset.filter(prefix__startswith=term) if term[0] == "+" else queryset.filter(
            country=term.upper()
        ), False
