"""Read a sheet that somebody sent: weighed first, then parsed apart, then named by its header."""

import json
import subprocess
import sys
import threading
from pathlib import Path
from typing import Any

from servicekit.problems import UnavailableError
from servicekit.sheets import archive, delimited, kinds
from servicekit.sheets.limits import MOST_BYTES, MOST_CHARACTERS, MOST_COLUMNS, MOST_ROWS, WALL_SECONDS
from servicekit.sheets.refusals import SheetError
from servicekit.sheets.table import Table, refuse_size, table_of
from servicekit.texts.languages import noop as _

_READER = Path(__file__).with_name("workbook.py")
_seats = threading.BoundedSemaphore(2)
"""Each reader may take a gigabyte: more of them at once would put the machine at risk."""


def read(content: bytes, name: str) -> Table:
    """Return the first sheet of a file; formulas as their values, hidden rows like others, all cells as text.

    `name` is what the sender calls the file: it is looked at for its ending and forgotten.

    Raises:
        SheetError: the file is none that we read, is too large, or its header is not clear.
        UnavailableError: others are being read; nothing is wrong with this one.

    """
    if not content:
        raise SheetError(_("The file is empty."))
    if len(content) > MOST_BYTES:
        raise SheetError(_("The file is larger than %(most)s MB."), most=MOST_BYTES // 1024**2)
    if not kinds.is_workbook(content, name):
        return table_of(delimited.rows(content))
    told = _parsed(weighed(content))
    return table_of(told["rows"], told["merged"])


def weighed(content: bytes) -> bytes:
    """Return a workbook whose every part was weighed and looked at, packed anew; nothing of it was parsed.

    Raises:
        SheetError: it is too large unpacked, damaged, protected, or something else than a plain workbook.

    """
    found = archive.members(content)
    kinds.require_plain_workbook(found)
    contents = archive.unpacked(content, found)
    kinds.require_plain_parts(contents)
    return archive.packed_anew(contents)


def _parsed(workbook: bytes) -> dict[str, Any]:
    limits = [str(most) for most in (MOST_ROWS + 1, MOST_COLUMNS, MOST_CHARACTERS)]
    if not _seats.acquire(timeout=WALL_SECONDS):
        raise UnavailableError(_("Nothing was changed. Try again in a moment."))
    try:
        done = subprocess.run(  # noqa: S603  # our own interpreter and our own file
            [sys.executable, "-I", str(_READER), *limits],
            input=workbook,
            stdout=subprocess.PIPE,
            stderr=subprocess.DEVNULL,
            timeout=WALL_SECONDS,
            env={},
            check=False,
        )
    except subprocess.TimeoutExpired as error:
        raise _costly() from error
    finally:
        _seats.release()
    if done.returncode != 0:
        raise _costly()
    told: dict[str, Any] = json.loads(done.stdout)
    _require_read(told.get("refused"))
    return told


def _require_read(refused: str | None) -> None:
    if refused == "size":
        refuse_size()
    if refused == "memory":
        raise _costly()
    if refused is not None:
        raise SheetError(_("The workbook is damaged. Open it in Excel and save it again."))


def _costly() -> SheetError:
    return SheetError(
        _(
            "The workbook takes more memory or time to read than a list of this size needs. "
            "Copy the rows into a new workbook."
        )
    )
