"""A migration leaves the version before running and locks no table of people: so upgrades turn nobody away."""

from collections.abc import Iterator

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import (
    AddConstraint,
    AddField,
    AddIndex,
    AlterField,
    CreateModel,
    DeleteModel,
    Migration,
    RemoveField,
    RenameField,
    RenameModel,
)
from django.db.migrations.loader import MigrationLoader
from django.db.migrations.operations.base import Operation

OURS = {"lib", "risk", "tiers", "verification"}
GOES = (RemoveField, DeleteModel, RenameField, RenameModel)  # the version before reads or writes what is gone
# Of the days before the first release, when there was no version before and no table with people in it.
BEFORE_ANYBODY = {
    "risk.0004_device_recognition",
    "risk.0005_policy_versions",
    "risk.0009_list_entries_applied",
    "tiers.0003_ladder",
    "verification.0002_checks_of_every_kind",
    "verification.0009_ladder",
}


def ours() -> dict[str, Migration]:
    found = MigrationLoader(None).disk_migrations
    return {f"{app}.{name}": migration for (app, name), migration in sorted(found.items()) if app in OURS}


def troubles(migration: Migration) -> Iterator[str]:
    """What of it the version before, or those who are using a table, would notice."""
    new = {operation.name_lower for operation in migration.operations if isinstance(operation, CreateModel)}
    for operation in migration.operations:
        if isinstance(operation, GOES):
            yield f"{operation.describe()}: stop using it in one version, take it away in a later one"
        elif getattr(operation, "model_name_lower", "") not in new:
            yield from _of_a_table_in_use(operation)


def _of_a_table_in_use(operation: Operation) -> Iterator[str]:
    if isinstance(operation, AddField | AlterField):
        field = operation.field
        if isinstance(operation, AddField) and not field.null and field.db_default is models.NOT_PROVIDED:
            yield f"{operation.describe()}: the version before writes rows without it; give it null or a db_default"
    elif isinstance(operation, AddIndex) and not isinstance(operation, AddIndexConcurrently):
        yield f"{operation.describe()}: nobody can write meanwhile; add it concurrently"
    elif isinstance(operation, AddConstraint) and not isinstance(operation, AddConstraintNotValid):
        yield f"{operation.describe()}: nobody can write meanwhile; add it not valid and validate it after"


@pytest.mark.parametrize("name", ours())
def test_the_version_before_runs_on_the_new_tables_and_nobody_waits(name: str) -> None:
    found = list(troubles(ours()[name]))
    assert bool(found) == (name in BEFORE_ANYBODY), found


def test_what_would_turn_people_away_is_found() -> None:
    class Bad(Migration):
        operations = [
            RemoveField("account", "tier"),
            AddField("account", "colour", models.TextField(default="red")),
            AddIndex("account", models.Index(fields=["tier"], name="x")),
            AddConstraint("account", models.CheckConstraint(condition=models.Q(pk__gt=0), name="y")),
        ]

    class Good(Migration):
        operations = [
            CreateModel("paint", [("id", models.BigAutoField(primary_key=True))]),
            AddIndex("paint", models.Index(fields=["id"], name="z")),
            AddField("account", "colour", models.TextField(db_default="red")),
            AddIndexConcurrently("account", models.Index(fields=["tier"], name="x")),
        ]

    assert len(list(troubles(Bad("bad", "tiers")))) == len(Bad.operations)
    assert list(troubles(Good("good", "tiers"))) == []
