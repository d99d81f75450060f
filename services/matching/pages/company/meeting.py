"""One meeting as one of its two sees it: before it, on the day with one tap, and after it."""

from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response

from access.matrix import Deed
from matching import lookups, scope
from matching.commands import GiveNotice, WriteNote
from matching.errors import MeetingNotFoundError
from matching.handlers import meeting_day
from matching.models import ContactExchange, Meeting, MeetingNote
from matching.pages import layout
from matching.pages.company.current import Company, company_of
from matching.pages.company.timetable import locations, minutes_until, people_tile, who_goes
from matching.queries import company_days, directory
from matching.queries.agreements import between
from matching.queries.recommendations import ratings_by, reasons_of
from matching.schemas.days import GiveNoticeSchema, NoteSchema, OfTwoSchema
from packs import loader
from servicekit.auth.actors import Actor
from servicekit.data import context
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("own_meetings", __name__)

_ONE = "/meetings/<uuid:meeting_id>"


@blueprint.get(_ONE)
@reads(Deed.REQUESTS_WRITE)
def show_meeting(session: Session, actor: Actor, meeting_id: UUID) -> str:
    """Show who, where, when and why; what can be said on the day; what came of it."""
    meeting, company = of_company(session, actor, meeting_id, request.args.get("organisation_id", type=UUID))
    return _page(session, actor, meeting, company)


@blueprint.post(f"{_ONE}/notice")
@writes(Deed.REQUESTS_WRITE)
def give_notice(session: Session, actor: Actor, meeting_id: UUID) -> Response:
    """Say that one is late, cannot come or sits alone, and go back to the meeting."""
    kind, minutes = request.form.get("notice"), request.form.get("minutes", type=int)
    said = _read(GiveNoticeSchema(), organisation_id=True, kind=kind, minutes=minutes)
    meeting_day.give_notice(session, GiveNotice(meeting_id=meeting_id, **said), actor)
    return _back(meeting_id, said["organisation_id"], "notice")


@blueprint.post(f"{_ONE}/notice/withdrawal")
@writes(Deed.REQUESTS_WRITE)
def take_notice_back(session: Session, actor: Actor, meeting_id: UUID) -> Response:
    """Say that one comes as planned, and go back to the meeting."""
    own = _read(OfTwoSchema(), organisation_id=True)["organisation_id"]
    meeting_day.take_notice_back(session, meeting_id, own, actor)
    return _back(meeting_id, own)


@blueprint.post(f"{_ONE}/confirmation")
@writes(Deed.REQUESTS_WRITE)
def confirm(session: Session, actor: Actor, meeting_id: UUID) -> Response:
    """Say that the meeting took place, and go back to it."""
    own = _read(OfTwoSchema(), organisation_id=True)["organisation_id"]
    meeting_day.confirm_meeting(session, meeting_id, own, actor)
    return _back(meeting_id, own)


@blueprint.post(f"{_ONE}/note")
@writes(Deed.OWN_WRITE)
def write_note(session: Session, actor: Actor, meeting_id: UUID) -> Any:
    """Keep the company's own note, and go back to the meeting; what cannot be kept is shown beside its field."""
    given = {name: request.form.get(name, "") for name in ("organisation_id", "text")}
    try:
        body = NoteSchema().load(given)
    except ValidationError as error:
        own = request.form.get("organisation_id", type=UUID)
        meeting, company = of_company(session, actor, meeting_id, own)
        return _page(session, actor, meeting, company, given, layout.wrong(error)), HTTPStatus.UNPROCESSABLE_ENTITY
    meeting_day.write_note(session, WriteNote(meeting_id=meeting_id, **body), actor)
    return _back(meeting_id, body["organisation_id"], "note")


@blueprint.post(f"{_ONE}/contacts")
@writes(Deed.OWN_WRITE)
def share_contacts(session: Session, actor: Actor, meeting_id: UUID) -> Response:
    """Let the other side know whom to reach, and go back to the meeting."""
    own = _read(OfTwoSchema(), organisation_id=True)["organisation_id"]
    meeting_day.share_contacts(session, meeting_id, own, actor)
    return _back(meeting_id, own)


