"""Locks keep processes apart and are never stale."""

import subprocess
import sys
from pathlib import Path

from config.lib.locks import FileLock, held

HOLD = """
import sys, time
from pathlib import Path
from config.lib.locks import FileLock
lock = FileLock(Path(sys.argv[1]))
lock.take()
lock.sign()
print("held", flush=True)
time.sleep(60)
"""


def test_a_lock_keeps_others_out_while_it_is_held(tmp_path: Path) -> None:
    other = FileLock(tmp_path / "lock")
    with held(tmp_path / "lock"):
        assert not other.try_take()
    assert other.try_take()
    other.drop()


def test_a_lock_names_its_holder_and_goes_with_it_when_killed(tmp_path: Path) -> None:
    path = tmp_path / "lock"
    with subprocess.Popen([sys.executable, "-c", HOLD, str(path)], stdout=subprocess.PIPE, text=True) as process:
        assert process.stdout is not None
        assert process.stdout.readline() == "held\n"
        lock = FileLock(path)
        assert not lock.try_take()
        assert lock.holder() == str(process.pid)
        process.kill()
    assert lock.try_take()
    lock.drop()


def test_only_the_last_of_those_who_share_takes_it(tmp_path: Path) -> None:
    one, other = FileLock(tmp_path / "lock"), FileLock(tmp_path / "lock")
    one.share()
    other.share()
    assert not one.try_take()
    assert other.try_take()
    other.drop()
