from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built while signups go on

    dependencies = [
        ("risk", "0011_containment"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="sighting",
            index=models.Index(
                condition=models.Q(("used_by__isnull", False)), fields=["used_by"], name="sightings_of_accounts"
            ),
        ),
    ]
