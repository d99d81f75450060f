"""Make of a row the bodies that the API takes: one of an organisation, one of its application."""

import re
from collections.abc import Mapping, Sequence
from typing import Any, TypeAlias
from uuid import UUID

from contracts.registration import Side, Texts
from registration.models import Mission
from registration.sheets.columns import COLUMNS, LINES, Column
from registration.sheets.template import said
from servicekit.texts import languages
from servicekit.texts.languages import noop as _

Body: TypeAlias = dict[str, Any]

LONGEST_CODE = 61
"""Of an organisation, so that there is room for the number of a person."""
NOBODY = UUID(int=0)
"""Stands for the organisation until it is known."""
CONSENT = {"purpose": "processing", "channel": "import"}
"""What the words of the consent in a list are about."""
_WORDS: Mapping[str, Mapping[str, Any]] = {
    "side": {
        _("guest"): Side.GUEST.value,
        _("guests"): Side.GUEST.value,
        _("host"): Side.HOST.value,
        _("hosts"): Side.HOST.value,
    },
    "is_sme": {_("yes"): True, _("no"): False},
}


def bodies_of(cells: Mapping[str, str], mission: Mission, types: Mapping[str, Texts]) -> tuple[Body, Body]:
    """Return the bodies of the organisation and of its application.

    `cells` are those that are filled in, by the keys of their columns; `types` the kinds of co-operation by name.
    """
    bodies: Body = {"organisation": {}, "application": {}}
    for column in COLUMNS:
        if column.key in cells:
            _put(bodies, column.steps, _value(column, cells[column.key]))
    organisation, application = _listed(bodies["organisation"]), _listed(bodies["application"])
    for items in application.setdefault("profile", {}).values():
        _name_types(items, types)
    is_host = application.get("side") == Side.HOST
    organisation.setdefault("region", mission.host_region if is_host else mission.guest_region)
    person = application.setdefault("delegates", [{}])[0]
    if "consents" in person:
        person["consents"] = [CONSENT | {"language": person.get("language", "ru")} | one for one in person["consents"]]
    person["reference"] = f"{organisation.get('reference', '')[:LONGEST_CODE]}/p1"
    known = {"mission_id": str(mission.id), "organisation_id": str(NOBODY), "submit": True}
    return organisation, application | known


def _value(column: Column, text: str) -> Any:
    if column.path.endswith(f"/{LINES}"):
        parts = [part.strip() for part in re.split(r"[,;\n]", text) if part.strip()]
        return [part.lower() for part in parts] if column.key == "languages" else parts
    if LINES in column.steps:
        return [line.strip() for line in text.splitlines() if line.strip()]
    return _word(column.key, text.strip())


def _word(key: str, text: str) -> Any:
    """Read a word of a closed set in any language; what is none stays for the schema to judge."""
    for message, value in _WORDS.get(key, {}).items():
        if text.casefold() in {said(message, language).casefold() for language in languages.SUPPORTED}:
            return value
    return text.lower() if key == "is_sme" else text


def _put(node: Body, steps: Sequence[str], value: Any) -> None:
    """Put a value at the end of a path; lists are kept as mappings from place to item meanwhile."""
    first, *rest = steps
    if first == LINES:
        for place, item in enumerate(value):
            _put(node, (str(place), *rest), item)
    elif rest:
        _put(node.setdefault(first, {}), rest, value)
    else:
        node[first] = value


def _listed(node: Any) -> Any:
    if not isinstance(node, dict):
        return node
    if node and all(name.isdigit() for name in node):
        return [_listed(item) for item in node.values()]
    return {name: _listed(inner) for name, inner in node.items()}


def _name_types(items: Sequence[Body], types: Mapping[str, Texts]) -> None:
    """Give one type to all items where there is but one, and know types by their names in any language."""
    named = {name.casefold(): type_ for type_, names in types.items() for name in names.values()}
    given = [item["partnership_type"] for item in items if "partnership_type" in item]
    for item in items:
        if len(given) == 1:
            item["partnership_type"] = given[0]
        if "partnership_type" in item:
            item["partnership_type"] = named.get(item["partnership_type"].casefold(), item["partnership_type"])
