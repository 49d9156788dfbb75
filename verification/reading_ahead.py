"""A large file of signups is read by a process of its own, which is a batch ahead of the one that decides.

Reading a line and looking at what it says by itself takes a third of the work and asks nobody, so that it can be done
on another core. Where deciding ends, by itself or killed, the reader finds its pipe closed, and ends too.
"""

import multiprocessing
import pickle
import signal
from collections.abc import Iterator
from itertools import islice
from multiprocessing.connection import Connection
from pathlib import Path

from config.lib.jsonlines import read
from verification.importing import BATCH, Seen, known_among, see
from verification.shards import begin

LARGE_BYTES = 4 << 20  # about four thousand signups: for fewer, starting a process costs more than it gives


class ReaderEnded(OSError):
    """The process that reads the file ended before the file did."""


def read_signups(path: Path) -> Iterator[Seen]:
    """The lines of a file of signups. What a run before this one has taken in is passed over without a look.

    Raises:
        OSError: the file cannot be read.

    """
    known = 0
    for seen in _taken_before(path):
        known += 1
        yield seen
    if path.stat().st_size < LARGE_BYTES:
        yield from map(see, islice(read(path), known, None))
    else:
        yield from _seen_ahead(path, known)


def _taken_before(path: Path) -> Iterator[Seen]:
    """The batches at the head of a file of which every account is there already."""
    lines = read(path)
    while batch := list(islice(lines, BATCH)):
        names = [line.value.get("account_id") if line.value else None for line in batch]
        ids = {name for name in names if isinstance(name, str)}
        if len(ids) < len(batch) or len(known_among(ids)) < len(batch):
            return
        yield from (Seen(line.number, None) for line in batch)


def _seen_ahead(path: Path, known: int) -> Iterator[Seen]:
    context = multiprocessing.get_context("spawn")
    here, there = context.Pipe(duplex=False)
    reader = context.Process(target=begin, args=(pickle.dumps(_read), there, path, known), daemon=True)
    reader.start()
    there.close()
    try:
        while batch := _received(here, path):
            yield from batch
    finally:
        here.close()
        reader.terminate()
        reader.join()


def _received(here: Connection, path: Path) -> list[Seen]:
    try:
        told: list[Seen] | OSError = here.recv()
    except EOFError:
        raise ReaderEnded(0, "the process that reads it was ended; run the command again", str(path)) from None
    if isinstance(told, OSError):
        raise told
    return told


def _read(there: Connection, path: Path, known: int) -> None:
    """In a process of its own: batch after batch, an empty one at the end."""
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # who decides hears of it, and closes the pipe
    try:
        lines = map(see, islice(read(path), known, None))
        while batch := list(islice(lines, BATCH)):
            there.send(batch)
        there.send([])
    except BrokenPipeError:
        return
    except OSError as error:
        there.send(error)
