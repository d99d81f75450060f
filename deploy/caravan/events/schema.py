"""`caravan events schema`: write the contracts of all events as JSON Schema, AsyncAPI and HTML."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from caravan import discovery
from contracts.document import compatibility, every_event, schemas
from contracts.event import REGISTRY, Event
from servicekit.reference import events as catalogue_pages
from servicekit.reference import events as event_catalogue
from servicekit.service import Service

SCHEMAS = "schemas"


class BreakingChangeError(ValueError):
    """The new schemas break contracts published in the folder; `breaches` lists where."""

    def __init__(self, breaches: Sequence[str]) -> None:
        super().__init__("\n".join(breaches))
        self.breaches = breaches


def documents(events: Sequence[type[Event]], services: Sequence[Service]) -> dict[str, str]:
    """Return the documents of some events: their text by path."""
    result = {f"{SCHEMAS}/{event.type}.json": _to_json(schemas.event_schema(event)) for event in events}
    result["asyncapi.json"] = _to_json(event_catalogue.asyncapi(events))
    result["index.html"] = catalogue_pages.alone(services, events)
    return result


def write_documents(folder: Path, written: Mapping[str, str]) -> None:
    """Write documents into a folder.

    Raises:
        BreakingChangeError: the new schemas do more than add to those in the folder; nothing was written.

    """
    proposed = {path: json.loads(text) for path, text in written.items() if path.startswith(f"{SCHEMAS}/")}
    breaches = compatibility.breaking_changes(
        read_schemas(folder), {Path(path).stem: result for path, result in proposed.items()}
    )
    if breaches:
        raise BreakingChangeError(breaches)
    for path, text in written.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def read_schemas(folder: Path) -> dict[str, Any]:
    """Return the schemas in a folder by event type."""
    found = sorted((folder / SCHEMAS).glob("*.json"))
    return {path.stem: json.loads(path.read_text(encoding="utf-8")) for path in found}


@click.command("schema")
@click.option("--event", "type_", metavar="TYPE", help="The JSON Schema of this event alone, envelope included.")
@click.option(
    "--output",
    type=click.Path(path_type=Path, file_okay=False),
    help="A folder for everything: asyncapi.json, schemas/TYPE.json and the catalogue as index.html.",
)
def schema_command(type_: str | None, output: Path | None) -> None:
    """Write the contract of all events of this installation.

    The AsyncAPI 3.0 document goes to standard output; with it and an address from
    `caravan broker grant` a program can read public events. A folder with earlier contracts
    is written only if the new ones just add to them.
    """
    services = list(discovery.services().values())
    events = every_event()
    if type_ and type_ not in REGISTRY:
        raise click.BadParameter(f"there is no event {type_!r}", param_hint="--event")
    if output:
        _write_or_refuse(output, documents(events, services))
    else:
        result = schemas.event_schema(REGISTRY[type_]) if type_ else event_catalogue.asyncapi(events)
        click.echo(_to_json(result), nl=False)


def _write_or_refuse(output: Path, written: Mapping[str, str]) -> None:
    try:
        write_documents(output, written)
    except BreakingChangeError as error:
        for breach in error.breaches:
            click.echo(f"caravan: {breach}", err=True)
        raise click.ClickException(f"nothing was written: this would break contracts published in {output}") from error
    click.echo(f"{len(written)} files in {output}")


def _to_json(result: Mapping[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"
