"""Find rows by their id, and add rows whose natural key may be taken."""

from collections.abc import Collection
from typing import Any, TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registration.errors import TakenError
from registration.models import Base, Mission, Organisation, Region
from registration.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.problems import FieldError, InvalidInputError, NotFoundError
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

T = TypeVar("T", bound=Base)


def find(session: Session, model: type[T], id_: UUID, actor: Actor, *, locked: bool = False) -> T:
    """Return the row of an id to which the actor may do what it is about to do, locked where it is to be changed.

    Raises:
        NotFoundError: there is none, or not for this actor.
        ForbiddenError: the actor may see it, and no more.

    """
    row = session.get(model, id_, with_for_update=locked or None)
    if row is None or not SCOPE.sees(session, actor, row):
        raise absent(model, id_)
    SCOPE.require(session, actor, row)
    note(session, actor, row)
    return row


def note(session: Session, actor: Actor, row: Any) -> None:
    """Let the journal tell what the actor does something to: of which mission, at which home, for whom."""
    audit_log.note(session, row)
    mission_id = row.id if isinstance(row, Mission) else getattr(row, "mission_id", "")
    organisation_id = row.id if isinstance(row, Organisation) else getattr(row, "organisation_id", None)
    audit_log.about(session, context=str(mission_id), home=row.home, on_behalf_of=actor.acts_for(organisation_id))


def known(session: Session, model: type[T], id_: UUID) -> T:
    """Return the row that another one refers to, whoever asks."""
    row = session.get(model, id_)
    assert row is not None
    return row


def absent(model: type[Base], id_: object) -> NotFoundError:
    """Say that there is no row of an id."""
    return NotFoundError(model.missing, id=id_)


def refer(session: Session, model: type[T], id_: UUID, pointer: str) -> T:
    """Return the row that a field of the request names.

    Raises:
        InvalidInputError: there is none; it points to the field.

    """
    row = session.get(model, id_)
    if row is None:
        raise unknown(model, id_, pointer)
    return row


def unknown(model: type[Base], id_: UUID, pointer: str) -> InvalidInputError:
    """Say that a field of the request names a row that is not there, or not for whoever asks."""
    return InvalidInputError(_("Nothing was saved."), errors=[FieldError(pointer, model.missing, {"id": id_})])


def region_of(session: Session, code: str, pointer: str) -> Region:
    """Return the region that a field of the request names.

    Raises:
        InvalidInputError: it is unknown.

    """
    region = session.scalar(select(Region).where(Region.code == code))
    if region is None:
        wrong = FieldError(pointer, _("Region %(code)s is unknown here: register it first."), {"code": code})
        raise InvalidInputError(_("Nothing was saved."), errors=[wrong])
    return region


def require_organisations(session: Session, ids: Collection[UUID], pointer: str) -> None:
    """Raise InvalidInputError unless every id is that of an organisation."""
    known = set(session.scalars(select(Organisation.id).where(Organisation.id.in_(ids)))) if ids else set()
    unknown = [id_ for id_ in ids if id_ not in known]
    if unknown:
        wrong = [FieldError(pointer, Organisation.missing, {"id": id_}) for id_ in unknown]
        raise InvalidInputError(_("Nothing was saved."), errors=wrong)


def add_unless_taken(session: Session, row: Base, same: Select[UUID], taken: str, actor: Actor | None = None) -> None:
    """Add a row; `same` selects the id of the one that may hold its natural key, `taken` says so in words.

    An actor who may not see that one is told that there is one, and not which.

    Raises:
        TakenError: another row holds the key, even if it came at the same moment.

    """
    try:
        with session.begin_nested():
            session.add(row)
            session.flush()
    except IntegrityError as error:
        existing = session.scalar(same)
        if existing is None:
            raise
        if actor is not None and not SCOPE.sees(session, actor, session.get_one(type(row), existing)):
            raise TakenError(_("This reference is taken.")) from error
        raise TakenError(taken, id=existing) from error
    audit_log.note(session, row, is_new=True)
