"""Reading files of a format, as JSON or packed by gzip, and what is wrong with them."""

import gzip
import json
from collections.abc import Iterator
from functools import cache
from importlib.resources import files
from itertools import pairwise
from pathlib import Path
from typing import Any

from jsonschema import Draft202012Validator

from matching.timetabling.files.schedule import number_of

MOST_FAULTS = 20
LARGEST = 512 * 2**20
"""Bytes of a file that are read."""
MOST_WORTH = 2**53 - 1
"""What all meetings together may be worth: what solvers, and other readers of JSON, count exactly."""

Body = dict[str, Any]


class FileError(Exception):
    """A file that is not of its format; its text says where and why."""


def read_instance(path: Path) -> Body:
    """Read an instance of either format.

    Raises:
        FileError: the file is none.

    """
    body = _json(path)
    version = str(body.get("format", "")).removeprefix("mission-schedule/")
    if version not in {"1", "2"}:
        raise FileError(f"{path}: the format is mission-schedule/1 or mission-schedule/2, not {body.get('format')!r}")
    _validate(path, body, f"mission-schedule-{version}.json")
    wrong = list((_sizes_of_first if version == "1" else _sizes_of_second)(body))
    if sum(value for _, _, *rest in body["meetings"] for value in rest) > MOST_WORTH:
        wrong.append(f"/meetings: are worth more than {MOST_WORTH} together")
    if wrong:
        raise FileError(f"{path}: " + "; ".join(wrong[:MOST_FAULTS]))
    return body


def read_previous(path: Path, instance: Body) -> Body:
    """Read a schedule of an instance as it once was, whatever it was called then.

    Raises:
        FileError: the file is none, or places a meeting twice.

    """
    body = _schedule(path, instance)
    numbers = [number_of(row) for row in body["meetings"]]
    first = {number: at for at, number in reversed(list(enumerate(numbers)))}
    twice = [f"/meetings/{at}: meeting {n} stands there before" for at, n in enumerate(numbers) if first[n] < at]
    if twice:
        raise FileError(f"{path}: " + "; ".join(twice[:MOST_FAULTS]))
    return body


def read_schedule(path: Path, instance: Body) -> Body:
    """Read a schedule of an instance.

    Raises:
        FileError: the file is none, or of another instance.

    """
    body = _schedule(path, instance)
    if body.get("instance") not in {None, instance["name"]}:
        raise FileError(f"{path}: is a schedule of {body['instance']}, not of {instance['name']}")
    return body


def _schedule(path: Path, instance: Body) -> Body:
    body = _json(path)
    _validate(path, body, f"schedule-{instance['format'][-1]}.json")
    return body


@cache
def schema(name: str) -> Body:
    """Give a JSON Schema of the formats."""
    loaded: Body = json.loads((files("matching.timetabling.files") / "schemas" / name).read_text("utf-8"))
    return loaded


def _json(path: Path) -> Body:
    try:
        with gzip.open(path) if path.suffix == ".gz" else path.open("rb") as file:
            text = file.read(LARGEST + 1)
        body = json.loads(text, parse_float=_number) if len(text) <= LARGEST else None
    except (OSError, EOFError, ValueError, RecursionError) as error:
        raise FileError(f"{path}: {error}") from error
    if not isinstance(body, dict):
        raise FileError(f"{path}: is no JSON object of at most {LARGEST} bytes")
    return body


def _number(text: str) -> float:
    """Read 2.0 as 2: to JSON Schema, as to JSON, it is a whole number."""
    number = float(text)
    return int(number) if number.is_integer() else number


def _validate(path: Path, body: Body, name: str) -> None:
    errors = Draft202012Validator(schema(name)).iter_errors(body)
    faults = [
        f"/{'/'.join(map(str, error.absolute_path))}: {error.message[:200]}"
        for error, _ in zip(errors, range(MOST_FAULTS), strict=False)
    ]
    if faults:
        raise FileError(f"{path}: " + "; ".join(faults))


