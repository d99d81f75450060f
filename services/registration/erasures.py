"""How far the services have come with forgetting people."""

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from registration import finding
from registration.models import Delegate, Erasure, ErasureAnswer, KnownService, Organisation
from registration.scope import SCOPE
from servicekit import paging
from servicekit.auth import Actor
from servicekit.clock import machine_now

OVERDUE = timedelta(hours=72)
"""By then every service should have forgotten the person."""


def unanswered() -> ColumnElement[bool]:
    """Select the erasures to which a service has not answered that was there when they were asked for."""
    theirs = ErasureAnswer.person_id == Erasure.person_id
    has_answered = exists().where(theirs, ErasureAnswer.service == KnownService.name)
    return exists().where(and_(KnownService.heard_at <= Erasure.requested_at, ~has_answered))


def erasures(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List whom the platform was asked to forget; only those whom some service still knows, where so asked."""
    query = select(Erasure).where(_seen(actor))
    if args.pop("unfinished", False):
        query = query.where(unanswered())
    found = paging.page(session, query, Erasure.person_id, args)
    return {**found, "items": [standing(session, erasure, actor) for erasure in found["items"]]}


def standing(session: Session, erasure: Erasure, actor: Actor) -> Mapping[str, Any]:
    """Tell who has forgotten a person, and who has not."""
    answered = _answered(session, erasure.person_id)
    asked = session.scalars(select(KnownService.name).where(KnownService.heard_at <= erasure.requested_at))
    missing = sorted(set(asked) - answered.keys())
    return {
        "person_id": erasure.person_id,
        "requested_at": erasure.requested_at,
        "answered": [{"service": name, "answered_at": at} for name, at in answered.items()],
        "missing": missing,
        "is_overdue": bool(missing) and machine_now() - erasure.requested_at > OVERDUE,
    }


def of_person(session: Session, person_id: UUID, actor: Actor) -> Mapping[str, Any]:
    """Tell who has forgotten a person, and who has not.

    Raises:
        NotFoundError: nobody asked, or not for this actor.

    """
    erasure = session.scalars(select(Erasure).where(Erasure.person_id == person_id, _seen(actor))).first()
    if erasure is None:
        raise finding.absent(Erasure, person_id)
    return standing(session, erasure, actor)


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Select the erasures of people who are there for the actor; what is left of them says to whom they belonged."""
    if actor.may_everywhere():
        return true()
    rows = ((model, SCOPE.rows(actor, model)) for model in (Delegate, Organisation))
    theirs = [Erasure.person_id.in_(select(model.id).where(seen)) for model, seen in rows]
    return or_(Erasure.person_id == actor.account_id, *theirs)


def _answered(session: Session, person_id: UUID) -> dict[str, datetime]:
    mine = select(ErasureAnswer).where(ErasureAnswer.person_id == person_id).order_by(ErasureAnswer.service)
    return {row.service: row.answered_at for row in session.scalars(mine)}
