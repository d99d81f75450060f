"""Regenerate `docs/events` and add samples of changed contracts: `make contracts`.

If a change is not backward compatible, nothing is written.
"""

import sys
from pathlib import Path

import click

from caravan import discovery
from caravan.events import schema
from contract import write_samples
from contracts.document import platform_events

FOLDER = Path(__file__).parents[2] / "docs" / "events"
OURS = ("matching", "notifications", "registration")


def documents() -> dict[str, str]:
    """Return path -> text of the documents of the current contracts."""
    installed = discovery.services()
    return schema.documents(platform_events(), [installed[name] for name in OURS])


def main() -> int:
    """Write the documents, then add missing samples; return the exit status."""
    try:
        schema.write_documents(FOLDER, documents())
    except schema.BreakingChangeError as error:
        click.echo(f"Refused: the change is not backward compatible.\n{error}", err=True)
        return 1
    for path in write_samples.write():
        click.echo(f"new sample: {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
