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
        _audit("account.note", note, by)
    return note


def edit(note: AccountNote, text: str, *, at: datetime) -> None:
    """Put other words in place of a note's, as its author. That it was changed, and when, stands beside it."""
    with transaction.atomic():
        note.text, note.edited_at = text.strip()[:NOTE_MOST], at
        note.save(update_fields=["text", "edited_at"])
        _audit("account.note_edit", note, note.by)


def _audit(act: str, note: AccountNote, by: User) -> None:
    subject, details = f"account:{note.account_id}", {"note": note.pk}
    audit.append(actor=f"user:{by.pk}", act=act, subject=subject, details=details)
