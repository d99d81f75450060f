"""The env file of `caravan broker setup`: settings that a shell and systemd read alike."""

import re
from collections.abc import Mapping
from pathlib import Path

from caravan.secret_files import write_secret

_ESCAPED = re.compile(r'\\(["\\$`])')
"""What a backslash stands before within double quotes, for a shell and for systemd."""


def read(file: Path) -> dict[str, str]:
    """Return the settings in a file, quoted or, as older setups wrote them, bare; none where there is no file."""
    if not file.exists():
        return {}
    lines = (line.strip() for line in file.read_text(encoding="utf-8").splitlines())
    named = (line.split("=", 1) for line in lines if "=" in line and not line.startswith("#"))
    return {name: _bare(value) for name, value in named}


def write(file: Path, settings: Mapping[str, str]) -> None:
    """Write settings so that `.` in a shell and `EnvironmentFile=` of systemd read the same."""
    write_secret(file, "".join(f"{name}={_quoted(value)}\n" for name, value in settings.items()))


def _quoted(value: str) -> str:
    if "'" not in value:
        return f"'{value}'"
    return '"' + re.sub(r'["\\$`]', r"\\\g<0>", value) + '"'


def _bare(value: str) -> str:
    if len(value) < 2 or value[0] != value[-1] or value[0] not in "'\"":
        return value
    within = value[1:-1]
    return within if value[0] == "'" else _ESCAPED.sub(r"\1", within)
