"""The secrets of an installation: from the environment, else from `secrets.env` in GATEHOUSE_HOME, else made there.

Losing them loses what they protect: data encrypted under GATEHOUSE_DATA_KEYS, and every keyed hash made with
GATEHOUSE_PEPPER. So new ones are never made over data that was written under others.
"""

import os
import secrets
from collections.abc import Callable, Mapping
from pathlib import Path
from types import MappingProxyType

from cryptography.fernet import Fernet

from config.lib.env import SettingError

MAKERS: Mapping[str, Callable[[], str]] = MappingProxyType(
    {
        # What Django's own startproject draws: 50 characters or more, here 64 of base64.
        "DJANGO_SECRET_KEY": lambda: secrets.token_urlsafe(48),
        # Comma-separated Fernet keys; the first encrypts, all decrypt.
        "GATEHOUSE_DATA_KEYS": lambda: Fernet.generate_key().decode("ascii"),
        # The key of the HMAC-SHA256 that finds personal data again: 32 bytes, RFC 2104's advice for that hash.
        "GATEHOUSE_PEPPER": lambda: secrets.token_hex(32),
    }
)


def file_of(home: Path) -> Path:
    """Where the secrets of `home` are kept; readable by its owner alone."""
    return home / "secrets.env"


def values(home: Path, *, has_data: bool) -> dict[str, str]:
    """The secrets that the environment does not give, made and stored where missing.

    The caller holds a lock against others who do the same. `has_data` tells that `home` holds a database already: then
    a missing file is an error (SettingError) and never a reason to make new secrets.
    """
    wanted = [name for name in MAKERS if not os.environ.get(name)]
    stored = _stored(file_of(home))
    missing = [name for name in wanted if name not in stored]
    if missing and has_data and not stored:
        raise SettingError(
            f"{file_of(home)} is missing, and the database beside it was written with its secrets. Put the file back, "
            f"set {', '.join(missing)}, or remove {home} to start afresh."
        )
    if missing:
        stored |= {name: MAKERS[name]() for name in missing}
        _store(file_of(home), stored)
    return {name: stored[name] for name in wanted}


def _stored(path: Path) -> dict[str, str]:
    if not path.exists():
        return {}
    lines = (line.strip() for line in path.read_text(encoding="utf-8").splitlines())
    pairs = (line.partition("=") for line in lines if line and not line.startswith("#"))
    return {name.strip(): value.strip() for name, _, value in pairs}


def _store(path: Path, stored: Mapping[str, str]) -> None:
    """Replaces the file in one step, so that a stop half way leaves the old one."""
    beside = path.with_suffix(".new")
    beside.unlink(missing_ok=True)
    descriptor = os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "w", encoding="utf-8") as file:
        file.write("# Made at the first start. Keep a copy apart from the database, which is lost without it.\n")
        file.writelines(f"{name}={value}\n" for name, value in stored.items())
        file.flush()
        os.fsync(file.fileno())
    beside.replace(path)
