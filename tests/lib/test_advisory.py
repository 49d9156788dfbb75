"""One at a time holds a lock, nobody waits, and who ends lets go."""

import psycopg
import pytest
from django.db import connection

from config.lib.advisory import alone

pytestmark = pytest.mark.django_db

KEY = 0x72696E67 << 32 | 7


def test_another_does_not_get_what_one_holds_and_gets_it_afterwards() -> None:
    parameters = connection.get_connection_params()
    wanted = {name: parameters[name] for name in ("dbname", "user", "host") if name in parameters}
    with psycopg.connect(**wanted, autocommit=True) as other:
        taken = "SELECT pg_try_advisory_lock(%s)"
        with alone(KEY) as held:
            assert held
            assert other.execute(taken, [KEY]).fetchone() == (False,)
            assert other.execute(taken, [KEY + 1]).fetchone() == (True,)
        assert other.execute(taken, [KEY]).fetchone() == (True,)
        with alone(KEY) as held:
            assert not held
        assert other.execute("SELECT pg_advisory_unlock(%s)", [KEY]).fetchone() == (True,)


def test_it_is_let_go_when_the_work_fails() -> None:
    with pytest.raises(ZeroDivisionError), alone(KEY):
        raise ZeroDivisionError
    with alone(KEY) as held:
        assert held
