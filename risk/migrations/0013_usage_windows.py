import django.contrib.postgres.fields
import django.contrib.postgres.indexes
import django.db.models.functions.datetime
from django.db import migrations, models

# Partitioned, which Django's own CREATE TABLE cannot say. The partitions are made as windows come (risk.usage.partitions).
CREATE = """
CREATE TABLE risk_usagewindow (
    subject bigint NOT NULL,
    start timestamp with time zone NOT NULL,
    address bigint NOT NULL,
    client bigint NOT NULL,
    network bigint NOT NULL,
    provider bigint NOT NULL,
    country varchar(2) NOT NULL,
    requests integer NOT NULL,
    input_tokens bigint NOT NULL,
    output_tokens bigint NOT NULL,
    sketches bigint[] NOT NULL,
    received_at timestamp with time zone NOT NULL DEFAULT statement_timestamp(),
    PRIMARY KEY (subject, start, address, client)
) PARTITION BY RANGE (start);
CREATE INDEX windows_by_arrival ON risk_usagewindow USING brin (received_at);
"""
MODEL = migrations.CreateModel(
    name="UsageWindow",
    fields=[
        (
            "pk",
            models.CompositePrimaryKey(
                "subject", "start", "address", "client", blank=True, editable=False, primary_key=True, serialize=False
            ),
        ),
        ("subject", models.BigIntegerField()),
        ("start", models.DateTimeField()),
        ("address", models.BigIntegerField()),
        ("client", models.BigIntegerField()),
        ("network", models.BigIntegerField()),
        ("provider", models.BigIntegerField()),
        ("country", models.CharField(max_length=2)),
        ("requests", models.IntegerField()),
        ("input_tokens", models.BigIntegerField()),
        ("output_tokens", models.BigIntegerField()),
        ("sketches", django.contrib.postgres.fields.ArrayField(base_field=models.BigIntegerField(), size=None)),
        ("received_at", models.DateTimeField(db_default=django.db.models.functions.datetime.Now())),
    ],
    options={
        "indexes": [django.contrib.postgres.indexes.BrinIndex(fields=["received_at"], name="windows_by_arrival")],
    },
)


class Migration(migrations.Migration):
    dependencies = [
        ("risk", "0012_sightings_of_accounts"),
    ]

    operations = [
        migrations.SeparateDatabaseAndState(
            database_operations=[migrations.RunSQL(CREATE, "DROP TABLE risk_usagewindow")],
            state_operations=[MODEL],
        ),
    ]
