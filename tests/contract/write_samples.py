"""Write the golden sample of each event that has none, or whose contract has grown since.

A sample is added once and never edited: what was on the wire stays readable. The first of a
type is `<type>.json`; when its contract has grown, `<type>.2.json` stands beside it.
"""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any
from uuid import NAMESPACE_URL, uuid5

from contracts.document import platform_events
from contracts.document.examples import AT, example_object
from contracts.event import Event, Origin, to_wire

FOLDER = Path(__file__).parent / "samples"


def declared() -> Iterator[type[Event]]:
    """Yield every event that the platform declares."""
    yield from platform_events()


def samples_of(event: type[Event]) -> list[Path]:
    """List the samples of an event, the oldest first."""
    later = FOLDER.glob(f"{event.type}.*.json")
    found = [FOLDER / f"{event.type}.json", *sorted(later, key=lambda path: int(path.suffixes[-2][1:]))]
    return [path for path in found if path.exists()]


def sample(event: type[Event]) -> dict[str, Any]:
    """Return an event as it is on the wire."""
    origin = Origin(
        id=uuid5(NAMESPACE_URL, event.type),
        source="/ru-kya/sample",
        subject=str(uuid5(NAMESPACE_URL, "subject")),
        time=AT,
        subjectversion=3,
    )
    told: dict[str, Any] = json.loads(to_wire(example_object(event), origin))
    return told


def names(value: Any) -> set[tuple[str, ...]]:
    """List the names of all properties in a value, each with the way to it."""
    if isinstance(value, list):
        return {name for item in value for name in names(item)}
    if not isinstance(value, dict):
        return set()
    return {(key, *rest) for key, inner in value.items() for rest in ((), *names(inner))}


def has_grown(event: type[Event]) -> bool:
    """Tell whether no sample of an event shows all that it can tell."""
    known = [names(json.loads(path.read_text(encoding="utf-8"))["data"]) for path in samples_of(event)]
    return not any(names(sample(event)["data"]) <= shown for shown in known)


def write() -> list[Path]:
    """Add the samples that are missing; return them."""
    written = []
    for event in declared():
        if has_grown(event):
            count = len(samples_of(event))
            path = FOLDER / (f"{event.type}.{count + 1}.json" if count else f"{event.type}.json")
            path.write_text(json.dumps(sample(event), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            written.append(path)
    return written
