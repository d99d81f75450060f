"""Write a golden sample for each event that has none, or whose contract has new properties.

A sample is never edited, so that events written earlier stay readable. The first of a type is
`<type>.json`; after the contract got new properties, `<type>.2.json` is added.
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
    """Yield the event classes of the platform."""
    yield from platform_events()


def samples_of(event: type[Event]) -> list[Path]:
    """Return the samples of an event, oldest first."""
    later = FOLDER.glob(f"{event.type}.*.json")
    found = [FOLDER / f"{event.type}.json", *sorted(later, key=lambda path: int(path.suffixes[-2][1:]))]
    return [path for path in found if path.exists()]


def sample(event: type[Event]) -> dict[str, Any]:
    """Return an example of an event in its wire format."""
    origin = Origin(
        id=uuid5(NAMESPACE_URL, event.type),
        source="/ru-kya/sample",
        subject=str(uuid5(NAMESPACE_URL, "subject")),
        time=AT,
        subjectversion=3,
    )
    body: dict[str, Any] = json.loads(to_wire(example_object(event), origin))
    return body


def names(value: Any) -> set[tuple[str, ...]]:
    """Return the paths of all properties in a value."""
    if isinstance(value, list):
        return {name for item in value for name in names(item)}
    if not isinstance(value, dict):
        return set()
    return {(key, *rest) for key, inner in value.items() for rest in ((), *names(inner))}


def has_grown(event: type[Event]) -> bool:
    """Return whether no sample of an event has all its properties."""
    known = [names(json.loads(path.read_text(encoding="utf-8"))["data"]) for path in samples_of(event)]
    return not any(names(sample(event)["data"]) <= shown for shown in known)


def write() -> list[Path]:
    """Write the missing samples; return their paths."""
    written = []
    for event in declared():
        if has_grown(event):
            count = len(samples_of(event))
            path = FOLDER / (f"{event.type}.{count + 1}.json" if count else f"{event.type}.json")
            path.write_text(json.dumps(sample(event), ensure_ascii=False, indent=2) + "\n", encoding="utf-8")
            written.append(path)
    return written
