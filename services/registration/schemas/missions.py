"""Regions and missions on the wire."""

import dataclasses
from typing import Any

from marshmallow import Schema, ValidationError, fields, post_load, validate, validates_schema

from contracts.registration import AgendaItem, HallTable, MeetingSlot, Side, Walk
from registration.commands import NewInterpreter, PlanMission, Programme
from registration.domain.statuses import MissionStatus, Rules
from registration.schemas.applications import WindowSchema
from registration.schemas.values import (
    Email,
    Language,
    Languages,
    Texts,
    ValueSchema,
    Zone,
    reference,
    region_code,
    word,
)
from servicekit.texts.languages import noop as _
from servicekit.web.paging import PageArguments
from servicekit.web.schema_fields import Day, Flag, Id, Instant, Shape, Text, Whole

LONGEST_SLOT_HOURS = 12
LONGEST_WALK_MINUTES = 240


class RegionBodySchema(Schema):
    """Facts of a region; those that are left out come from its pack."""

    names = Texts()
    timezone = Zone()
    languages = fields.List(Language(), validate=validate.Length(1, 8))


class RegionSchema(RegionBodySchema):
    """A region that takes part."""

    id = fields.UUID()
    version = fields.Integer()
    code = region_code()


class HallTableSchema(ValueSchema):
    """A table of the hall."""

    made = HallTable

    id = Text(longest=32, required=True)
    location = Text(longest=100, shortest=0, load_default="")
    seats = Whole(validate=validate.Range(1, 100), load_default=4)
    video_kit = Flag(load_default=False)


class MeetingSlotSchema(ValueSchema):
    """A time in which meetings can stand, with the tables that are open in it."""

    made = MeetingSlot

    id = Text(longest=64, required=True)
    session = Text(longest=64, shortest=0, load_default="")
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    tables = fields.List(Text(longest=32), required=True, validate=validate.Length(0, 200))

    @validates_schema
    def check_length(self, data: dict[str, Any], **_options: Any) -> None:
        """Refuse a slot in which nobody could stay awake."""
        if (data["ends_at"] - data["starts_at"]).total_seconds() > LONGEST_SLOT_HOURS * 3600:
            raise ValidationError(_("A slot lasts twelve hours at most."), "ends_at")


class AgendaItemSchema(ValueSchema):
    """A point of the programme; it binds the named organisations, or everyone where they are null."""

    made = AgendaItem

    id = Text(longest=64, required=True)
    type = Text(longest=64, required=True)
    titles = Texts(required=True)
    location = Text(longest=100, shortest=0, load_default="")
    starts_at = Instant(required=True)
    ends_at = Instant(required=True)
    binds = Flag(load_default=False)
    organisation_ids = fields.List(
        Id(),
        attribute="organisations",
        load_default=None,
        allow_none=True,
        validate=validate.Length(0, 1000),
    )


class WalkSchema(ValueSchema):
    """How long people need from one location to another, and back."""

    made = Walk

    from_location = Text(longest=100, required=True, data_key="from")
    to_location = Text(longest=100, required=True, data_key="to")
    minutes = Whole(validate=validate.Range(0, LONGEST_WALK_MINUTES), required=True)


class InterpreterSchema(ValueSchema):
    """Somebody who can sit in a meeting for people who have no language in common, by a code and never by name."""

    made = NewInterpreter

    id = fields.String(
        required=True,
        validate=Shape(r"^[A-Z]{1,3}[0-9]{1,4}$", error=_("Write a code, as I1: an interpreter is never named here.")),
    )
    languages = Languages(fewest=2, required=True)
    availability = fields.List(
        fields.Nested(WindowSchema),
        load_default=None,
        allow_none=True,
        validate=validate.Length(0, 50),
        metadata={"description": "Left out: the mission's own hours; empty: never."},
    )


class RulesSchema(ValueSchema):
    """The rules by which a mission meets; those that are left out come from the kind of mission."""

    made = Rules

    max_meetings_per_person_per_day = Whole(validate=validate.Range(1, 50))
    min_meetings_per_guest = Whole(validate=validate.Range(0, 50))
    online_tables = fields.List(Text(longest=32), metadata={"description": "Left out: the tables with a video kit."})
    places = fields.Dict(
        keys=fields.String(validate=validate.OneOf([side.value for side in Side])),
        values=Whole(validate=validate.Range(0, 100_000)),
        metadata={"description": "Places of each side; a side that is not named takes everyone."},
    )


class ProgrammePartsSchema(Schema):
    """Hall, slots and agenda, how far the locations are apart, and who interprets."""

    tables = fields.List(fields.Nested(HallTableSchema), load_default=list, validate=validate.Length(0, 200))
    slots = fields.List(fields.Nested(MeetingSlotSchema), load_default=list, validate=validate.Length(0, 1000))
    agenda = fields.List(fields.Nested(AgendaItemSchema), load_default=list, validate=validate.Length(0, 300))
    walking = fields.List(fields.Nested(WalkSchema), load_default=list, validate=validate.Length(0, 500))
    interpreters = fields.List(fields.Nested(InterpreterSchema), load_default=list, validate=validate.Length(0, 100))


class ProgrammeSchema(ProgrammePartsSchema, ValueSchema):
    """A programme to be put in the place of another."""

    made = Programme


class MissionChangesSchema(Schema):
    """What of a mission can be corrected after it was planned."""

    titles = Texts(longest=300, required=True)
    starts_on = Day(required=True)
    ends_on = Day(required=True)
    timezone = Zone(required=True)
    applications_until = Day(
        load_default=None,
        allow_none=True,
        metadata={"description": "The last day for applications, where the mission meets; null: until it is closed."},
    )
    venue = Texts(longest=300, shortest=0, load_default=dict)
    organiser = Texts(longest=300, shortest=0, load_default=dict)
    organiser_phone = Text(longest=32, shortest=0, load_default="")
    organiser_email = Email(shortest=0, load_default="")
    rules = fields.Nested(RulesSchema, load_default=Rules)


class MissionFactsSchema(MissionChangesSchema, ProgrammePartsSchema):
    """What a mission is, in and out."""

    reference = reference(required=True)
    kind = word(required=True)
    guest_region = region_code(required=True)
    host_region = region_code(required=True)


class NewMissionSchema(MissionFactsSchema):
    """A mission to be planned."""

    @post_load
    def build(self, data: dict[str, Any], **_options: Any) -> PlanMission:
        """Make the command."""
        programme = Programme(**{part.name: data.pop(part.name) for part in dataclasses.fields(Programme)})
        return PlanMission(**data, programme=programme)


class MissionSchema(MissionFactsSchema):
    """A mission as it is."""

    id = fields.UUID()
    version = fields.Integer()
    status = fields.Enum(MissionStatus, by_value=True)


class MissionQuerySchema(PageArguments):
    """Which missions to list."""

    reference = Text(longest=64)


class SummarySchema(Schema):
    """How a mission stands, in figures by side."""

    mission_id = fields.UUID()
    applications = fields.Dict(keys=fields.String(), values=fields.Dict(keys=fields.String(), values=fields.Integer()))
    participants = fields.Dict(keys=fields.String(), values=fields.Integer())
    sme_companies = fields.Dict(keys=fields.String(), values=fields.Integer())
    infrastructure_organisations = fields.Dict(keys=fields.String(), values=fields.Integer())
