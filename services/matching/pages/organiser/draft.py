"""Draft editing and publication.

The page on which a draft is published: what would change, and who would be told.

The draft of a timetable with the browser alone: meetings moved, exchanged, added, removed, locked, published.
"""

from collections.abc import Callable, Mapping
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, jsonify, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

import sections
from access.matrix import Deed
from matching import lookups, queries
from matching.commands import AddMeeting, MoveMeeting, PinMeeting, RemoveMeeting, Seen, SwapMeetings, Where
from matching.handlers.timetable import drafts
from matching.models import DraftEdit, MissionCopy
from matching.pages import layout
from matching.pages.layout import say
from matching.pages.organiser import draft_forms, draft_meeting, draft_texts, rejected_edit, timetable
from matching.queries import boards
from matching.queries import drafts as draft_queries
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.data.database import savepoint
from servicekit.problems import ForbiddenError, Problem
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.endpoints import reads, writes

MOST_PEOPLE = 50
"""How many delegates are named."""


def publication(session: Session, actor: Actor, mission: MissionCopy) -> str:
    """Render the preview of a draft, and the form that publishes it as it was seen."""
    preview = drafts.preview_of_draft(session, mission.id, actor)
    told = preview["told"]["organisations"]
    names = queries.names_of(session, told, languages.of_request(), actor)
    edits = boards.edits_of(session, mission.id, actor)
    return render_template(
        "matching/publication.html",
        frame=layout.of_mission(mission, say(_("Publish the changes")), "timetable", clock.now(session)),
        mission=mission,
        preview=preview,
        told=sorted(names[id_] for id_ in told),
        most_people=MOST_PEOPLE,
        registration=sections.REGISTRATION,
        edits=draft_texts.edits(session, mission, edits, actor),
    )


def conflicts(session: Session, actor: Actor, mission: MissionCopy) -> str:
    """Render what keeps a draft from being published."""
    return render_template(
        "matching/conflicts.html",
        frame=layout.of_mission(mission, say(_("Conflicts")), "timetable", clock.now(session)),
        mission=mission,
        conflicts=draft_texts.conflicts(session, draft_queries.desk_for(session, mission.id, actor), actor),
    )


blueprint = Blueprint("drafts", __name__)

_PAGE = "/missions/<uuid:mission_id>/timetable"
"""What is posted goes to addresses beside the page's, for the answer may be the page itself, with short addresses."""


@blueprint.get(f"{_PAGE}/meetings/<uuid:meeting_id>")
@reads(Deed.MEETINGS_RUN)
def show_meeting(session: Session, actor: Actor, mission_id: UUID, meeting_id: UUID) -> str:
    """Show what can be done with a meeting, and where it could be."""
    mission = lookups.known_mission(session, mission_id, actor)
    return draft_meeting.meeting(session, actor, mission, meeting_id)


