"""Keys from before see scores and reasons as they did: what they could read is a scope of its own from now on."""

from typing import Any

from django.db import migrations

SCOPE = "scores:read"
READ_THEM = frozenset({"signups:read", "signups:write"})


def give(apps: Any, schema_editor: Any) -> None:
    """To every key that was answered with scores."""
    del schema_editor
    for key in apps.get_model("lib", "ApiKey").objects.filter(kind="secret"):
        if READ_THEM & set(key.scopes) and SCOPE not in key.scopes:
            key.scopes = sorted([*key.scopes, SCOPE])
            key.save(update_fields=["scopes"])


class Migration(migrations.Migration):
    dependencies = [("lib", "0004_keys")]
    operations = [migrations.RunPython(give, migrations.RunPython.noop)]
