"""Agreements with what their checks found."""

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from matching.models import Agreement, FollowUpAnswer, FollowUpCheck, Meeting
from servicekit.auth.actors import Actor


def agreements(session: Session, mission_id: UUID, actor: Actor) -> Sequence[Agreement]:
    """Return the agreements of a mission, the first signed first."""
    query = select(Agreement).where(Agreement.mission_id == mission_id)
    return session.scalars(query.order_by(Agreement.signed_at, Agreement.id)).all()


def between(session: Session, meeting: Meeting, actor: Actor) -> Sequence[Agreement]:
    """Return what the two of a meeting have signed in its mission, the first signed first."""
    of_pair = Agreement.guest_id == meeting.guest_id, Agreement.host_id == meeting.host_id
    query = select(Agreement).where(Agreement.mission_id == meeting.mission_id, *of_pair)
    return session.scalars(query.order_by(Agreement.signed_at, Agreement.id)).all()


def checks(session: Session, agreement_ids: Iterable[UUID]) -> Sequence[FollowUpCheck]:
    """Return the planned checks of agreements, the earliest first."""
    query = select(FollowUpCheck).where(FollowUpCheck.agreement_id.in_(set(agreement_ids)))
    return session.scalars(query.order_by(FollowUpCheck.months, FollowUpCheck.id)).all()


def newest_answers(session: Session, check_ids: Iterable[UUID]) -> dict[UUID, FollowUpAnswer]:
    """Return the newest answer of each check that has one; ids of answers sort by time."""
    query = select(FollowUpAnswer).where(FollowUpAnswer.check_id.in_(set(check_ids)))
    rows = session.scalars(query.order_by(FollowUpAnswer.recorded_at, FollowUpAnswer.id))
    return {row.check_id: row for row in rows}


def described(session: Session, rows: Iterable[Agreement], actor: Actor) -> list[dict[str, Any]]:
    """Return agreements with their checks and the newest answer to each."""
    listed = list(rows)
    planned = checks(session, (agreement.id for agreement in listed))
    answers = newest_answers(session, (check.id for check in planned))
    columns = [column.key for column in Agreement.__table__.columns]
    return [
        {name: getattr(agreement, name) for name in columns}
        | {"checks": [_described(c, answers.get(c.id)) for c in planned if c.agreement_id == agreement.id]}
        for agreement in listed
    ]


def _described(check: FollowUpCheck, answer: FollowUpAnswer | None) -> dict[str, Any]:
    told = ("id", "version", "months", "due_on", "announced_at")
    found = ("status", "realised_amount", "checked_on", "note")
    return {name: getattr(check, name) for name in told} | {name: getattr(answer, name, None) for name in found}
