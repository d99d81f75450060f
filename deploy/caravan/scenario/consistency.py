"""Rules beyond the JSON Schema: unique and known ids, times in order, valid phone numbers, required texts."""

from collections import Counter
from collections.abc import Callable, Iterable, Iterator, Sequence
from datetime import datetime
from itertools import pairwise
from typing import Any

import phonenumbers

from caravan.scenario import company_ids, limits
from caravan.scenario.errors import Fault
from caravan.scenario.values import Row, instant, mission_span, texts

Document = dict[str, Any]
Rule = Callable[[Document], Iterator[Fault]]


def faults(document: Document) -> list[Fault]:
    """Return what breaks a rule, or a limit of the platform, in a document that matches the JSON Schema."""
    return [fault for rule in _RULES for fault in rule(document)]


def _rows(document: Document, name: str) -> Iterable[tuple[str, Row]]:
    return ((f"/{name}/{number}", row) for number, row in enumerate(document.get(name) or ()))


def _staff(document: Document) -> Iterator[tuple[str, Row]]:
    for pointer, organisation in _rows(document, "organisations"):
        for number, person in enumerate(organisation["staff"]):
            yield f"{pointer}/staff/{number}", person


def _ids(document: Document, name: str, key: str = "id") -> set[str]:
    return {row[key] for _, row in _rows(document, name)}


def _repeated(rows: Iterable[tuple[str, Row]], key: str = "id") -> Iterator[Fault]:
    seen = Counter[Any]()
    for pointer, row in rows:
        value = row.get(key)
        seen[value] += value is not None
        if seen[value] > 1:
            yield Fault(f"{pointer}/{key}", f"{value} is duplicated")


def unique_ids(document: Document) -> Iterator[Fault]:
    """Ids are unique in their list; those of people in the whole file."""
    yield from _repeated(_rows(document, "regions"), "code")
    lists = ("tables", "slots", "agenda", "interpreters", "organisations", "meeting_requests", "timeline", "agreements")
    for name in lists:
        yield from _repeated(_rows(document, name))
    yield from _repeated(_staff(document))
    for pointer, organisation in _rows(document, "organisations"):
        for part in ("offers", "needs"):
            items = organisation.get(part) or ()
            yield from _repeated((f"{pointer}/{part}/{number}", item) for number, item in enumerate(items))


def _unknown(pointer: str, given: Sequence[str], known: set[str], what: str) -> Iterator[Fault]:
    for number, value in enumerate(given):
        if value not in known:
            yield Fault(f"{pointer}/{number}", f"there is no {what} {value}")


def known_regions_and_hall(document: Document) -> Iterator[Fault]:
    """Regions, tables, sessions and slots that the document refers to exist."""
    regions, tables = _ids(document, "regions", "code"), _ids(document, "tables")
    for key in ("guest_region", "host_region"):
        if document["mission"][key] not in regions:
            yield Fault(f"/mission/{key}", f"there is no region {document['mission'][key]} in the file")
    for pointer, organisation in _rows(document, "organisations"):
        if organisation["region"] not in regions:
            yield Fault(f"{pointer}/region", f"there is no region {organisation['region']} in the file")
    rules = document["mission"].get("rules") or {}
    yield from _unknown("/mission/rules/online_tables", rules.get("online_tables", ()), tables, "table")
    for pointer, slot in _rows(document, "slots"):
        yield from _unknown(f"{pointer}/tables", slot.get("tables", ()), tables, "table")
    sessions = {slot["session"] for _, slot in _rows(document, "slots") if slot.get("session")}
    for name, variant in (document.get("variants") or {}).items():
        for part, known in (("tables", tables), ("sessions", sessions), ("slots", _ids(document, "slots"))):
            yield from _unknown(f"/variants/{name}/{part}", variant.get(part, ()), known, part.removesuffix("s"))


def known_routes(document: Document) -> Iterator[Fault]:
    """Routes connect locations of tables and of items of the agenda."""
    places = {row.get("location") for part in ("tables", "agenda") for _, row in _rows(document, part)}
    for pointer, walk in _rows(document, "walking"):
        for end in ("from", "to"):
            if walk[end] not in places:
                yield Fault(f"{pointer}/{end}", f"no table and no item of the agenda is at {walk[end]}")


def known_organisations(document: Document) -> Iterator[Fault]:
    """Organisations that the document refers to exist, and are on the expected side."""
    sides = {row["id"]: row["side"] for _, row in _rows(document, "organisations")}
    for pointer, row in _rows(document, "organisations"):
        yield from _unknown(
            f"{pointer}/does_not_want_to_meet", row.get("does_not_want_to_meet", ()), set(sides), "organisation"
        )
    for pointer, row in _rows(document, "agenda"):
        needed = row.get("required_organisations")
        if isinstance(needed, list):
            yield from _unknown(f"{pointer}/required_organisations", needed, set(sides), "organisation")
    for pointer, row in _rows(document, "meeting_requests"):
        yield from _side(pointer, row, {"from": None, "to": None}, sides)
        if row["from"] in sides and sides[row["from"]] == sides.get(row["to"]):
            yield Fault(pointer, f"{row['from']} and {row['to']} are on the same side")
    for pointer, row in _rows(document, "agreements"):
        yield from _side(pointer, row, {"guest": "guest", "host": "host"}, sides)


def _side(pointer: str, row: Row, wanted: dict[str, str | None], sides: dict[str, str]) -> Iterator[Fault]:
    for key, side in wanted.items():
        if row[key] not in sides:
            yield Fault(f"{pointer}/{key}", f"there is no organisation {row[key]}")
        elif side not in (None, sides[row[key]]):
            yield Fault(f"{pointer}/{key}", f"{row[key]} is not a {side}")


