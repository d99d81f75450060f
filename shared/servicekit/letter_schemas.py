"""How events that failed are told to programs, and how they are asked for."""

from marshmallow import Schema, fields, validate

from servicekit.fields import Flag, Text, WholeInQuery
from servicekit.letters import LONGEST_ID, State
from servicekit.paging import LARGEST

LONGEST_REASON = 500
LONGEST_TYPE = 200
STATES = (State.PARKED.value, State.DEAD.value)


class LetterSchema(Schema):
    """An event that the service could not handle."""

    id = fields.String(metadata={"description": "Source and event id in one word; opaque."})
    source = fields.String(metadata={"description": "The event's source; after `history:` where history was read."})
    event_id = fields.String()
    type = fields.String(allow_none=True)
    subject = fields.String(allow_none=True, metadata={"description": "The id of what the event is about."})
    state = fields.String(validate=validate.OneOf([state.value for state in State]))
    error = fields.String(
        attribute="told_error", allow_none=True, metadata={"description": "Its kind alone for a private event."}
    )
    attempts = fields.Integer(metadata={"description": "Tries since it came, or since it was last replayed."})
    first_at = fields.AwareDateTime()
    last_tried_at = fields.AwareDateTime(allow_none=True)
    retry_at = fields.AwareDateTime(allow_none=True, metadata={"description": "When it is tried again."})


class ActionSchema(Schema):
    """What somebody did to an event."""

    at = fields.AwareDateTime()
    actor = fields.String()
    action = fields.String()
    reason = fields.String()
    outcome = fields.String()


class WholeLetterSchema(LetterSchema):
    """An event that failed, with its content and what was done about it."""

    content = fields.Dict(
        allow_none=True,
        metadata={"description": "The event as it came; without its data where it is private, null where unreadable."},
    )
    fields_ = fields.List(
        fields.String(),
        attribute="fields",
        data_key="fields",
        metadata={"description": "The names of what is not shown."},
    )
    actions = fields.List(fields.Nested(ActionSchema))


class LetterPageSchema(Schema):
    """Some events that failed, and the cursor of the next page, null on the last one."""

    items = fields.List(fields.Nested(LetterSchema))
    next = fields.String(allow_none=True)


class LetterListArguments(Schema):
    """Which events to list."""

    after = fields.String(
        load_default=None,
        validate=validate.Length(1, LONGEST_ID),
        metadata={"description": "The `next` of the page before."},
    )
    limit = WholeInQuery(load_default=100, validate=validate.Range(1, LARGEST))
    type = Text(longest=LONGEST_TYPE, load_default=None)
    state = fields.String(load_default=None, validate=validate.OneOf(STATES))


class ReasonSchema(Schema):
    """Why somebody acts."""

    reason = Text(longest=LONGEST_REASON, required=True, metadata={"description": "Kept in the audit."})


class ActSchema(ReasonSchema):
    """Why, and whether to only say what would happen."""

    dry_run = Flag(load_default=True, metadata={"description": "Without `false` nothing is changed."})


class ReplayManySchema(ActSchema):
    """Which events to replay: those that the list shows with the same type and state, from behind `after`."""

    type = Text(longest=LONGEST_TYPE, load_default=None, allow_none=True)
    state = fields.String(load_default=None, allow_none=True, validate=validate.OneOf(STATES))
    after = fields.String(load_default=None, allow_none=True, validate=validate.Length(1, LONGEST_ID))


class ActedSchema(Schema):
    """What came of an action, or would: `due`, `discarded`, or that it was so before."""

    outcome = fields.String()
    dry_run = fields.Boolean()
    letter = fields.Nested(WholeLetterSchema)


class ReplayedSchema(Schema):
    """How many events were made due, or would be; `next` is where to go on, null where none is left."""

    count = fields.Integer()
    dry_run = fields.Boolean()
    next = fields.String(allow_none=True)
