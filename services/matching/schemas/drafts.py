"""The draft of a timetable: what is done to it, how it stands, what publishing would do."""

from typing import Any

from marshmallow import Schema, ValidationError, fields, validate, validates_schema

from matching.commands import Seen
from servicekit.texts.languages import noop as _
from servicekit.web.schema_fields import AsWritten, Id, PublishedText, Whole, WholeInQuery

NAME = validate.Length(1, 200)


class PlaceSchema(Schema):
    """Where the editor saw a meeting: an edit of one that is somewhere else by now is refused."""

    slot = fields.String(required=True, validate=NAME)
    table = fields.String(required=True, validate=NAME)


class WhereSchema(Schema):
    """Where a meeting is wanted; what is left out is chosen, and stays as it is where it can."""

    slot = fields.String(required=True, validate=NAME)
    table = fields.String(load_default=None, allow_none=True, validate=NAME)
    guest_person_id = Id(load_default=None, allow_none=True)
    host_person_id = Id(load_default=None, allow_none=True)
    interpreter = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, 16))


class LockSchema(Schema):
    """A meeting, and where it was seen."""

    meeting_id = Id(required=True)
    from_ = fields.Nested(PlaceSchema, required=True, data_key="from")


class MoveSchema(LockSchema):
    """A meeting that is to be elsewhere."""

    to = fields.Nested(WhereSchema, required=True)


class SwapSchema(LockSchema):
    """Two meetings that are to exchange slot and table."""

    other_meeting_id = Id(required=True)
    other_from = fields.Nested(PlaceSchema, required=True)

    @validates_schema
    def _check_two(self, data: dict[str, Any], **_options: Any) -> None:
        if data["meeting_id"] == data["other_meeting_id"]:
            raise ValidationError(_("Name two meetings."), "other_meeting_id")


class RemovalSchema(LockSchema):
    """A meeting that is to be struck, and why, in words that everybody may read."""

    reason = PublishedText(longest=1000, lines=True, required=True)


class AdditionSchema(Schema):
    """A guest and a host that are to meet, whether anybody recommended it or not."""

    guest_id = Id(required=True)
    host_id = Id(required=True)
    to = fields.Nested(WhereSchema, required=True)


class DraftPublicationSchema(Schema):
    """Which version of the draft the publisher has seen."""

    version = Whole(required=True, validate=validate.Range(0, 2**31 - 1))


class PairArguments(Schema):
    """Whose places: those of a meeting, or of a guest and a host that have none."""

    meeting_id = Id(load_default=None)
    guest_id = Id(load_default=None)
    host_id = Id(load_default=None)

    @validates_schema
    def _check_one(self, data: dict[str, Any], **_options: Any) -> None:
        named = tuple(data[name] is not None for name in ("meeting_id", "guest_id", "host_id"))
        if named not in ((True, False, False), (False, True, True)):
            raise ValidationError(_("Name either a meeting, or a guest and a host."))


class WhySchema(Schema):
    """What stands in the way."""

    code = fields.String()
    detail = fields.String()
    about = fields.Dict(keys=fields.String(), values=fields.String())


class DraftMeetingSchema(Schema):
    """A meeting of the draft."""

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
    interpreter = fields.String(metadata={"description": "Who interprets, by code; empty: nobody."})
    is_locked = fields.Boolean()
    has_begun = fields.Boolean(metadata={"description": "It is running or over, and cannot be changed."})
    conflicts = fields.List(fields.Nested(WhySchema), metadata={"description": "Why it cannot stay where it is."})


class EditSchema(Schema):
    """What somebody did to the draft."""

    id = fields.UUID()
    sequence = fields.Integer()
    kind = fields.String(metadata={"description": "move, swap, lock, unlock, add, remove."})
    changes = fields.List(
        fields.Dict(keys=fields.String()),
        attribute="steps",
        metadata={"description": "Each meeting, with its place before and after; null where it has none."},
    )
    reason = fields.String()
    made_at = fields.AwareDateTime()
    made_by = fields.String()