def _sizes_of_first(body: Body) -> Iterator[str]:
    """Find lists of a wrong length and numbers of what there is not."""
    people, slots, meetings = body["participants"], body["slots"], len(body["meetings"])
    by_person, by_meeting = ("forbidden", "max_meetings", "min_meetings"), ("session", "fixed")
    lengths = dict.fromkeys(by_person, people) | dict.fromkeys(by_meeting, meetings)
    if isinstance(body["tables"], list):
        lengths["tables"] = slots
    for name, length in lengths.items():
        if name in body and len(body[name]) != length:
            yield f"/{name}: has {len(body[name])} entries instead of {length}"
    yield from _wrong_meetings(body)
    ends = {"session": len(body.get("sessions", ())) + 1, "fixed": slots, "precedences": meetings, "forbidden": slots}
    ends["cancelled"] = meetings
    for name, end in ends.items():
        for number, value in enumerate(body.get(name, ())):
            largest = max(value, default=-1) if isinstance(value, list) else value
            if largest is not None and largest >= end:
                yield f"/{name}/{number}: there is no {largest}"


def _wrong_meetings(body: Body) -> Iterator[str]:
    people = body["participants"]
    guests = body.get("guests", people)
    for number, (one, other, *value) in enumerate(body["meetings"]):
        if one == other or max(one, other) >= people:
            yield f"/meetings/{number}: takes two different participants below {people}"
        elif value and not one < guests <= other:
            yield f"/meetings/{number}: takes a guest below {guests} and a host from there on"
        if value == [0]:
            yield f"/meetings/{number}: is worth nothing"


def _sizes_of_second(body: Body) -> Iterator[str]:
    """Find numbers of what there is not, and slots that end before they start."""
    count = {
        name: len(body.get(name, ())) for name in ("slots", "tables", "organisations", "staff", "meetings", "walking")
    }
    named = {
        "location": "walking",
        "organisation": "organisations",
        "organisations": "organisations",
        "meeting": "meetings",
        "slot": "slots",
        "table": "tables",
        "closed": "slots",
        "away": "slots",
        "staff": "staff",
    }
    for part in ("tables", "staff", "interpreters", "agenda", "locks"):
        for number, entry in enumerate(body.get(part, ())):
            for name, value in entry.items():
                numbers = value if isinstance(value, list) else [value]
                if name in named and numbers and max(numbers) >= count[named[name]]:
                    yield f"/{part}/{number}/{name}: there is no {max(numbers)}"
    for part in ("slots", "agenda"):
        yield from (
            f"/{part}/{n}: ends before it starts"
            for n, one in enumerate(body.get(part, ()))
            if one["end"] <= one["start"]
        )
    if any(then["start"] < one["end"] for one, then in pairwise(body["slots"])):
        yield "/slots: overlap, or are not in order"
    yield from (f"/cancelled: there is no {n}" for n in body.get("cancelled", ()) if n >= count["meetings"])
    if any(len(row) != count["walking"] for row in body["walking"]):
        yield "/walking: has as many columns as rows"
    sides = [organisation["side"] for organisation in body["organisations"]]
    for number, (guest, host, value) in enumerate(body["meetings"]):
        if max(guest, host) >= len(sides) or [sides[guest], sides[host]] != ["guest", "host"] or not value:
            yield f"/meetings/{number}: takes a guest, a host, and a value of at least 1"


def tables_of(instance: Body) -> tuple[int, ...]:
    """Give the number of tables in each slot."""
    tables = instance["tables"]
    return tuple(tables) if isinstance(tables, list) else (tables,) * instance["slots"]


def allowed_of(instance: Body, number: int) -> frozenset[int]:
    """Give the slots in which a meeting may be: both are there, in its session, where it is fixed."""
    slots = set(range(instance["slots"]))
    for person in instance["meetings"][number][:2]:
        slots -= set(instance["forbidden"][person])
    session = instance["session"][number] if "session" in instance else 0
    if session:
        slots &= set(range(*instance["sessions"][session - 1]))
    fixed = instance["fixed"][number] if "fixed" in instance else None
    return frozenset(slots if fixed is None else slots & {fixed})
