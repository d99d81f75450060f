"""Write the golden sample of each event that has none: `PYTHONPATH=tests python tests/contract/write_samples.py`.

A sample is added once and never edited: what was on the wire stays readable.
"""

import dataclasses
import json
from collections.abc import Iterator
from datetime import UTC, date, datetime
from enum import StrEnum
from pathlib import Path
from typing import Any, get_args, get_origin
from uuid import NAMESPACE_URL, UUID, uuid5

import contracts.instance
import contracts.matching
import contracts.notifications
import contracts.registration
from contracts.event import REGISTRY, Event, Origin, to_wire
from contracts.schema import properties

FOLDER = Path(__file__).parent / "samples"
OURS = (contracts.instance, contracts.matching, contracts.notifications, contracts.registration)
AT = datetime(2024, 12, 10, 7, 0, tzinfo=UTC)


def declared() -> Iterator[type[Event]]:
    """Yield every event that the platform declares."""
    names = tuple(module.__name__ for module in OURS)
    return (event for event in REGISTRY.values() if event.__module__.startswith(names))


def example(hint: Any, name: str) -> Any:
    """Make a value of a property's type that tells where it stands."""
    if get_origin(hint) is tuple:
        return (example(get_args(hint)[0], name),)
    if get_origin(hint) is dict:
        return {"ru": f"{name} по-русски", "en": f"{name} in English"}
    if dataclasses.is_dataclass(hint):
        return build(hint)
    if issubclass(hint, StrEnum):
        return next(iter(hint))
    made = {
        UUID: uuid5(NAMESPACE_URL, name),
        datetime: AT,
        date: date(2024, 12, 10),
        bool: True,
        int: 7,
        float: 0.5,
        str: name,
    }
    return made[hint]


def build(made: Any) -> Any:
    """Make a declared dataclass with every property filled."""
    return made(**{prop.name: example(prop.type, prop.name) for prop in properties(made)})


def sample(event: type[Event]) -> str:
    """Return an event on the wire."""
    origin = Origin(
        id=uuid5(NAMESPACE_URL, event.type),
        source="/ru-kya/sample",
        subject=str(uuid5(NAMESPACE_URL, "subject")),
        time=AT,
        subjectversion=3,
    )
    return json.dumps(json.loads(to_wire(build(event), origin)), ensure_ascii=False, indent=2) + "\n"


if __name__ == "__main__":
    FOLDER.mkdir(exist_ok=True)
    for event_ in declared():
        path = FOLDER / f"{event_.type}.json"
        if not path.exists():
            path.write_text(sample(event_), encoding="utf-8")