class DraftEditSchema(EditSchema):
    """An edit of the draft; one with conflicts cannot be made any more, and has to be undone."""

    conflicts = fields.List(fields.Nested(WhySchema))


class DraftSchema(Schema):
    """The draft of a mission's timetable."""

    mission_id = fields.UUID()
    version = fields.Integer(metadata={"description": "Named by whoever publishes it."})
    timetable = fields.Integer(metadata={"description": "The newest published timetable, on which it stands."})
    meetings = fields.List(fields.Nested(DraftMeetingSchema))
    edits = fields.List(fields.Nested(DraftEditSchema))
    conflicts = fields.Integer(metadata={"description": "Edits and meetings with conflicts; 0: it may be published."})


class TablePlaceSchema(Schema):
    """An open table of a slot, and what stands in the way of the pair there."""

    table = fields.String()
    reasons = fields.List(fields.Nested(WhySchema))


class SlotPlacesSchema(Schema):
    """A slot with its tables; free is a table without reasons in a slot without reasons."""

    slot = fields.String()
    guest_person_id = fields.UUID(allow_none=True, metadata={"description": "Who would sit there."})
    host_person_id = fields.UUID(allow_none=True)
    interpreter = fields.String(metadata={"description": "Who would interpret, by code; empty: nobody."})
    reasons = fields.List(fields.Nested(WhySchema), metadata={"description": "What forbids the slot at any table."})
    tables = fields.List(fields.Nested(TablePlaceSchema))


class PlacesSchema(Schema):
    """Every open table of every slot, for one pair."""

    version = fields.Integer()
    items = AsWritten(SlotPlacesSchema, many=True)


class StepSchema(Schema):
    """What becomes of a meeting; without `from` it is new, without `to` it is struck."""

    meeting_id = fields.String()
    guest_id = fields.String()
    host_id = fields.String()
    from_ = fields.Dict(data_key="from", attribute="from", keys=fields.String(), allow_none=True)
    to = fields.Dict(keys=fields.String(), allow_none=True)
    reason = fields.String()


class ChangesSchema(Schema):
    """What is moved, dropped and added, with both places."""

    moved = fields.List(fields.Nested(StepSchema))
    dropped = fields.List(fields.Nested(StepSchema))
    added = fields.List(fields.Nested(StepSchema))


class ToldSchema(Schema):
    """Who will be told, by ids."""

    organisations = fields.List(fields.UUID())
    people = fields.List(fields.UUID(), metadata={"description": "Delegates of these whose own day changes."})


class FiguresSchema(Schema):
    """A timetable in figures."""

    meetings = fields.Integer()
    value = fields.Integer()
    breaks = fields.Integer(metadata={"description": "Waits of people between two meetings of one session."})


class PreviewSchema(Schema):
    """What publishing would do."""

    mission_id = fields.UUID()
    changes = fields.Nested(ChangesSchema)
    told = fields.Nested(ToldSchema)
    before = fields.Nested(FiguresSchema)
    after = fields.Nested(FiguresSchema)


class DraftPreviewSchema(PreviewSchema):
    """What publishing the draft would do."""

    version = fields.Integer()
    conflicts = fields.Integer(metadata={"description": "As long as there are any, it cannot be published."})


class RunPreviewSchema(PreviewSchema):
    """What publishing a run would do."""

    cause = fields.String()
    is_current = fields.Boolean(metadata={"description": "False: it is solved anew before it is published."})


class SinceArguments(Schema):
    """With which timetable to compare; the one before where none is named."""

    since = WholeInQuery(load_default=None, validate=validate.Range(1, 2**31 - 1))


class ComparisonSchema(ChangesSchema):
    """How one timetable of a mission differs from another."""

    number = fields.Integer()
    since = fields.Integer()


def seen(body: dict[str, Any]) -> Seen:
    """Read which meeting is meant, and where it was seen."""
    return Seen(meeting_id=body["meeting_id"], **body["from_"])
