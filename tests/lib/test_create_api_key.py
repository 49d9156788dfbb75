"""create_api_key prints a key that works, once, and leaves an entry in the audit log."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.utils import timezone

from config.lib import auth
from config.lib.auth import SCOPES
from config.lib.models import ApiKey, AuditEntry

pytestmark = pytest.mark.django_db


def made(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[str, ApiKey]:
    call_command("create_api_key", *arguments)
    token = capsys.readouterr().out.strip()
    key = auth.find(token)
    assert key is not None
    return token, key


def test_a_secret_key_has_every_scope_unless_told_otherwise(capsys: pytest.CaptureFixture[str]) -> None:
    _, key = made(capsys)
    assert (key.kind, key.mode, key.scopes, key.expires_at) == ("secret", "live", sorted(SCOPES), None)


def test_it_makes_what_it_is_told_to(capsys: pytest.CaptureFixture[str]) -> None:
    chosen = ["--scope=tiers:read", "--scope=rings:read", "--application=shop", "--name=gateway", "--mode=test"]
    token, key = made(capsys, *chosen, "--expires-days=30")
    assert token.startswith("gh_sk_test_")
    assert (key.scopes, key.application, key.name) == (["rings:read", "tiers:read"], "shop", "gateway")
    assert key.expires_at is not None
    assert abs(key.expires_at - timezone.now() - timedelta(days=30)) < timedelta(minutes=1)


def test_a_publishable_key_opens_a_page_s_door_only(capsys: pytest.CaptureFixture[str]) -> None:
    _, key = made(capsys, "--kind=publishable")
    assert key.scopes == ["devices:write"]
    with pytest.raises(CommandError, match="not for publishable keys"):
        call_command("create_api_key", "--kind=publishable", "--scope=signups:write")


def test_it_rotates_with_an_overlap(capsys: pytest.CaptureFixture[str]) -> None:
    _, old = made(capsys, "--scope=tiers:read")
    _, new = made(capsys, f"--rotate={old.public_id}", "--overlap-hours=2")
    old.refresh_from_db()
    assert (old.successor, new.scopes) == (new, ["tiers:read"])
    assert old.expires_at is not None
    assert abs(old.expires_at - timezone.now() - timedelta(hours=2)) < timedelta(minutes=1)
    with pytest.raises(CommandError, match="rotated before"):
        call_command("create_api_key", f"--rotate={old.public_id}")
    with pytest.raises(CommandError, match="no key has the id"):
        call_command("create_api_key", "--rotate=nobody")


def test_what_it_does_stands_in_the_audit_log_without_the_key(capsys: pytest.CaptureFixture[str]) -> None:
    token, key = made(capsys, "--scope=tiers:read")
    made(capsys, f"--rotate={key.public_id}")
    rotated, created = AuditEntry.objects.all()
    assert (created.act, created.subject, created.details) == (
        "api_key.create",
        f"key:{key.public_id}",
        {"scopes": ["tiers:read"]},
    )
    assert rotated.act == "api_key.rotate"
    assert token.split("_")[-1] not in str(AuditEntry.objects.values_list())


def test_a_revoked_key_opens_nothing_and_that_is_in_the_audit_log(capsys: pytest.CaptureFixture[str]) -> None:
    token, key = made(capsys)
    call_command("create_api_key", revoke=key.public_id)
    assert auth.find(token) is None
    assert AuditEntry.objects.filter(act="api_key.revoke", subject=f"key:{key.public_id}").exists()


def test_an_unknown_key_cannot_be_revoked() -> None:
    with pytest.raises(CommandError, match="no key has the id"):
        call_command("create_api_key", revoke="nobody")
