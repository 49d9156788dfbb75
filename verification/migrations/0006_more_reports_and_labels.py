"""New kinds of reports; and what was reported and said until now leaves its labels, as verification.labelling writes them."""

from django.db import migrations, models

# kind or word, source, abuse, trust: the numbers of risk.labels when labels came
WORTH = """(VALUES
    ('chargeback', 'chargeback', true, 0.9),
    ('abuse', 'abuse', true, 0.8),
    ('fraud_warning', 'fraud_warning', true, 0.7),
    ('cleared', 'cleared', false, 0.9),
    ('deny', 'analyst_deny', true, 0.9),
    ('approve', 'analyst_approve', false, 0.9)
) AS worth (word, source, abuse, trust)"""

INSERT = "INSERT INTO risk_label (subject, at, known_at, source, reference, abuse, trust, takes_back_id)"

FROM_ACCOUNTS_REPORTS = f"""{INSERT}
SELECT a.id, r.at, r.told_at, worth.source, 'report:' || r.id, worth.abuse, worth.trust, NULL
FROM verification_report r JOIN {WORTH} ON worth.word = r.kind JOIN tiers_account a ON a.id = r.account_id
WHERE NOT a.test
ORDER BY r.id ON CONFLICT DO NOTHING"""  # noqa: S608 - made of the constants above

# 5 is IdentifierKind.CARD
FROM_CARDS_REPORTS = f"""{INSERT}
SELECT DISTINCT a.id, r.at, r.told_at, worth.source, 'report:' || r.id, worth.abuse, worth.trust, NULL::bigint
FROM verification_report r JOIN {WORTH} ON worth.word = r.kind
JOIN risk_identifier i ON i.kind = 5 AND i.value = r.card
JOIN tiers_account a ON a.id = i.subject AND a.created_at <= r.told_at
WHERE NOT a.test
ON CONFLICT DO NOTHING"""  # noqa: S608 - made of the constants above

FROM_REVIEWS = f"""{INSERT}
SELECT a.id, v.at, v.at, worth.source, 'review:' || v.id, worth.abuse, worth.trust, NULL
FROM verification_review v JOIN {WORTH} ON worth.word = v.word JOIN tiers_account a ON a.id = v.account_id
WHERE NOT a.test
ORDER BY v.id ON CONFLICT DO NOTHING"""  # noqa: S608 - made of the constants above

TAKEN_BACK = f"""{INSERT}
SELECT l.subject, t.at, t.at, l.source, l.reference || '.2', l.abuse, 0, l.id
FROM risk_label l JOIN (
    SELECT 'report:' || id AS reference, withdrawn_at AS at FROM verification_report WHERE withdrawn_at IS NOT NULL
    UNION ALL
    SELECT 'review:' || id, withdrawn_at FROM verification_review WHERE withdrawn_at IS NOT NULL
) t ON t.reference = l.reference
ON CONFLICT DO NOTHING"""  # noqa: S608 - made of the constants above

BACKFILL = [FROM_ACCOUNTS_REPORTS, FROM_CARDS_REPORTS, FROM_REVIEWS, TAKEN_BACK]

KINDS = ("chargeback", "fraud_warning", "dispute", "abuse", "cleared", "confirmed", "overturned")


class Migration(migrations.Migration):
    dependencies = [
        ("risk", "0005_labels"),
        ("tiers", "0001_initial"),
        ("verification", "0005_passkeys"),
    ]

    operations = [
        migrations.AlterField(
            model_name="report",
            name="kind",
            field=models.CharField(choices=[(kind, kind.replace("_", " ")) for kind in KINDS], max_length=16),
        ),
        migrations.RunSQL(BACKFILL, migrations.RunSQL.noop),
    ]
