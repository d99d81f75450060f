"""Read the rows of a list as commands, by the same schemas as the API, and find the cell behind each failure."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from typing import Any

from marshmallow import Schema, ValidationError

from contracts.registration import Texts
from registration.commands import Apply, RegisterOrganisation
from registration.company_ids import Scheme
from registration.models import Mission
from registration.schemas.applications import NewApplicationSchema
from registration.schemas.organisations import NewOrganisationSchema
from registration.sheets.bodies import bodies_of
from registration.sheets.columns import column_at
from registration.sheets.template import headers_of, said
from servicekit.problems import FieldError, InvalidInputError, Problem
from servicekit.sheets.table import Row, Table, pointer
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid

ORGANISATION, APPLICATION = "organisation", "application"
"""The two bodies that a row holds."""
_SCHEMAS: Mapping[str, Schema] = {ORGANISATION: NewOrganisationSchema(), APPLICATION: NewApplicationSchema()}


@dataclass(frozen=True, kw_only=True)
class CellError:
    """One thing wrong with one cell; with the whole row where it names no column. `cell` is as C5, if there is one."""

    failure: FieldError
    column: str = ""
    cell: str = ""


@dataclass(frozen=True, kw_only=True)
class Wanted:
    """What a row asks for: an organisation and its application, which does not name it yet."""

    row: Row
    register: RegisterOrganisation
    apply: Apply
    inn: str | None


@dataclass(frozen=True, kw_only=True)
class Refused:
    """A row that cannot be taken."""

    row: Row
    reference: str
    errors: Sequence[CellError]


@dataclass(frozen=True, kw_only=True)
class RowReader:
    """Reads the rows of one list in their order; `scheme_of` gives the scheme of company numbers of a region."""

    table: Table
    mission: Mission
    types: Mapping[str, Texts]
    scheme_of: Callable[[str], Scheme]
    headers: Mapping[str, str]
    _seen: dict[tuple[str, str], int] = field(default_factory=dict)

    @classmethod
    def of(
        cls, table: Table, mission: Mission, types: Mapping[str, Texts], scheme_of: Callable[[str], Scheme]
    ) -> "RowReader":
        """Make the reader of a list.

        Raises:
            SheetError: a header is not known, stands for the same as another or is missing.

        """
        return cls(table=table, mission=mission, types=types, scheme_of=scheme_of, headers=headers_of(table))

    def read(self, row: Row) -> Wanted | Refused:
        """Return what a row asks for, or all that is wrong with it."""
        cells = {key: row.cells[header] for key, header in self.headers.items() if header in row.cells}
        organisation, application = bodies_of(cells, self.mission, self.types)
        try:
            register, apply = _commands(organisation, application)
            inn = self._inn(register)
            self._see(row, register.reference, inn)
        except InvalidInputError as problem:
            return self.refused(row, str(organisation.get("reference", "")), problem)
        return Wanted(row=row, register=register, apply=apply, inn=inn)

    def refused(self, row: Row, reference: str, problem: Problem) -> Refused:
        """Find the cells behind a refusal that points into the two bodies."""
        return Refused(row=row, reference=reference, errors=[self._located(row, error) for error in problem.errors])

    def _located(self, row: Row, error: FieldError) -> CellError:
        steps = tuple(error.pointer.removeprefix("#/").split("/"))
        column = column_at(steps)
        if column is None:
            return CellError(failure=replace(error, pointer=f"#/rows/{row.number}"))
        header = self.headers.get(column.key)
        name = header or said(column.label)
        cell = self.table.cell(row, header) if header else ""
        return CellError(failure=replace(error, pointer=pointer(row.number, name)), column=name, cell=cell)

    def _inn(self, register: RegisterOrganisation) -> str | None:
        try:
            return self.scheme_of(register.region)(register.numbers).inn
        except InvalidInputError as problem:
            raise within(ORGANISATION, problem) from problem

    def _see(self, row: Row, reference: str, inn: str | None) -> None:
        """Refuse a row whose organisation stands in an earlier one."""
        for name, value in (("reference", reference), ("inn", inn)):
            earlier = self._seen.setdefault((name, value), row.number) if value else row.number
            if earlier != row.number:
                detail = _("Row %(row)s holds the same organisation.")
                raise InvalidInputError(errors=[FieldError(f"#/{ORGANISATION}/{name}", detail, {"row": earlier})])


def within(part: str, problem: Problem) -> InvalidInputError:
    """Let a refusal that points into one body point into both."""
    errors = problem.errors or (FieldError("#", problem.detail, problem.facts),)
    moved = [replace(error, pointer=f"#/{part}{error.pointer.removeprefix('#')}") for error in errors]
    return InvalidInputError(errors=moved)


def _commands(organisation: dict[str, Any], application: dict[str, Any]) -> tuple[RegisterOrganisation, Apply]:
    """Load both bodies, and tell what is wrong with both at once."""
    loaded: dict[str, Any] = {}
    wrong: list[FieldError] = []
    for part, body in ((ORGANISATION, organisation), (APPLICATION, application)):
        try:
            loaded[part] = _SCHEMAS[part].load(body)
        except ValidationError as error:
            wrong.extend(within(part, invalid(error)).errors)
    if wrong:
        raise InvalidInputError(errors=wrong)
    return loaded[ORGANISATION], loaded[APPLICATION]
