"""Runs of the solver, timetables and meetings."""

from typing import Any

from marshmallow import Schema, fields, validate

from servicekit.web.schema_fields import Id, PublishedText, Real, Whole

INTERPRETER = "Who interprets, by the code that the mission has for them; empty: nobody."
CAUSES = "first, by_hand, late_arrival, early_leave, cancellation, hall_changed, walk_in."


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
    """How far a timetable reaches an aim of its mission kind, or a repair one of its own."""

    aim = fields.String(
        metadata={
            "description": "Of a timetable: guarantee, value, target, comfort, gaps, early, tables. Of a repair: lost "
            "(meetings that could stand and have no place), unplaced (meetings displaced and not placed again), "
            "affected (people whose day changes though the incident does not concern them), value, moved (meetings), "
            "shift (2 for each minute by which a start changes, 1 more if it is earlier)."
        }
    )
    value = fields.Integer(metadata={"description": "Meetings missing, points, guests, waits, slots, changes, people."})
    bound = fields.Integer(
        allow_none=True,
        metadata={"description": "None as good in the aims before does better; null: none is known."},
    )
    proven = fields.Boolean()
    pursued = fields.Boolean(
        dump_default=True,
        metadata={"description": "False: only counted. So are comfort and early in missions of hundreds and more."},
    )


class RunSchema(Schema):
    """A run of the solver."""

    id = fields.UUID()
    mission_id = fields.UUID()
    status = fields.String(metadata={"description": "queued, running, solved, published, failed, cancelled."})
    cause = fields.String(metadata={"description": CAUSES})
    progress = fields.Method(
        "_progress", metadata={"description": "value, bound, proven, seconds, gap; null until known."}
    )
    is_stopped = fields.Boolean(metadata={"description": "Somebody wants the best so far."})
    aims = fields.List(
        fields.Nested(AttainedSchema),
        metadata={"description": "How far each aim is reached, the first one first; each counts beside those before."},
    )
    people_told = fields.Integer(
        allow_none=True, metadata={"description": "Whose day a repair changes; null until known, and of other runs."}
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
    cause = fields.String(metadata={"description": CAUSES})
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


class BusySchema(Schema):
    """Somebody of the pair who sits with another organisation."""

    slot_id = fields.String()
    side = fields.String(metadata={"description": "guest or host."})
    person_id = fields.String()
    partner_id = fields.String()


class FullSchema(Schema):
    """Somebody of the pair who has as many meetings on a day as anybody may."""

    day = fields.String()
    side = fields.String(metadata={"description": "guest or host."})
    person_id = fields.String()


class AwaySchema(Schema):
    """Somebody of the pair who sits elsewhere just before or after, further away than there is time to walk."""

    slot_id = fields.String()
    location = fields.String()
    side = fields.String(metadata={"description": "guest or host."})
    person_id = fields.String()
    other_slot_id = fields.String()
    other_location = fields.String()
    minutes = fields.Integer(metadata={"description": "That the walk takes."})


class SpeaksSchema(Schema):
    """What somebody of the pair speaks."""

    side = fields.String(metadata={"description": "guest or host."})
    person_id = fields.String()
    languages = fields.List(fields.String())


class EngagedSchema(Schema):
    """Somebody who could interpret, but sits in another meeting or too far away."""

    slot_id = fields.String()
    interpreter = fields.String(metadata={"description": "By code."})


class FactsSchema(Schema):
    """What can be looked up in the timetable to see that a reason is true; what a reason does not speak of is left out.

    Slots are those of which it speaks: the full ones, those of a day on which somebody has enough, those to which a
    walk is too long, those in which only an interpreter is missing, all common ones if people are busy, the free ones
    if a place is left.
    """

    slots = fields.List(fields.String())
    guest_slots = fields.List(
        fields.String(), metadata={"description": "Where the guest has somebody, if none is common."}
    )
    host_slots = fields.List(
        fields.String(), metadata={"description": "Where the host has somebody, if none is common."}
    )
    full = fields.List(fields.Nested(FullSchema))
    busy = fields.List(fields.Nested(BusySchema))
    away = fields.List(fields.Nested(AwaySchema))
    speaks = fields.List(fields.Nested(SpeaksSchema))
    engaged = fields.List(
        fields.Nested(EngagedSchema),
        metadata={"description": "None, where an interpreter is missing: nobody who is there speaks for the two."},
    )


class UnplacedSchema(Schema):
    """A pair without a meeting, and why."""

    guest_id = fields.String()
    host_id = fields.String()
    reason = fields.String()
    facts = fields.Nested(FactsSchema, metadata={"description": "Of the first 500 pairs, and as the reason was found."})


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
