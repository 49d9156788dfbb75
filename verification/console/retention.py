"""What is kept how long by the policy, and how far its deletion has come."""

from django.contrib import admin

from risk.policies.store import active
from verification.console.readonly import ReadOnlyAdmin, column, moment
from verification.keeping_models import RetentionWalk


@admin.register(RetentionWalk)
class RetentionAdmin(ReadOnlyAdmin):
    """A line for each kind of data; the numbers are the policy's (docs/policy.md)."""

    list_display = ("kind_of_data", "kept", "deleted_rows", "came_round", "place")
    fields = ("kind_of_data", "kept", "deleted_rows", "came_round", "place")
    readonly_fields = fields
    ordering = ("kind",)

    @column("kind")
    def kind_of_data(self, walk: RetentionWalk) -> str:
        """What."""
        return walk.kind.replace("_", " ")

    @column()
    def kept(self, walk: RetentionWalk) -> str:
        """For how long, by the policy in force."""
        return f"{active().policy.retention.of(walk.kind).days:,} days"

    @column("deleted")
    def deleted_rows(self, walk: RetentionWalk) -> str:
        """How many rows went so far; of usage, weeks."""
        return f"{walk.deleted:,}"

    @column("came_round_at")
    def came_round(self, walk: RetentionWalk) -> str | None:
        """When all that was over was last seen to be gone."""
        return moment(walk.came_round_at)
