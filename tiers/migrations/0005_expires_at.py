from django.db import migrations, models


class Migration(migrations.Migration):
    dependencies = [("tiers", "0004_tier_changes_and_keys")]

    operations = [
        migrations.AddField(model_name="account", name="expires_at", field=models.DateTimeField(null=True)),
    ]
