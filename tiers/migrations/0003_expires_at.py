from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tiers", "0002_budget")]

    operations = [
        migrations.AddField(model_name="account", name="expires_at", field=models.DateTimeField(null=True)),
    ]
