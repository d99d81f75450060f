"""Runs of the solver, timetables and meetings."""

from typing import Any

from marshmallow import Schema, fields, validate

from servicekit.fields import Id, Real, Whole
from servicekit.published import PublishedText

INTERPRETER = "Who interprets, by the code that the mission has for them; empty: nobody."


class PinSchema(Schema):
    """Where the organiser wants a pair to meet; without a table, at any."""

    guest_id = Id(required=True)
    host_id = Id(required=True)
    slot = fields.String(required=True, validate=validate.Length(1, 200))
    table = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 200))


class StartRunSchema(Schema):
    """How to look for a timetable; what is left out comes from the mission kind."""

    time_limit_seconds = Real(load_default=None, allow_none=True, validate=validate.Range(1, 300))
    seed = Whole(load_default=0, validate=validate.Range(0, 2**31 - 1))
    pinned = fields.List(fields.Nested(PinSchema), load_default=list, validate=validate.Length(0, 500))


class AttainedSchema(Schema):
    """How far a timetable reaches an aim of its mission kind."""

    aim = fields.String(metadata={"description": "guarantee, value, target, comfort, gaps, early, tables."})
    value = fields.Integer(metadata={"description": "Meetings missing, points, guests, points, waits, slots, changes."})
    bound = fields.Integer(
        allow_none=True,
        metadata={"description": "No timetable as good in the aims before does better; null: none was looked for."},
    )
    proven = fields.Boolean()


class RunSchema(Schema):
    """A run of the solver."""

    id = fields.UUID()
    mission_id = fields.UUID()
    status = fields.String(metadata={"description": "queued, running, solved, published, failed, cancelled."})
    cause = fields.String()
    progress = fields.Method(
        "_progress", metadata={"description": "value, bound, proven, seconds, gap; null until known."}
    )
    is_stopped = fields.Boolean(metadata={"description": "Somebody wants the best so far."})
    aims = fields.List(
        fields.Nested(AttainedSchema), metadata={"description": "How far each aim is reached; empty for a repair."}
    )
    number = fields.Integer(allow_none=True, metadata={"description": "The timetable that it became."})
    error = fields.String()

    def _progress(self, run: Any) -> dict[str, Any]:
        told = {name: getattr(run, name) for name in ("value", "bound", "proven", "seconds")}
        return told | {"gap": run.gap}


class RunsSchema(Schema):
    """All runs of a mission, the newest first."""

    items = fields.List(fields.Nested(RunSchema))


class TimetableSummarySchema(Schema):
    """A published timetable in figures."""

    id = fields.UUID()
    version = fields.Integer()
    number = fields.Integer()
    cause = fields.String()
    value = fields.Integer()
    bound = fields.Integer()
    proven = fields.Boolean()
    seconds = fields.Float()
    published_at = fields.AwareDateTime()
    meetings = fields.Function(lambda timetable: len(timetable.meetings))
    unplaced = fields.Function(lambda timetable: len(timetable.unplaced))


class TimetablesSchema(Schema):
    """All timetables of a mission, the first one first."""

    items = fields.List(fields.Nested(TimetableSummarySchema))


class PlacedSchema(Schema):
    """A meeting of a published timetable."""

    meeting_id = fields.String()
    guest_id = fields.String()
    host_id = fields.String()
    guest_person_id = fields.String()
    host_person_id = fields.String()
    slot = fields.String()
    starts_at = fields.String()
    ends_at = fields.String()
    table = fields.String()
    is_online = fields.Boolean()
    interpreter = fields.String(metadata={"description": INTERPRETER})
    status = fields.String(metadata={"description": "In the newest timetable as it is now, else as it was."})
    is_locked = fields.Boolean()


class UnplacedSchema(Schema):
    """A pair without a meeting, and why."""

    guest_id = fields.String()
    host_id = fields.String()
    reason = fields.String()


class TimetableSchema(TimetableSummarySchema):
    """A published timetable."""

    mission_id = fields.UUID()
    meetings = fields.List(fields.Nested(PlacedSchema))  # type: ignore[assignment]  # a list instead of its length
    unplaced = fields.List(fields.Nested(UnplacedSchema))  # type: ignore[assignment]
    changes = fields.Dict(keys=fields.String(), metadata={"description": "moved, dropped, added."})


class MeetingSchema(Schema):
    """A meeting as it now is."""

    id = fields.UUID()
    version = fields.Integer()
    mission_id = fields.UUID()
    guest_id = fields.UUID()
    host_id = fields.UUID()
    guest_person_id = fields.UUID()
    host_person_id = fields.UUID()
    slot = fields.String()
    starts_at = fields.AwareDateTime()
    ends_at = fields.AwareDateTime()
    table = fields.String()
    is_online = fields.Boolean()
    interpreter = fields.String(metadata={"description": INTERPRETER})
    status = fields.String()
    reason = fields.String()
    is_locked = fields.Boolean()


class ReasonBodySchema(Schema):
    """Why, in words that everybody may read."""

    reason = PublishedText(longest=1000, lines=True, required=True)
