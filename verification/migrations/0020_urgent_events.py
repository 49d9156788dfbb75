from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built while signups go on

    dependencies = [
        ("verification", "0019_sharing"),
    ]

    operations = [
        AddIndexConcurrently(
            model_name="event",
            index=models.Index(
                condition=models.Q(relayed_at=None), fields=["type", "account"], name="events_to_relay_by_type"
            ),
        ),
    ]
