from django.contrib.postgres.operations import AddIndexConcurrently
from django.db import migrations, models


class Migration(migrations.Migration):
    atomic = False  # the index is built while signups go on

    dependencies = [
        ("verification", "0013_console"),
    ]

    operations = [
        AddIndexConcurrently(model_name="case", index=models.Index(fields=["-opened_at"], name="cases_newest")),
    ]