@blueprint.post(f"{_ONE}/contacts/withdrawal")
@writes(Deed.OWN_WRITE)
def withhold_contacts(session: Session, actor: Actor, meeting_id: UUID) -> Response:
    """Let the other side know no more, and go back to the meeting."""
    own = _read(OfTwoSchema(), organisation_id=True)["organisation_id"]
    meeting_day.withhold_contacts(session, meeting_id, own, actor)
    return _back(meeting_id, own)


def of_company(session: Session, actor: Actor, meeting_id: UUID, asked: UUID | None) -> tuple[Meeting, Company]:
    """Return a meeting and for which of its two the actor looks: the one that is asked for, else its own.

    Raises:
        MeetingNotFoundError: there is none, or not for this actor.
        ForbiddenError: the actor speaks for neither, or not for the one that is asked for.

    """
    absent = MeetingNotFoundError(_("There is no meeting %(id)s."), id=meeting_id)
    meeting = lookups.find(session, Meeting, meeting_id, actor, absent)
    own = (one for one in meeting.pair if scope.speaks_for(session, actor, meeting.mission_id, one))
    chosen = asked if asked in meeting.pair else next(own, meeting.guest_id)
    return meeting, company_of(session, actor, meeting.mission_id, chosen)


def _page(
    session: Session,
    actor: Actor,
    meeting: Meeting,
    company: Company,
    said: dict[str, str] | None = None,
    errors: dict[str, str] | None = None,
) -> str:
    assert company.id is not None
    mission, partner_id = company.mission, meeting.other(company.id)
    packs = loader.load(context.of(session).settings.packs_dir)
    shown = {one.id: one for one in directory.listed(session, mission, meeting.pair, languages.of_request(), packs)}
    is_own = scope.speaks_for(session, actor.doing(Deed.OWN_WRITE), mission.id, company.id)
    title = shown[partner_id].name if partner_id in shown else str(partner_id)
    note = session.get(MeetingNote, (meeting.id, company.id)) if is_own else None
    return render_template(
        "matching/meeting.html",
        frame=layout.of_company(mission, title, "my-timetable", company.now),
        company=company,
        mission=mission,
        meeting=meeting,
        partner=shown.get(partner_id),
        own=shown.get(company.id),
        side="guest" if company.id == meeting.guest_id else "host",
        soon=minutes_until(meeting.starts_at, company.now),
        is_today=formats.local_day(meeting.starts_at, mission.timezone)
        == formats.local_day(company.now, mission.timezone),
        notices=company_days.notices_of(session, [meeting]).get(meeting.id, {}),
        reasons=reasons_of(session, mission.id, company.id, partner_id, languages.of_request(), actor),
        goes=who_goes(company, [meeting])[meeting.id],
        people=people_tile(who_goes(company, [meeting]).values()),
        location=locations(mission).get(meeting.table, ""),
        is_own=is_own,
        exchange=session.get(ContactExchange, meeting_day.exchange_id(meeting.id)),
        rating=ratings_by(session, mission.id, company.id, actor).get(meeting.id),
        agreements=between(session, meeting, actor),
        types=lookups.rules_for(session, mission).agreement_types,
        said=said or {"text": note.text if note else ""},
        errors=errors or {},
    )


def _read(schema: Schema, **fields: Any) -> dict[str, Any]:
    """Read what a button says: fields that are True stand in the form."""
    given = {name: request.form.get(name) if value is True else value for name, value in fields.items()}
    try:
        read: dict[str, Any] = schema.load(given)
    except ValidationError as error:
        raise invalid(error) from error
    return read


def _back(meeting_id: UUID, organisation_id: UUID, said: str | None = None) -> Response:
    there = url_for("own_meetings.show_meeting", meeting_id=meeting_id, organisation_id=organisation_id, said=said)
    return redirect(there, HTTPStatus.SEE_OTHER)
