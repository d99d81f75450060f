"""The draft of a mission's timetable: what organisers change by hand, and publish together."""

from typing import Any
from uuid import UUID

from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.commands import AddMeeting, MoveMeeting, PinMeeting, RemoveMeeting, Seen, SwapMeetings, Where
from matching.handlers.timetable import drafts
from matching.models import DraftEdit, TimetableVersion
from matching.queries import drafts as reading
from matching.schemas.drafts import (
    AdditionSchema,
    DraftPreviewSchema,
    DraftPublicationSchema,
    DraftSchema,
    EditSchema,
    LockSchema,
    MoveSchema,
    PairArguments,
    PlacesSchema,
    RemovalSchema,
    SwapSchema,
    seen,
)
from matching.schemas.timetables import TimetableSummarySchema
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes

blueprint = ApiBlueprint(
    "timetable_drafts",
    __name__,
    url_prefix="/v1/missions/<uuid:mission_id>/timetable-draft",
    description="What organisers change in a timetable by hand, before it is published.",
)


@blueprint.get("")
@reads(Deed.MEETINGS_RUN)
@blueprint.response(200, DraftSchema)
@blueprint.alt_response(409, response="CONFLICT")
def read_draft(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Show the draft: the meetings as they would be, what was changed by whom, and what conflicts."""
    return reading.draft(session, mission_id, actor)


@blueprint.get("/places")
@reads(Deed.MEETINGS_RUN)
@blueprint.arguments(PairArguments, location="query")
@blueprint.response(200, PlacesSchema)
@blueprint.alt_response(409, response="CONFLICT")
def read_places(query: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Tell for every slot and table whether a meeting, or a guest and a host, could be there, and why not."""
    return reading.places(session, mission_id, query, actor)


@blueprint.get("/preview")
@reads(Deed.MEETINGS_RUN)
@blueprint.response(200, DraftPreviewSchema)
@blueprint.alt_response(409, response="CONFLICT")
def preview_draft(session: Session, actor: Actor, mission_id: UUID) -> dict[str, Any]:
    """Tell what publishing the draft would change, and who would be told."""
    return drafts.preview_of_draft(session, mission_id, actor)


@blueprint.post("/moves")
@writes(Deed.MEETINGS_RUN, creates=True)
@blueprint.arguments(MoveSchema)
@blueprint.response(201, EditSchema)
def move(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> DraftEdit:
    """Give a meeting another slot, table or people; refused with all reasons and the nearest free places."""
    command = MoveMeeting(mission_id=mission_id, seen=seen(body), to=Where(**body["to"]))
    return drafts.move_meeting(session, command, actor)


@blueprint.post("/swaps")
@writes(Deed.MEETINGS_RUN, creates=True)
@blueprint.arguments(SwapSchema)
@blueprint.response(201, EditSchema)
def swap(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> DraftEdit:
    """Let two meetings exchange slot and table, each with whoever of its people fits."""
    other = Seen(meeting_id=body["other_meeting_id"], **body["other_from"])
    return drafts.swap_meetings(session, SwapMeetings(mission_id=mission_id, one=seen(body), other=other), actor)


@blueprint.post("/additions")
@writes(Deed.MEETINGS_RUN, creates=True)
@blueprint.arguments(AdditionSchema)
@blueprint.response(201, EditSchema)
def add(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> DraftEdit:
    """Give a guest and a host a meeting, whether anybody recommended it or not."""
    return drafts.add_meeting(session, AddMeeting(mission_id=mission_id, **body | {"to": Where(**body["to"])}), actor)


@blueprint.post("/removals")
@writes(Deed.MEETINGS_RUN, creates=True)
@blueprint.arguments(RemovalSchema)
@blueprint.response(201, EditSchema)
def remove(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> DraftEdit:
    """Strike a meeting for good, once the draft is published."""
    command = RemoveMeeting(mission_id=mission_id, seen=seen(body), reason=body["reason"])
    return drafts.remove_meeting(session, command, actor)


@blueprint.post("/locks")
@writes(Deed.MEETINGS_RUN, creates=True)
@blueprint.arguments(LockSchema)
@blueprint.response(201, EditSchema)
def lock(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> DraftEdit:
    """Keep a meeting where it is, once the draft is published."""
    command = PinMeeting(mission_id=mission_id, seen=seen(body), is_locked=True)
    return drafts.pin_meeting(session, command, actor)


@blueprint.post("/unlocks")
@writes(Deed.MEETINGS_RUN, creates=True)
@blueprint.arguments(LockSchema)
@blueprint.response(201, EditSchema)
def unlock(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> DraftEdit:
    """Give a meeting free to be moved."""
    command = PinMeeting(mission_id=mission_id, seen=seen(body), is_locked=False)
    return drafts.pin_meeting(session, command, actor)


@blueprint.delete("/edits/<uuid:edit_id>")
@writes(Deed.MEETINGS_RUN)
@blueprint.response(204)
def undo(session: Session, actor: Actor, mission_id: UUID, edit_id: UUID) -> None:
    """Take a change back, unless later ones rest on it."""
    drafts.undo_edit(session, mission_id, edit_id, actor)


@blueprint.post("/publication")
@writes(Deed.MEETINGS_RUN, creates=True)
@blueprint.arguments(DraftPublicationSchema)
@blueprint.response(201, TimetableSummarySchema)
def publish(body: dict[str, Any], session: Session, actor: Actor, mission_id: UUID) -> TimetableVersion:
    """Publish all changes at once, if the draft is still the one that was seen and nothing conflicts."""
    return drafts.publish_draft(session, mission_id, body["version"], actor)
