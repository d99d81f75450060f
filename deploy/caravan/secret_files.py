"""Secrets of the command itself: from the environment, or from a file that it names; never typed."""

from collections.abc import Mapping

import click

from servicekit.settings import value_of


def secret(name: str, environ: Mapping[str, str]) -> str:
    """Return what the variable holds, or the file that NAME_FILE names; empty if neither is set.

    Raises:
        click.UsageError: the file cannot be read.

    """
    try:
        return value_of(name, environ) or ""
    except OSError as error:
        raise click.UsageError(f"{name}_FILE: {error.strerror}") from error
