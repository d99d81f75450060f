"""Write samples and `docs/events` anew where contracts have grown: `make contracts`.

What would break a word that was given is refused, and nothing is written.
"""

import sys
from pathlib import Path

import click

from caravan import discovery
from caravan.events import schema
from contract import write_samples
from contracts.document import our_events

FOLDER = Path(__file__).parents[2] / "docs" / "events"
OURS = ("matching", "notifications", "registration")


def documents() -> dict[str, str]:
    """Return the documents of the platform as it is now."""
    installed = discovery.services()
    return schema.documents(our_events(), [installed[name] for name in OURS])


def main() -> int:
    """Publish the documents, then add the samples that are missing; return the exit status."""
    try:
        schema.write_documents(FOLDER, documents())
    except schema.BreakingChangeError as error:
        click.echo(f"Refused: a contract may only grow.\n{error}", err=True)
        return 1
    for path in write_samples.write():
        click.echo(f"new sample: {path.name}")
    return 0


if __name__ == "__main__":
    sys.exit(main())
