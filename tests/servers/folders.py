"""Folders in which servers keep their data for the length of a test."""

import shutil
import tempfile
import time
from pathlib import Path

from servers import names


def new_folder(owner: str | None = None) -> Path:
    """Make an empty folder with a short path, given to a user if one is named."""
    folder = Path(tempfile.gettempdir(), names.unique_name())
    folder.mkdir(mode=0o700)
    if owner is not None:
        shutil.chown(folder, owner, owner)
    return folder


def remove(folder: Path) -> None:
    """Delete a folder and what is in it; a file that a dying server takes away meanwhile is no failure."""
    shutil.rmtree(folder, ignore_errors=True)


def remove_stale() -> None:
    """Delete what killed runs left behind more than a day ago."""
    for folder in Path(tempfile.gettempdir()).glob(f"{names.PREFIX}*"):
        if names.is_stale(folder.name, time.time()):
            remove(folder)