@blueprint.get(f"{_PAGE}/addition")
@reads(Deed.MEETINGS_RUN)
def show_addition(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Ask who is to meet, and where."""
    mission = lookups.known_mission(session, mission_id, actor)
    return draft_meeting.addition(session, actor, mission, request.args, {})


@blueprint.get(f"{_PAGE}/places")
@reads(Deed.MEETINGS_RUN)
def show_places(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Tell the board's script where a meeting could be, where not and why, and what is nearest."""
    mission = lookups.known_mission(session, mission_id, actor)
    meeting_id = request.args.get("item", default=UUID(int=0), type=UUID)
    return jsonify(draft_meeting.places(session, actor, mission, meeting_id))


@blueprint.get(f"{_PAGE}/conflicts")
@reads(Deed.MEETINGS_RUN)
def show_conflicts(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show what of the draft does not hold as things now are."""
    mission = lookups.known_mission(session, mission_id, actor)
    return conflicts(session, actor, mission)


@blueprint.post(f"{_PAGE}-move")
@writes(Deed.MEETINGS_RUN)
def move(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Give a meeting another place."""

    def deed(given: Mapping[str, Any]) -> DraftEdit:
        to = Where(slot=given["to_slot"], table=given.get("to_table") or None)
        return drafts.move_meeting(session, MoveMeeting(mission_id=mission_id, seen=_seen(given), to=to), actor)

    return _done(session, actor, mission_id, "move", deed)


@blueprint.post(f"{_PAGE}-swap")
@writes(Deed.MEETINGS_RUN)
def swap(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Let two meetings exchange their places."""

    def deed(given: Mapping[str, Any]) -> DraftEdit:
        other_id, slot, table = given["other"].split(draft_forms.OTHER)
        other = Seen(meeting_id=UUID(other_id), slot=slot, table=table)
        return drafts.swap_meetings(session, SwapMeetings(mission_id=mission_id, one=_seen(given), other=other), actor)

    return _done(session, actor, mission_id, "swap", deed)


@blueprint.post(f"{_PAGE}-<any(lock, unlock):verb>")
@writes(Deed.MEETINGS_RUN)
def pin(session: Session, actor: Actor, mission_id: UUID, verb: str) -> BaseResponse:
    """Keep a meeting where it is, or give it free."""

    def deed(given: Mapping[str, Any]) -> DraftEdit:
        command = PinMeeting(mission_id=mission_id, seen=_seen(given), is_locked=verb == "lock")
        return drafts.pin_meeting(session, command, actor)

    return _done(session, actor, mission_id, verb, deed)


@blueprint.post(f"{_PAGE}-remove")
@writes(Deed.MEETINGS_RUN)
def remove(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Strike a meeting."""

    def deed(given: Mapping[str, Any]) -> DraftEdit:
        command = RemoveMeeting(mission_id=mission_id, seen=_seen(given), reason=given["reason"])
        return drafts.remove_meeting(session, command, actor)

    return _done(session, actor, mission_id, "remove", deed)


@blueprint.post(f"{_PAGE}-add")
@writes(Deed.MEETINGS_RUN)
def add(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Give a guest and a host a meeting."""

    def deed(given: Mapping[str, Any]) -> DraftEdit:
        ends = {end: given[end] for end in ("guest_id", "host_id")}
        to = Where(slot=given["to_slot"], table=given.get("to_table") or None)
        return drafts.add_meeting(session, AddMeeting(mission_id=mission_id, to=to, **ends), actor)

    return _done(session, actor, mission_id, "add", deed)


@blueprint.post(f"{_PAGE}-undo")
@writes(Deed.MEETINGS_RUN)
def undo(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Take a change back."""

    def deed(given: Mapping[str, Any]) -> None:
        drafts.undo_edit(session, mission_id, given["edit_id"], actor)

    return _done(session, actor, mission_id, "undo", deed)


@blueprint.get(f"{_PAGE}/publication")
@reads(Deed.MEETINGS_RUN)
def show_publication(session: Session, actor: Actor, mission_id: UUID) -> str:
    """Show what publishing the draft would change, and who would be told."""
    return publication(session, actor, lookups.known_mission(session, mission_id, actor))


@blueprint.post(f"{_PAGE}-publication")
@writes(Deed.MEETINGS_RUN)
def publish(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Publish the draft that was seen, and show who was told."""
    mission = lookups.own_mission(session, mission_id, actor)
    try:
        given = draft_forms.read("publish", request.form)
        with savepoint(session):
            version = drafts.publish_draft(session, mission_id, given["version"], actor)
    except (ValidationError, Problem) as error:
        return _refused(session, actor, mission, "publish", error)
    shown = url_for("pages.show_timetable", mission_id=mission_id, version=version.number, published=1)
    return redirect(shown, HTTPStatus.SEE_OTHER)


def _seen(given: Mapping[str, Any]) -> Seen:
    return Seen(meeting_id=given["meeting_id"], slot=given["slot"], table=given["table"])


def _done(
    session: Session,
    actor: Actor,
    mission_id: UUID,
    deed: str,
    do: Callable[[Mapping[str, Any]], DraftEdit | None],
) -> BaseResponse:
    """Do what a form asks for and go back to the board; a refusal is shown beside it, with what can be done instead."""
    mission = lookups.own_mission(session, mission_id, actor)
    try:
        given = draft_forms.read(deed, request.form)
        with savepoint(session):
            edit = do(given)
    except (ValidationError, Problem) as error:
        return _refused(session, actor, mission, deed, error)
    back: dict[str, Any] = {name: request.args[name] for name in ("view", "page") if name in request.args}
    slot = given.get("to_slot") or given.get("slot")
    back |= {"slot": slot} if slot else {"part": request.args["part"]} if "part" in request.args else {}
    back |= {"done": str(edit.id)} if edit is not None else {"undone": "1"}
    return redirect(url_for("pages.show_timetable", mission_id=mission_id, **back), HTTPStatus.SEE_OTHER)


def _refused(
    session: Session, actor: Actor, mission: MissionCopy, deed: str, error: ValidationError | Problem
) -> BaseResponse:
    if isinstance(error, ForbiddenError):
        raise error
    given = draft_forms.given(deed, request.form)
    if isinstance(error, ValidationError):
        errors = draft_forms.errors(error)
        answer = make_response(_form_again(session, actor, mission, deed, given, errors))
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    refusal = rejected_edit.refusal(session, mission, error, deed, given, actor)
    answer = make_response(timetable.render_page(session, actor, mission, timetable.Said(refusal=refusal)))
    answer.status_code = error.status if error.status in (409, 422) else HTTPStatus.CONFLICT
    return answer


def _form_again(
    session: Session,
    actor: Actor,
    mission: MissionCopy,
    deed: str,
    given: Mapping[str, str],
    errors: Mapping[str, str],
) -> str:
    """Show a form again with what is wrong; one without fields of its own is told of beside the board."""
    if deed not in ("undo", "publish"):
        return draft_meeting.form_again(session, actor, mission, deed, given, errors)
    title = layout.say(_("Nothing was changed"))
    refusal = rejected_edit.Refusal(title=title, wanted="", reasons=list(errors.values()), text="", offers=[])
    return timetable.render_page(session, actor, mission, timetable.Said(refusal=refusal))
