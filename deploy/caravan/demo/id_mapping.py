"""Who is who: the platform's ids and the file's, and how to call everyone."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from caravan.client import JsonObject
from caravan.scenario.reader import Scenario
from caravan.scenario.values import Row, text


@dataclass
class IdMapping:
    """Names of organisations and people between the platform and the file."""

    scenario: Scenario
    organisations: dict[str, str] = field(default_factory=dict)
    """File's id -> platform's id; `people` likewise."""
    people: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    """Platform's id -> file's id, of organisations and people."""

    def set_organisations(self, ids: dict[str, str]) -> None:
        """Remember the organisations."""
        self.organisations = ids
        self.references |= {found: reference for reference, found in ids.items()}

    def set_people(self, delegates: Iterable[JsonObject]) -> None:
        """Remember the people."""
        self.people = {row["reference"]: row["id"] for row in delegates}
        self.references |= {found: reference for reference, found in self.people.items()}

    def reference(self, platform_id: str) -> str:
        """Return the file's id of an organisation or a person; the platform's where the file has none."""
        return self.references.get(platform_id, platform_id)

    def row(self, reference: str) -> Row:
        """Return an organisation's row."""
        return next(row for row in self.scenario.rows("organisations") if row["id"] == reference)

    def name(self, reference: str, language: str) -> str:
        """Call an organisation of the file by its name, without its legal form."""
        row = self.row(reference)
        name = text(row, "name", language)
        form = text(row, "legal_form", language)
        return name.removeprefix(f"{form} ") if form else name
