"""What the embedded servers share: their error, the user they run as, and folders for their sockets."""

import hashlib
import os
import pwd
import re
import stat
import subprocess
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager, suppress
from pathlib import Path

from config.lib import env
from config.lib.locks import FileLock

# sockaddr_un holds 107 bytes of path on Linux and 103 on macOS; the longest socket name of ours takes 20 of them.
LONGEST_SOCKET_PATH = 103
LONGEST_SOCKET_NAME = 20
# Such a path can stand in a URL and in a server's list of folders without quoting.
PLAIN_PATH = re.compile(r"[A-Za-z0-9._/-]+")

# PostgreSQL refuses to run as root; this is the user it runs as instead.
POSTGRES_USER_UNDER_ROOT = "gatehouse"

ANOTHER_HOME = "Run as the user who made it, or set GATEHOUSE_HOME to another folder."


class EmbeddedError(Exception):
    """An embedded server cannot be had. The message is one line that says why and what to do."""


def home_folder() -> Path:
    """GATEHOUSE_HOME. Raises SettingError."""
    beside_code = Path(__file__).resolve().parents[2] / "var"
    return env.path("GATEHOUSE_HOME", beside_code, hint="A folder for embedded servers and built data.").absolute()


def made(home: Path) -> Path:
    """GATEHOUSE_HOME, there and resolved. Raises EmbeddedError."""
    try:
        home.mkdir(mode=0o700, parents=True, exist_ok=True)
    except OSError as problem:
        raise EmbeddedError(f"{home} cannot be made: {problem.strerror}. {ANOTHER_HOME}") from None
    return home.resolve()


@contextmanager
def own_files() -> Iterator[None]:
    """Turns the refusal to open a file of another user's home into EmbeddedError."""
    try:
        yield
    except PermissionError as problem:
        raise EmbeddedError(f"{problem.filename} is another user's. {ANOTHER_HOME}") from None


def server_user() -> pwd.struct_passwd | None:
    """The user that PostgreSQL has to run as, made where missing; None where it is the caller's own."""
    if os.geteuid() != 0:
        return None
    try:
        return pwd.getpwnam(POSTGRES_USER_UNDER_ROOT)
    except KeyError:
        return _make_user(POSTGRES_USER_UNDER_ROOT)


def socket_folder(data: Path) -> Path:
    """The folder for the socket of the server whose data lies in `data`: there, or under the temporary folder.

    The second where the path would be too long for a socket or awkward in a URL. It is the same for the same `data`.
    """
    path = str(data)
    if len(os.fsencode(path)) + 1 + LONGEST_SOCKET_NAME <= LONGEST_SOCKET_PATH and PLAIN_PATH.fullmatch(path):
        return data
    digest = hashlib.sha256(os.fsencode(path)).hexdigest()[:16]
    return Path(tempfile.gettempdir()) / f"gatehouse-{digest}"


def tidy_sockets(data: Path) -> None:
    """Removes the folder for sockets where it is one of its own; a server that has ended took its socket with it."""
    folder = socket_folder(data)
    if folder != data:
        with suppress(OSError):
            folder.rmdir()


def own_folder(folder: Path, owner: pwd.struct_passwd | None = None) -> None:
    """Makes `folder` for `owner` (the caller, where None) alone. Raises EmbeddedError where it belongs to another."""
    uid = os.geteuid() if owner is None else owner.pw_uid
    try:
        folder.mkdir(mode=0o700)
        if owner is not None:
            os.chown(folder, owner.pw_uid, owner.pw_gid)
    except FileExistsError:
        _refuse_foreign(folder, uid)
    except OSError as problem:
        raise EmbeddedError(f"{folder} cannot be made: {problem.strerror}. {ANOTHER_HOME}") from None


def life(data: Path) -> FileLock:
    """The lock that the server with its data in `data` holds for as long as it lives.

    It inherits the open file at its start, so whether it lives is never a matter of process numbers, which come round
    again, nor of files that a kill leaves behind.
    """
    return FileLock(data.with_suffix(".lock"))


def is_alive(data: Path) -> bool:
    """Whether the server with its data in `data`, or a child of it, still lives."""
    lock = life(data)
    try:
        return lock.path.exists() and not lock.try_take()
    finally:
        lock.drop()


def last_words(log: Path) -> str:
    """The last line of a log that tells of a failure, or the last of all, and where it stands."""
    try:
        return f"{telling_line(log.read_text(encoding='utf-8', errors='replace'))} (its log is {log})"
    except OSError:
        return f"it wrote no log at {log}"


def telling_line(text: str) -> str:
    """The last line that tells of a failure, or the last of all."""
    lines = [line.strip() for line in text.splitlines() if line.strip()]
    telling = [line for line in lines if "FATAL" in line or "error:" in line]
    return (telling or lines or ["no reason given"])[-1]


def let_through(path: Path) -> None:
    """Lets other users pass (not list) the folders above `path`, as a server that runs as another user must."""
    for folder in path.parents:
        mode = folder.stat().st_mode
        if not mode & stat.S_IXOTH:
            folder.chmod(stat.S_IMODE(mode) | stat.S_IXOTH)


def _make_user(name: str) -> pwd.struct_passwd:
    try:
        subprocess.run(
            ["useradd", "--system", "--no-create-home", "--user-group", "--shell", "/usr/sbin/nologin", name],  # noqa: S607 - in /usr/sbin or elsewhere, as the system has it
            check=True,
            capture_output=True,
        )
    except (OSError, subprocess.CalledProcessError):
        raise EmbeddedError(
            f"PostgreSQL does not run as root, and no user {name} could be made for it. Make one, or run as another."
        ) from None
    return pwd.getpwnam(name)


def _refuse_foreign(folder: Path, uid: int) -> None:
    found = folder.lstat()
    if stat.S_ISDIR(found.st_mode) and found.st_uid == uid:
        return
    raise EmbeddedError(
        f"{folder} belongs to {_name(found.st_uid)}, and the server would run as {_name(uid)}. {ANOTHER_HOME}"
    )


def _name(uid: int) -> str:
    try:
        return pwd.getpwuid(uid).pw_name
    except KeyError:
        return f"user {uid}"
