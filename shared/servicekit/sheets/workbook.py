"""Read the first sheet of the workbook on standard input and write it on standard output as JSON.

It is run by its path, in a process of its own that has no environment, may not grow and dies in time: a parser
meets here what strangers send. Its arguments are the most rows, the most columns and the most characters.
"""

import json
import resource
import sys
from datetime import date, time
from io import BytesIO
from typing import Any

from python_calamine import CalamineError, CalamineSheet, PasswordError, load_workbook

MOST_MEMORY_BYTES = 1024**3
PROCESSOR_SECONDS = 20
_LARGEST_WHOLE = 1e15


def main() -> None:
    """Read, and say what came of it: `rows` and `merged`, or why not."""
    limits = {
        resource.RLIMIT_AS: MOST_MEMORY_BYTES,
        resource.RLIMIT_CPU: PROCESSOR_SECONDS,
        resource.RLIMIT_CORE: 0,
        resource.RLIMIT_FSIZE: 0,
    }
    for what, most in limits.items():
        resource.setrlimit(what, (most, most))
    most_rows, most_columns, most_characters = map(int, sys.argv[1:])
    try:
        told = _read(sys.stdin.buffer.read(), most_rows, most_columns, most_characters)
    except (CalamineError, PasswordError, IndexError):
        told = {"refused": "damaged"}
    except MemoryError:
        told = {"refused": "memory"}
    sys.stdout.buffer.write(json.dumps(told).encode())


def _read(workbook: bytes, most_rows: int, most_columns: int, most_characters: int) -> dict[str, Any]:
    sheet = load_workbook(BytesIO(workbook)).get_sheet_by_index(0)
    last_row, last_column = sheet.end or (0, 0)
    if last_row >= most_rows or last_column >= most_columns:
        return {"refused": "size"}
    rows = [[_text(value) for value in row] for row in sheet.to_python(skip_empty_area=False)]
    if sum(len(text) for row in rows for text in row) > most_characters:
        return {"refused": "size"}
    return {"rows": rows, "merged": _merged(sheet)}


def _merged(sheet: CalamineSheet) -> list[list[int]]:
    """List merged cells: first row, first column, last row, last column, from 0."""
    return [[*first, *last] for first, last in sheet.merged_cell_ranges or ()]


def _text(value: Any) -> str:
    """Write a value as CSV would have it: days and instants as in ISO 8601, whole numbers without a fraction."""
    if isinstance(value, bool):
        return str(value).upper()
    if isinstance(value, float) and value.is_integer() and abs(value) < _LARGEST_WHOLE:
        return str(int(value))
    return value.isoformat() if isinstance(value, date | time) else str(value)


if __name__ == "__main__":
    main()
