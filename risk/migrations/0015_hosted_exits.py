from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [
        ("risk", "0014_usage_progress"),
    ]

    operations = [
        migrations.AddField(
            model_name="usagewindow",
            name="hosted",
            field=models.BooleanField(db_default=False),
        ),
    ]
