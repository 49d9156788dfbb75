#!/usr/bin/env python
"""Django's command line. Commands that need the embedded servers find them up, and leave them as they found them."""

import os
import signal
import sys
from types import FrameType

from django.core.management import execute_from_command_line

from config.lib import embedded
from config.lib.embedded_home import EmbeddedError, home_folder
from config.lib.env import SettingError

# These read code and settings and write files; every other command may ask the database.
WITHOUT_SERVERS = frozenset(
    {
        "check",
        "collectstatic",
        "compilemessages",
        "diffsettings",
        "findstatic",
        "help",
        "makemessages",
        "simulate",
        "spectacular",
        "startapp",
        "startproject",
        "version",
    }
)
ONLY_TELLING = frozenset({"-h", "--help", "--version"})


def needs_servers(arguments: list[str]) -> bool:
    """Whether the command may ask the database, the cache or the broker."""
    command = arguments[1] if len(arguments) > 1 else "help"
    if ONLY_TELLING.intersection(arguments[1:]):
        return False
    return command not in WITHOUT_SERVERS or "--database" in arguments


def main(arguments: list[str]) -> None:
    """Run one command. What it cannot have, or what a setting says wrong, ends it with one line."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "config.settings")
    os.environ.setdefault("STATEMENT_TIMEOUT_MS", "0")  # an index on a big table takes as long as it takes
    signal.signal(signal.SIGTERM, _end)
    surroundings = embedded.running if needs_servers(arguments) else embedded.environment
    try:
        with surroundings(home_folder()):
            execute_from_command_line(arguments)
    except (EmbeddedError, SettingError) as problem:
        sys.exit(f"{arguments[0]}: {problem}")
    except KeyboardInterrupt:
        sys.exit(128 + signal.SIGINT)


def _end(number: int, _: FrameType | None) -> None:
    """Leave as by an exception, so that the servers do not stay behind."""
    sys.exit(128 + number)


if __name__ == "__main__":
    main(sys.argv)
