"""Secrets in files: read one that a setting names, write one that only its owner can read."""

import os
from collections.abc import Mapping
from pathlib import Path

import click

from servicekit.settings import value_of


def read_secret(name: str, environ: Mapping[str, str]) -> str:
    """Return the value of the environment variable, or the content of the file that NAME_FILE names; empty if neither.

    Raises:
        click.UsageError: the file cannot be read.

    """
    try:
        return value_of(name, environ) or ""
    except OSError as error:
        raise click.UsageError(f"{name}_FILE: {error.strerror}") from error


def write_secret(file: Path, text: str) -> None:
    """Write a file with mode 0600; an existing one is replaced atomically."""
    file.parent.mkdir(parents=True, exist_ok=True)
    draft = file.with_name(f"{file.name}.new")
    draft.unlink(missing_ok=True)
    with open(os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as opened:  # noqa: PTH123  # a Path cannot be opened with a mode
        opened.write(text)
    draft.replace(file)
