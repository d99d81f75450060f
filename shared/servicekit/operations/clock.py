"""Move the instance's clock, where the settings allow it: for demonstrations and tests."""

from datetime import datetime
from functools import cache
from typing import Any, TypedDict

from flask import Blueprint
from marshmallow import Schema
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from contracts.instance import ClockMoved
from servicekit import identifiers
from servicekit.auth import actors
from servicekit.auth.actors import Actor
from servicekit.bus import outbox
from servicekit.bus.membership import Member
from servicekit.data import clock, context
from servicekit.data.tables import clock as table
from servicekit.problems import NotFoundError
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.schema_fields import Instant

_ID = identifiers.derived("clock")


class ClockSchema(Schema):
    """The instance's time."""

    now = Instant(required=True)


class ClockStandsError(NotFoundError):
    """The clock of this instance is the machine's."""

    slug = "clock-stands"
    title = _("The clock of this instance cannot be moved")


class Time(TypedDict):
    """The instance's time."""

    now: datetime


def set_clock(session: Session, at: datetime, actor: Actor) -> Time:
    """Set the instance's clock and tell the other services.

    Raises:
        ClockStandsError: the settings forbid it.

    """
    surroundings = context.of(session)
    if not surroundings.settings.movable_clock:
        raise ClockStandsError
    shift = (at - clock.machine_now()).total_seconds()
    version = session.scalar(select(table.c.version).with_for_update()) or 0
    speaker = Member(_ID, surroundings.settings.own_home, version, "", joined=True)
    clock.apply(session, _ID, version + 1, shift)
    outbox.record(session, speaker, ClockMoved(at=at, shift_seconds=shift))
    return {"now": clock.now(session)}


@cache
def blueprint() -> Blueprint:
    """Make the endpoints of the clock."""
    made = ApiBlueprint("clock", __name__, url_prefix="/v1/clock", description="The instance's time.")

    @made.get("")
    @reads(Deed.CLOCK_READ)
    @made.response(200, ClockSchema)
    def read_clock(session: Session, actor: actors.Actor) -> Time:
        """Tell the instance's time."""
        return {"now": clock.now(session)}

    @made.put("")
    @writes(Deed.CLOCK_MOVE)
    @made.arguments(ClockSchema)
    @made.response(200, ClockSchema)
    def move_clock(body: dict[str, Any], session: Session, actor: actors.Actor) -> Time:
        """Move the clock, where the settings allow it."""
        return set_clock(session, body["now"], actor)

    return made
