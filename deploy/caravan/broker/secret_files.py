"""Files that hold passwords: readable by their owner alone, and never half written."""

import os
from pathlib import Path


def write_secret(file: Path, text: str) -> None:
    """Write a file that nobody else can read, at any moment; what stood there is replaced as a whole."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:  # noqa: PTH123  # a Path cannot be opened with a mode
        opened.write(text)
    draft.replace(file)
