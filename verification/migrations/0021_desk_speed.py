from typing import Any

import django.db.models.deletion
from django.db import migrations, models

# A case has what its account has now: copied when it is opened and whenever the account changes, by whatever changes it.
# Whoever opens one while the account is being changed waits for that (FOR SHARE), and so copies what it is afterwards;
# nobody else does, for who changes an account goes on to its cases. What is written there by others is put right.
CASES_FOLLOW = """
CREATE OR REPLACE FUNCTION verification_case_follows() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    IF TG_OP = 'INSERT' THEN
        PERFORM FROM tiers_account WHERE id = NEW.account_id FOR SHARE;
    END IF;
    SELECT test, tier, outcome, score INTO NEW.test, NEW.tier, NEW.outcome, NEW.score
    FROM tiers_account WHERE id = NEW.account_id;
    RETURN NEW;
END
$$;
CREATE OR REPLACE FUNCTION verification_cases_of_account_follow() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN
    UPDATE verification_case SET tier = NEW.tier, outcome = NEW.outcome, score = NEW.score WHERE account_id = NEW.id;
    RETURN NULL;
END
$$;
CREATE OR REPLACE TRIGGER verification_case_follows BEFORE INSERT OR UPDATE OF test, tier, outcome, score
    ON verification_case FOR EACH ROW EXECUTE FUNCTION verification_case_follows();
CREATE OR REPLACE TRIGGER verification_cases_follow AFTER UPDATE OF tier, outcome, score ON tiers_account
    FOR EACH ROW WHEN ((OLD.tier, OLD.outcome, OLD.score) IS DISTINCT FROM (NEW.tier, NEW.outcome, NEW.score))
    EXECUTE FUNCTION verification_cases_of_account_follow();
"""
STAY = """
DROP TRIGGER verification_cases_follow ON tiers_account;
DROP TRIGGER verification_case_follows ON verification_case;
DROP FUNCTION verification_cases_of_account_follow();
DROP FUNCTION verification_case_follows();
"""
AT_ONCE = 2_000  # cases of before to a transaction


def copy(apps: Any, schema_editor: Any) -> None:
    most = apps.get_model("verification", "Case").objects.aggregate(most=models.Max("pk"))["most"] or 0
    with schema_editor.connection.cursor() as cursor:
        for place in range(0, most, AT_ONCE):
            cursor.execute(
                "UPDATE verification_case SET score = score WHERE id > %s AND id <= %s", [place, place + AT_ONCE]
            )


class Migration(migrations.Migration):
    atomic = False  # what is locked for the triggers is let go before cases of before are gone through

    dependencies = [
        ("risk", "0018_retention"),
        ("tiers", "0005_expires_at"),
        ("verification", "0020_urgent_events"),
    ]

    operations = [
        migrations.CreateModel(
            name="RingExposure",
            fields=[
                ("id", models.BigAutoField(auto_created=True, primary_key=True, serialize=False, verbose_name="ID")),
                ("at", models.DateTimeField()),
                ("changed_at", models.DateTimeField()),
                ("a_day", models.BigIntegerField()),
                ("could", models.BigIntegerField()),
                ("took", models.BigIntegerField(null=True)),
                (
                    "ring",
                    models.OneToOneField(
                        on_delete=django.db.models.deletion.CASCADE, related_name="added_up", to="risk.ring"
                    ),
                ),
            ],
        ),
        migrations.AddField(
            model_name="case",
            name="test",
            field=models.BooleanField(db_default=False, default=False, editable=False),
        ),
        migrations.AddField(
            model_name="case",
            name="tier",
            field=models.CharField(db_default="", default="", editable=False, max_length=32),
        ),
        migrations.AddField(
            model_name="case",
            name="outcome",
            field=models.CharField(db_default="", default="", editable=False, max_length=16),
        ),
        migrations.AddField(
            model_name="case",
            name="score",
            field=models.FloatField(db_default=0.0, default=0.0, editable=False),
        ),
        migrations.RunSQL(CASES_FOLLOW, STAY),
        migrations.RunPython(copy, migrations.RunPython.noop),
    ]
