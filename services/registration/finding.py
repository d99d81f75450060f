"""Find rows by their id, and add rows whose natural key may be taken."""

from collections.abc import Collection
from typing import TypeVar
from uuid import UUID

from sqlalchemy import Select, select
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Session

from registration.errors import TakenError
from registration.models import Base, Organisation, Region
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError, NotFoundError

T = TypeVar("T", bound=Base)


def find(session: Session, model: type[T], id_: UUID, *, locked: bool = False) -> T:
    """Return the row of an id, locked where it is to be changed.

    Raises:
        NotFoundError: there is none.

    """
    row = session.get(model, id_, with_for_update=locked or None)
    if row is None:
        raise absent(model, id_)
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
        wrong = FieldError(pointer, model.missing, {"id": id_})
        raise InvalidInputError(_("Nothing was saved."), errors=[wrong])
    return row


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


def add_unless_taken(session: Session, row: Base, same: Select[UUID], taken: str) -> None:
    """Add a row; `same` selects the id of the one that may hold its natural key, `taken` says so in words.

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
        raise TakenError(taken, id=existing) from error
