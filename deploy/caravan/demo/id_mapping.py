"""Map ids and names of organisations and people between the scenario file and the platform."""

from collections.abc import Iterable
from dataclasses import dataclass, field

from caravan.client import JsonObject
from caravan.scenario.reader import Scenario
from caravan.scenario.values import Row, text


@dataclass
class IdMapping:
    """Ids of organisations and people on both sides."""

    scenario: Scenario
    organisations: dict[str, str] = field(default_factory=dict)
    """Id in the file -> id on the platform; the same for `people`."""
    people: dict[str, str] = field(default_factory=dict)
    references: dict[str, str] = field(default_factory=dict)
    """Id on the platform -> id in the file, of organisations and people."""

    def set_organisations(self, ids: dict[str, str]) -> None:
        """Store the ids of organisations on the platform, by those of the file."""
        self.organisations = ids
        self.references |= {found: reference for reference, found in ids.items()}

    def set_people(self, delegates: Iterable[JsonObject]) -> None:
        """Store the ids of people from their delegate resources."""
        self.people = {row["reference"]: row["id"] for row in delegates}
        self.references |= {found: reference for reference, found in self.people.items()}

    def reference(self, platform_id: str) -> str:
        """Return the id in the file of an organisation or a person; the given one if the file has none."""
        return self.references.get(platform_id, platform_id)

    def organisation_row(self, reference: str) -> Row:
        """Return the row of an organisation in the file."""
        return next(row for row in self.scenario.rows("organisations") if row["id"] == reference)

    def organisation_name(self, reference: str, language: str) -> str:
        """Return the name of an organisation without its legal form."""
        row = self.organisation_row(reference)
        name = text(row, "name", language)
        form = text(row, "legal_form", language)
        return name.removeprefix(f"{form} ") if form else name
