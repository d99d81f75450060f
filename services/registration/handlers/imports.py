"""Take lists of organisations into missions, by the same schemas and handlers as the API."""

from collections.abc import Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, replace
from enum import StrEnum
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import lookups, pack, scope
from registration.commands import ImportOrganisations
from registration.company_ids import Scheme
from registration.handlers import applications, organisations
from registration.identity import roles
from registration.models import Application, Mission, Organisation
from registration.sheets.rows import APPLICATION, ORGANISATION, CellError, Refused, RowReader, Wanted, within
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.database import savepoint
from servicekit.problems import FieldError, InvalidInputError, Problem
from servicekit.sheets.refusals import SheetError
from servicekit.texts.languages import noop as _

MOST_ROWS = 500
"""Of one list: all of them are one transaction, some ten milliseconds each, and others wait for it."""
MOST_ERRORS = 500
"""That one refusal tells."""


class Fate(StrEnum):
    """What came of a row."""

    NEW = "new"
    KNOWN = "known"
    REFUSED = "refused"


@dataclass(frozen=True, kw_only=True)
class Outcome:
    """One row and what came of it."""

    row: int
    reference: str
    fate: Fate
    organisation_id: UUID | None = None
    application_id: UUID | None = None
    errors: Sequence[CellError] = ()


def import_organisations(session: Session, command: ImportOrganisations, actor: Actor) -> list[Outcome]:
    """Take the organisations of a list into a mission; those that have applied to it are known and left as they are.

    The actor must see the mission; for which organisations it may apply, each row's own handlers decide.

    Raises:
        MissionNotOpenError: the mission takes no applications.
        SheetError: the list is too long or a header is not clear; or a row cannot be taken and none shall be left out.

    """
    mission = lookups.find(session, Mission, command.mission_id, actor.doing(Deed.MISSIONS_READ))
    mission.require_open(clock.now(session))
    _require_few(command)
    _wait_for_others(session, mission)
    reader = _reader(session, command, mission)
    rows = [reader.read(row) for row in command.table.rows]
    if not command.dry_run:
        _require_good(command, [row for row in rows if isinstance(row, Refused)])
    with savepoint(session, keep=not command.dry_run):
        taken = [row if isinstance(row, Refused) else _take(session, reader, row, actor) for row in rows]
        outcomes = [_outcome(row) for row in taken]
    if command.dry_run:
        return [replace(outcome, organisation_id=None, application_id=None) for outcome in outcomes]
    _require_good(command, [row for row in taken if isinstance(row, Refused)])
    return outcomes


def _wait_for_others(session: Session, mission: Mission) -> None:
    """Let one list at a time come into a mission, so that the same one sent twice finds its rows known."""
    session.execute(select(Mission.id).where(Mission.id == mission.id).with_for_update(key_share=True))


def _require_few(command: ImportOrganisations) -> None:
    if len(command.table.rows) > MOST_ROWS:
        raise SheetError(_("A list may have %(most)s organisations. Part it in several."), most=MOST_ROWS)


def _require_good(command: ImportOrganisations, refused: Sequence[Refused]) -> None:
    wrong = [error.failure for row in refused for error in row.errors]
    if wrong and not command.skip_bad:
        raise SheetError(_("Nothing was saved."), errors=wrong[:MOST_ERRORS])


def _reader(session: Session, command: ImportOrganisations, mission: Mission) -> RowReader:
    def scheme_of(region: str) -> Scheme:
        return pack.region_rules(session, region).numbers_scheme

    types = pack.kind_rules(session, mission.kind).partnership_types
    return RowReader.of(command.table, mission, types, scheme_of)


def _outcome(row: Refused | Outcome) -> Outcome:
    if isinstance(row, Outcome):
        return row
    return Outcome(row=row.row.number, reference=row.reference, fate=Fate.REFUSED, errors=row.errors)


def _take(session: Session, reader: RowReader, wanted: Wanted, actor: Actor) -> Outcome | Refused:
    """Take one row, or tell what is wrong with it and leave nothing of it."""
    reference = wanted.register.reference
    try:
        with savepoint(session):
            fate, application = _applied(session, reader.mission, wanted, actor)
    except InvalidInputError as problem:
        return reader.refused(wanted.row, reference, problem)
    return Outcome(
        row=wanted.row.number,
        reference=reference,
        fate=fate,
        organisation_id=application.organisation_id,
        application_id=application.id,
    )


def _applied(session: Session, mission: Mission, wanted: Wanted, actor: Actor) -> tuple[Fate, Application]:
    organisation = _existing(session, wanted.register.reference, wanted.inn)
    if organisation is None:
        with _pointing(ORGANISATION):
            organisation = organisations.register_organisation(session, wanted.register, actor)
    elif not scope.speaks_for(session, actor, organisation, mission):
        detail = _("An organisation that you do not speak for has this code or this INN.")
        raise InvalidInputError(errors=[FieldError(f"#/{ORGANISATION}/reference", detail)])
    else:
        applied = select(Application).where(
            Application.mission_id == mission.id, Application.organisation_id == organisation.id
        )
        application = session.scalar(applied)
        if application is not None:
            return Fate.KNOWN, application
        _require_known(session, organisation)
    with _pointing(APPLICATION):
        return Fate.NEW, applications.apply(session, replace(wanted.apply, organisation_id=organisation.id), actor)


def _existing(session: Session, reference: str, inn: str | None) -> Organisation | None:
    """Find the organisation of a row: by its reference, else by its INN, and then one that is confirmed rather.

    Raises:
        InvalidInputError: the reference is that of an organisation with another INN.

    """
    found = session.scalar(select(Organisation).where(Organisation.reference == reference))
    if found is not None and inn and found.inn and found.inn != inn:
        detail = _("Another organisation has this code: its INN is not the one in this row.")
        raise InvalidInputError(errors=[FieldError(f"#/{ORGANISATION}/reference", detail)])
    if found is None and inn:
        same = select(Organisation).where(Organisation.inn == inn)
        return session.scalars(same.order_by(Organisation.is_confirmed.desc(), Organisation.id)).first()
    return found


def _require_known(session: Session, organisation: Organisation) -> None:
    """Refuse a row whose organisation somebody has registered as theirs, and whose agency has never confirmed that.

    Code and INN are public: who took them first would read of the people whom the list names.
    """
    if organisation.is_confirmed or not roles.has_speakers(session, organisation):
        return
    detail = _(
        "Somebody has registered an organisation with this code or this INN, and its agency has not confirmed it yet: "
        "ask the agency to approve its application, or to take the role from whoever speaks for it."
    )
    raise InvalidInputError(errors=[FieldError(f"#/{ORGANISATION}/reference", detail)])


@contextmanager
def _pointing(part: str) -> Iterator[None]:
    """Let what a handler refuses point into the bodies of the row."""
    try:
        yield
    except Problem as problem:
        raise within(part, problem) from problem
