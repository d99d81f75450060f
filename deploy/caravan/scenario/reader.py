"""Read a scenario file and check all of it."""

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
    """A mission read from a file; `unknown` lists fields that are ignored."""

    document: dict[str, Any]
    unknown: tuple[Fault, ...] = ()

    @property
    def id(self) -> str:
        """The organiser's short name of the mission, its reference on the platform."""
        return str(self.mission["id"])

    @property
    def mission(self) -> Row:
        """The row of the mission."""
        found: Row = self.document["mission"]
        return found

    @property
    def language(self) -> str:
        """The language of texts without a language."""
        return language_of_tag(self.document.get("language") or "ru")

    @property
    def span(self) -> tuple[datetime, datetime]:
        """Start and end of the mission: local midnight before the first day and after the last one."""
        return mission_span(self.mission)

    def rows(self, name: str) -> Sequence[Row]:
        """Return a list of the file; empty if it is missing."""
        found: Sequence[Row] = self.document.get(name) or ()
        return found

    @property
    def staff(self) -> Sequence[Row]:
        """The people of all organisations."""
        return [person for organisation in self.rows("organisations") for person in organisation["staff"]]


def read(path: Path) -> Scenario:
    """Read and check a file.

    Raises:
        ScenarioError: it is invalid; lists every fault with its place.

    """
    try:
        text = path.read_text("utf-8-sig")
        document = without_nulls(json.loads(text, parse_constant=_refuse_constant))
    except json.JSONDecodeError as error:
        fault = Fault(f"column {error.colno}", f"is not valid JSON: {error.msg}", error.lineno)
        raise ScenarioError(path, [fault]) from error
    except (OSError, ValueError, RecursionError) as error:
        raise ScenarioError(path, [Fault("", f"cannot be read as JSON in UTF-8: {error}")]) from error
    positions = JsonPositions(text)
    faults = [Fault(pointer, "is duplicated") for pointer in positions.duplicate_keys] or _faults(document)
    if faults:
        raise ScenarioError(path, _with_lines(faults, positions))
    unknown = [Fault(pointer, "is unknown and was ignored") for pointer in json_schema.unknown_fields(document)]
    return Scenario(document, tuple(_with_lines(unknown, positions)))


def _faults(document: Any) -> Sequence[Fault]:
    return json_schema.faults(document) or consistency.faults(document)


def _with_lines(faults: Sequence[Fault], positions: JsonPositions) -> list[Fault]:
    located = [replace(fault, line=positions.line(fault.pointer)) for fault in faults]
    return sorted(located, key=lambda fault: fault.line)


def _refuse_constant(name: str) -> None:
    raise ValueError(f"{name} is not a number")
