"""The servers Gatehouse needs, started under GATEHOUSE_HOME where the environment names none.

Whoever uses them holds a share of `servers.lock`; who finds nobody else there on leaving stops them. Both happen under
`start.lock`, so nobody starts what another is stopping. docs/adr/0002-embedded-servers.md tells why.
"""

import os
from collections.abc import Iterator, Mapping
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass
from pathlib import Path
from urllib.parse import parse_qsl, urlencode, urlsplit, urlunsplit

from config.lib import secretfile
from config.lib.embedded_home import made, own_files
from config.lib.embedded_postgres import EmbeddedPostgres
from config.lib.embedded_valkey import EmbeddedValkey
from config.lib.env import SettingError
from config.lib.locks import FileLock, held

Server = EmbeddedPostgres | EmbeddedValkey


@dataclass(frozen=True, slots=True)
class Addresses:
    """Where the database, the cache and the broker are."""

    database_url: str
    redis_url: str
    broker_url: str

    def variables(self) -> dict[str, str]:
        """The same as environment variables."""
        return {"DATABASE_URL": self.database_url, "REDIS_URL": self.redis_url, "BROKER_URL": self.broker_url}


def addresses(home: Path) -> Addresses:
    """What the environment names, and the embedded servers for the rest. Starts nothing. Raises SettingError."""
    valkey = _valkey(home)
    redis_url = _given("REDIS_URL")
    derived = broker_beside(redis_url) if redis_url else valkey.broker_url
    return Addresses(
        database_url=_given("DATABASE_URL") or _postgres(home).url,
        redis_url=redis_url or valkey.url,
        broker_url=_given("BROKER_URL") or derived,
    )


def broker_beside(redis_url: str) -> str:
    """A broker on the server of `redis_url`, in the database after its own. Raises SettingError."""
    parts = urlsplit(redis_url)
    query = dict(parse_qsl(parts.query))
    number = query.pop("db", None) or (parts.path.strip("/") if parts.scheme != "unix" else "") or "0"
    if parts.scheme not in ("redis", "rediss", "unix") or not number.isdecimal():
        raise SettingError("REDIS_URL names no database that a broker can stand beside. Set BROKER_URL too.")
    beside = str(int(number) + 1)
    if parts.scheme == "unix":
        query = query | {"virtual_host": beside}
        return f"redis+socket://{parts.netloc}{parts.path}?{urlencode(query)}"
    return urlunsplit((parts.scheme, parts.netloc, f"/{beside}", urlencode(query), ""))


@contextmanager
def environment(home: Path) -> Iterator[Addresses]:
    """Sets the addresses and the secrets as environment variables where they are not set; takes them back at the end.

    Starts nothing. Raises SettingError or EmbeddedError.
    """
    home = made(home)
    with own_files(), held(home / "start.lock"):
        secrets = secretfile.values(home, has_data=_postgres(home).data.exists())
    wanted = addresses(home)
    with _variables(secrets | wanted.variables()):
        yield wanted


@contextmanager
def running(home: Path) -> Iterator[Addresses]:
    """The servers, up for as long as this lasts, and their addresses and the secrets in the environment.

    Those that the environment names are left to their owners. The last to leave stops the embedded ones.
    Raises SettingError or EmbeddedError.
    """
    with environment(home) as wanted, ExitStack() as stack:
        home = home.resolve()
        if _needed(home):
            share = FileLock(home / "servers.lock")
            stack.callback(_leave, home, share)
            _join(home, share)
        yield wanted


def revive(home: Path) -> list[str]:
    """Starts the embedded servers that have died, for one inside `running`. Returns the names of those it started."""
    home = home.resolve()
    fallen = [server for server in _needed(home) if not server.is_running()]
    if fallen:
        with held(home / "start.lock"):
            for server in fallen:
                server.start()
    return [server.name for server in fallen]


def _join(home: Path, share: FileLock) -> None:
    with held(home / "start.lock"):
        share.share()
        for server in _needed(home):
            server.start()


def _leave(home: Path, share: FileLock) -> None:
    with held(home / "start.lock"):
        if share.try_take():
            with ExitStack() as stack:  # the second is stopped though stopping the first fails
                stack.callback(_postgres(home).stop)
                stack.callback(_valkey(home).stop)
        share.drop()


def _needed(home: Path) -> list[Server]:
    """The embedded servers that the addresses in force lead to."""
    wanted, postgres, valkey = addresses(home), _postgres(home), _valkey(home)
    needed: list[Server] = [postgres] if wanted.database_url == postgres.url else []
    if valkey.url == wanted.redis_url or valkey.broker_url == wanted.broker_url:
        needed.append(valkey)
    return needed


def _postgres(home: Path) -> EmbeddedPostgres:
    return EmbeddedPostgres(home.resolve() / "postgres")


def _valkey(home: Path) -> EmbeddedValkey:
    return EmbeddedValkey(home.resolve() / "valkey")


def _given(name: str) -> str:
    return os.environ.get(name, "").strip()


@contextmanager
def _variables(wanted: Mapping[str, str]) -> Iterator[None]:
    added = {name: value for name, value in wanted.items() if not _given(name)}
    os.environ.update(added)
    try:
        yield
    finally:
        for name in added:
            os.environ.pop(name, None)
