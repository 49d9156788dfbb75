"""What analysts tell each other of an account, without deciding anything."""

from datetime import datetime

from django.contrib.auth.models import User
from django.db import transaction

from config.lib import audit
from tiers.models import Account
from verification.desk_models import AccountNote

NOTE_MOST = 2000


def write(account: Account, text: str, *, by: User, at: datetime) -> AccountNote:
    """Put a note to an account. The audit log keeps its number; the words stand here, where they can be erased."""
    with transaction.atomic():
        note = AccountNote.objects.create(account=account, text=text.strip()[:NOTE_MOST], by=by, at=at)
        subject, details = f"account:{account.pk}", {"note": note.pk}
        audit.append(actor=f"user:{by.pk}", act="account.note", subject=subject, details=details)
    return note
