"""Read and write the env file of `caravan broker setup`, in a syntax that shells and systemd read the same way."""

import re
from collections.abc import Mapping
from pathlib import Path

from caravan.secret_files import write_secret

_ESCAPED = re.compile(r'\\(["\\$`])')
"""Characters that a backslash escapes within double quotes, in shells and in systemd."""


def read(file: Path) -> dict[str, str]:
    """Return the settings in a file; values may be unquoted, as older setups wrote them. Empty without a file."""
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    named = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: _unquoted(value) for name, value in named}


def write(file: Path, settings: Mapping[str, str]) -> None:
    """Write settings for `.` in a shell and `EnvironmentFile=` of systemd; the file is readable by its owner only."""
    write_secret(file, "".join(f"{name}={_quoted(value)}\n" for name, value in settings.items()))


def _quoted(value: str) -> str:
    if "'" not in value:
        return f"'{value}'"
    return '"' + re.sub(r'["\\$`]', r"\\\g<0>", value) + '"'


def _unquoted(value: str) -> str:
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "'\"":
        return value
    within = value[1:-1]
    return within if value[0] == "'" else _ESCAPED.sub(r"\1", within)
