"""What a caller may ask about lists of organisations."""

from dataclasses import dataclass
from uuid import UUID

from servicekit.sheets.table import Table


@dataclass(frozen=True, kw_only=True)
class ImportOrganisations:
    """Take the organisations of a list into a mission, each with its profile and a contact person.

    All or none, unless `skip_bad` leaves out the rows that cannot be taken; `dry_run` only tells what would come of it.
    """

    mission_id: UUID
    table: Table
    dry_run: bool = False
    skip_bad: bool = False
