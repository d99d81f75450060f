"""Request and response schemas of the API of notifications."""

from typing import Any

from marshmallow import Schema, fields, validate

from notifications.mail.contexts import CONTEXTS
from notifications.models import DeliveryState
from servicekit.web.paging import PageArguments
from servicekit.web.schema_fields import Id

KINDS = tuple(CONTEXTS)
STATES = tuple(str(state) for state in DeliveryState)


class DeliverySchema(Schema):
    """One message on its way to one person: ids and states, no names and no addresses."""

    id = fields.UUID(required=True)
    version = fields.Integer(required=True)
    notification_id = fields.UUID(
        required=True, metadata={"description": "The notification to which this delivery belongs."}
    )
    kind = fields.String(required=True, validate=validate.OneOf(KINDS))
    channel = fields.String(required=True)
    state = fields.String(required=True, validate=validate.OneOf(STATES))
    person_id = fields.UUID(required=True)
    organisation_id = fields.UUID(required=True, allow_none=True)
    mission_id = fields.UUID(
        required=True, allow_none=True, metadata={"description": "Null if it belongs to no mission."}
    )
    created_at = fields.AwareDateTime(required=True)
    settled_at = fields.AwareDateTime(required=True, allow_none=True)
    expires_at = fields.AwareDateTime(
        required=True, allow_none=True, metadata={"description": "When it is too late to send it; null: never."}
    )
    retry_at = fields.AwareDateTime(required=True, allow_none=True, metadata={"description": "By the machine's clock."})
    attempts = fields.Integer(required=True)
    error = fields.String(required=True, metadata={"description": "Why the last attempt did not succeed."})
    cause = fields.UUID(required=True, attribute="event_id", metadata={"description": "The id of the event."})
    subject = fields.String(required=True, metadata={"description": "Empty before the first attempt."})
    is_critical = fields.Boolean(required=True, metadata={"description": "Whether two copies are better than none."})


class DeliveryListArguments(PageArguments):
    """Which deliveries to list."""

    mission_id = Id()
    person_id = Id()
    kind = fields.String(validate=validate.OneOf(KINDS))
    state = fields.String(validate=validate.OneOf(STATES))


class SummaryArguments(Schema):
    """The mission whose deliveries to count; all missions if it is left out."""

    mission_id = Id(load_default=None)


_COUNTS: dict[str, Any] = {"type": "object", "additionalProperties": {"type": "integer"}}
SUMMARY: dict[str, Any] = {
    "type": "object",
    "description": "Kind of message -> channel -> state -> number of deliveries.",
    "additionalProperties": {"type": "object", "additionalProperties": _COUNTS},
}
