"""Where the programs of the servers are installed."""

import os
import shutil
from pathlib import Path

_RABBITMQ_FOLDERS = (
    ("/usr/lib/rabbitmq/lib", "rabbitmq_server-*/sbin"),
    ("/opt", "rabbitmq*/sbin"),
    ("/opt/homebrew/opt", "rabbitmq/sbin"),
    ("/usr/local/opt", "rabbitmq/sbin"),
)
_POSTGRES_FOLDERS = (
    ("/usr/lib/postgresql", "*/bin"),
    ("/usr", "pgsql-*/bin"),
    ("/opt/homebrew/opt", "postgresql*/bin"),
)
CHROMIUM = "CARAVAN_TEST_CHROMIUM"
_CHROMIUM_NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")


class MissingError(RuntimeError):
    """Something that the tests need is not on this machine."""


def rabbitmq_folder() -> Path:
    """Find the folder of RabbitMQ's own scripts, not of the wrappers that Debian puts around them, or MissingError."""
    return _newest("rabbitmq-server", _RABBITMQ_FOLDERS)


def postgres_folder() -> Path:
    """Find the folder of PostgreSQL's server programs, the newest version first, or MissingError."""
    return _newest("initdb", _POSTGRES_FOLDERS)


def chromium() -> Path:
    """Find the browser: CARAVAN_TEST_CHROMIUM, else the first known name on PATH, or MissingError."""
    names = (os.environ[CHROMIUM],) if CHROMIUM in os.environ else _CHROMIUM_NAMES
    for name in names:
        if found := shutil.which(name):
            return Path(found)
    raise MissingError(f"No browser is installed under the name {' or '.join(names)}.")


def _newest(program: str, folders: tuple[tuple[str, str], ...]) -> Path:
    found = [folder for root, pattern in folders for folder in Path(root).glob(pattern) if (folder / program).exists()]
    if on_path := shutil.which(program):
        found.append(Path(on_path).resolve().parent)
    if not found:
        raise MissingError(f"The program {program} is not installed.")
    return max(found, key=_version)


def _version(folder: Path) -> tuple[int, ...]:
    digits = "".join(letter if letter.isdigit() else " " for letter in folder.parent.name)
    return tuple(int(number) for number in digits.split())
