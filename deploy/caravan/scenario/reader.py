"""Read a scenario from a file: all of it is checked before anything of it is used."""

import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from pathlib import Path
from typing import Any

from caravan.scenario import consistency, json_schema
from caravan.scenario.errors import Fault, ScenarioError
from caravan.scenario.json_positions import JsonPositions
from caravan.scenario.values import Row, language_of_tag, mission_span, without_nulls


@dataclass(frozen=True)
class Scenario:
    """A mission as its file tells it; `unknown` are the fields that nobody will use."""

    document: dict[str, Any]
    unknown: tuple[Fault, ...] = ()

    @property
    def id(self) -> str:
        """The organiser's own short name of the mission."""
        return str(self.mission["id"])

    @property
    def mission(self) -> Row:
        """The mission's own facts."""
        found: Row = self.document["mission"]
        return found

    @property
    def language(self) -> str:
        """The language where nothing else is said."""
        return language_of_tag(self.document.get("language") or "ru")

    @property
    def span(self) -> tuple[datetime, datetime]:
        """The mission's days, from the first local midnight to the last."""
        return mission_span(self.mission)

    def rows(self, name: str) -> Sequence[Row]:
        """Return a list of the file, empty where it has none."""
        found: Sequence[Row] = self.document.get(name) or ()
        return found

    @property
    def staff(self) -> Sequence[Row]:
        """All people of the file."""
        return [person for organisation in self.rows("organisations") for person in organisation["staff"]]


def read(path: Path) -> Scenario:
    """Read and check a file.

    Raises:
        ScenarioError: it is refused, with all places and causes.

    """
    try:
        text = path.read_text("utf-8-sig")
        document = without_nulls(json.loads(text, parse_constant=_refuse_constant))
    except json.JSONDecodeError as error:
        fault = Fault(f"column {error.colno}", f"is no valid JSON: {error.msg}", error.lineno)
        raise ScenarioError(path, [fault]) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ScenarioError(path, [Fault("", f"cannot be read as JSON in UTF-8: {error}")]) from error
    places = JsonPositions(text)
    faults = [Fault(pointer, "stands twice") for pointer in places.duplicate_keys] or _faults(document)
    if faults:
        raise ScenarioError(path, _with_lines(faults, places))
    unknown = [Fault(pointer, "is unknown and was left out") for pointer in json_schema.unknown_fields(document)]
    return Scenario(document, tuple(_with_lines(unknown, places)))


def _faults(document: Any) -> Sequence[Fault]:
    return json_schema.faults(document) or consistency.faults(document)


def _with_lines(faults: Sequence[Fault], places: JsonPositions) -> list[Fault]:
    placed = [replace(fault, line=places.line(fault.pointer)) for fault in faults]
    return sorted(placed, key=lambda fault: fault.line)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is no number")
