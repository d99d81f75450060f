"""`caravan events schema`: the contract of every event, as documents that need no code of ours."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import click

from caravan import discovery
from contracts.document import compatibility, every_event, schemas
from contracts.event import REGISTRY, Event
from servicekit import catalogue_pages, event_catalogue
from servicekit.service import Service

SCHEMAS = "schemas"


class BreakingChangeError(ValueError):
    """What was published in a folder would not hold any more; `breaches` says where."""

    def __init__(self, breaches: Sequence[str]) -> None:
        super().__init__("\n".join(breaches))
        self.breaches = breaches


def documents(events: Sequence[type[Event]], services: Sequence[Service]) -> dict[str, str]:
    """Write all documents of some events: their text by path."""
    result = {f"{SCHEMAS}/{event.type}.json": _to_json(schemas.published(event)) for event in events}
    result["asyncapi.json"] = _to_json(event_catalogue.asyncapi(events))
    result["index.html"] = catalogue_pages.alone(services, events)
    return result


def write_documents(folder: Path, written: Mapping[str, str]) -> None:
    """Put documents into a folder.

    Raises:
        BrokenWordError: the folder holds schemas that the new ones are no mere addition to; nothing was written.

    """
    proposed = {path: json.loads(text) for path, text in written.items() if path.startswith(f"{SCHEMAS}/")}
    breaches = compatibility.breaches(
        read_schemas(folder), {Path(path).stem: result for path, result in proposed.items()}
    )
    if breaches:
        raise BreakingChangeError(breaches)
    for path, text in written.items():
        (folder / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / path).write_text(text, encoding="utf-8")


def read_schemas(folder: Path) -> dict[str, Any]:
    """Read the schemas that a folder holds, by event type."""
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

    The AsyncAPI 3.0 document goes to standard output: whoever has it and an address from
    `caravan broker grant` can read every public event. A folder that holds an earlier state
    is written only if the contracts have grown by nothing but additions.
    """
    services = list(discovery.services().values())
    events = every_event()
    if type_ and type_ not in REGISTRY:
        raise click.BadParameter(f"there is no event {type_!r}", param_hint="--event")
    if output:
        _write_or_refuse(output, documents(events, services))
    else:
        result = schemas.published(REGISTRY[type_]) if type_ else event_catalogue.asyncapi(events)
        click.echo(_to_json(result), nl=False)


def _write_or_refuse(output: Path, written: Mapping[str, str]) -> None:
    try:
        write_documents(output, written)
    except BreakingChangeError as error:
        for breach in error.breaches:
            click.echo(f"caravan: {breach}", err=True)
        raise click.ClickException(f"nothing was written: {output} holds contracts that would not hold") from error
    click.echo(f"{len(written)} files in {output}")


def _to_json(result: Mapping[str, Any]) -> str:
    return json.dumps(result, ensure_ascii=False, indent=2) + "\n"