def known_incident_references(document: Document) -> Iterator[Fault]:
    """Incidents refer to known organisations and slots, and to people of their organisation."""
    people = {row["id"]: {person["id"] for person in row["staff"]} for _, row in _rows(document, "organisations")}
    everybody, slots = {person["id"] for _, person in _staff(document)}, _ids(document, "slots")
    for pointer, row in _rows(document, "timeline"):
        for key in ("organisation", "partner"):
            if row.get(key) is not None and row[key] not in people:
                yield Fault(f"{pointer}/{key}", f"there is no organisation {row[key]}")
        person = row.get("person")
        known = people.get(row["organisation"], set()) if "organisation" in row else everybody
        if person is not None and person not in known:
            yield Fault(f"{pointer}/person", f"{person} is not of {row.get('organisation', 'any organisation')}")
        if row.get("slot") is not None and row["slot"] not in slots:
            yield Fault(f"{pointer}/slot", f"there is no slot {row['slot']}")


def times_in_order(document: Document) -> Iterator[Fault]:
    """Ends follow starts; slots and agenda lie within the mission; checks follow the signing."""
    mission = document["mission"]
    if mission["start"] > mission["end"]:
        yield Fault("/mission/end", f"{mission['end']} is before the start, {mission['start']}")
    for name in ("slots", "agenda"):
        for pointer, row in _rows(document, name):
            yield from _span(pointer, row["start"], row["end"])
            yield from _within(pointer, row, mission)
    for pointer, agreement in _rows(document, "agreements"):
        yield from _repeated(_checks(pointer, agreement), "check_months")
        for place, check in _checks(pointer, agreement):
            if check["checked_on"] < instant(agreement["signed_at"]).date().isoformat():
                yield Fault(f"{place}/checked_on", f"{check['checked_on']} is before the signing")


def _checks(pointer: str, agreement: Row) -> Iterable[tuple[str, Row]]:
    return ((f"{pointer}/follow_up/{n}", check) for n, check in enumerate(agreement.get("follow_up") or ()))


def _span(pointer: str, start: str, end: str) -> Iterator[Fault]:
    if instant(start) >= instant(end):
        yield Fault(pointer, f"ends at {end}, not after its start {start}")


def _within(pointer: str, row: Row, mission: Row) -> Iterator[Fault]:
    first, last = mission_span(mission)
    if instant(row["start"]) < first or instant(row["end"]) > last:
        days = f"{mission['start']} to {mission['end']} in {mission['timezone']}"
        yield Fault(pointer, f"lies outside the mission, {days}")


def availability_in_order(document: Document) -> Iterator[Fault]:
    """Windows of availability are in order and do not overlap."""
    for pointer, person in _staff(document):
        yield from _windows(f"{pointer}/availability", person.get("availability") or ())
    for pointer, incident in _rows(document, "timeline"):
        removed = (incident.get("effect") or {}).get("availability_removed") or ()
        yield from _windows(f"{pointer}/effect/availability_removed", removed)


def _windows(pointer: str, windows: Sequence[Row]) -> Iterator[Fault]:
    spans: list[tuple[datetime, datetime]] = []
    for number, window in enumerate(windows):
        yield from _span(f"{pointer}/{number}", window["from"], window["to"])
        spans.append((instant(window["from"]), instant(window["to"])))
    for number, (earlier, later) in enumerate(pairwise(spans), start=1):
        if later[0] < earlier[1]:
            yield Fault(f"{pointer}/{number}", "starts before the window above it has ended")


def possible_phone_numbers(document: Document) -> Iterator[Fault]:
    """Telephone numbers have a possible length for their country."""
    mission = document["mission"]
    yield from _phone("/mission/organiser", mission.get("organiser") or {}, mission["guest_region"])
    for pointer, row in _rows(document, "organisations"):
        yield from _phone(f"{pointer}/contact", row.get("contact") or {}, row["region"])
        for number, person in enumerate(row["staff"]):
            yield from _phone(f"{pointer}/staff/{number}", person, row["region"])


def _phone(pointer: str, row: Row, region: str) -> Iterator[Fault]:
    text = row.get("phone")
    if not text:
        return
    try:
        possible = phonenumbers.is_possible_number(phonenumbers.parse(text, region[:2]))
    except phonenumbers.NumberParseException:
        possible = False
    if not possible:
        yield Fault(f"{pointer}/phone", f"{text} is not a possible telephone number")


def texts_present(document: Document) -> Iterator[Fault]:
    """Titles, names and items of profiles have a text in at least one language."""
    language = document.get("language") or "ru"
    wanted = [("/mission", document["mission"], "title")]
    wanted += [
        (pointer, row, "name") for name in ("regions", "organisations") for pointer, row in _rows(document, name)
    ]
    wanted += [(pointer, row, "full_name") for pointer, row in _staff(document)]
    wanted += [
        (f"{pointer}/{part}/{number}", item, "text")
        for pointer, row in _rows(document, "organisations")
        for part in ("offers", "needs")
        for number, item in enumerate(row.get(part) or ())
    ]
    for pointer, row, stem in wanted:
        if not texts(row, stem, language):
            yield Fault(pointer, f"has no {stem} in any language, such as {stem}_{language}")


_RULES: tuple[Rule, ...] = (
    unique_ids,
    known_regions_and_hall,
    known_routes,
    known_organisations,
    known_incident_references,
    times_in_order,
    availability_in_order,
    possible_phone_numbers,
    texts_present,
    company_ids.faults,
    limits.faults,
)
