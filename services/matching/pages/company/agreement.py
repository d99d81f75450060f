"""What the two of a meeting signed: one of them notes it with the browser alone."""

from datetime import datetime, time
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.commands import SignAgreement
from matching.handlers import agreements
from matching.lookups import rules_for
from matching.models import Meeting
from matching.pages import layout
from matching.pages.company.current import Company
from matching.pages.company.meeting import of_company
from matching.queries import names_of
from matching.schemas.agreements import SignAgreementSchema
from servicekit.auth.actors import Actor
from servicekit.problems import InvalidInputError
from servicekit.texts import formats, languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("own_agreements", __name__)

_ONE = "/meetings/<uuid:meeting_id>/agreement"
_FIELDS = ("type", "subject", "expected_amount", "currency", "signed_on")


@blueprint.get(_ONE)
@reads(Deed.AGREEMENTS_WRITE)
def show_agreement(session: Session, actor: Actor, meeting_id: UUID) -> str:
    """Ask what was signed."""
    meeting, company = of_company(session, actor, meeting_id, request.args.get("organisation_id", type=UUID))
    today = formats.local_day(company.now, company.mission.timezone).isoformat()
    return _page(session, actor, meeting, company, {"signed_on": today, "currency": "RUB"}, {})


@blueprint.post(_ONE)
@writes(Deed.AGREEMENTS_WRITE)
def sign(session: Session, actor: Actor, meeting_id: UUID) -> Any:
    """Note an agreement, and go back to the meeting; what cannot be right is shown beside its field."""
    meeting, company = of_company(session, actor, meeting_id, request.form.get("organisation_id", type=UUID))
    said = {name: request.form.get(name, "").strip() for name in _FIELDS}
    savepoint = session.begin_nested()
    try:
        body = SignAgreementSchema().load(_body(meeting, company, said))
        agreements.sign_agreement(session, SignAgreement(**body), actor)
    except (ValidationError, InvalidInputError) as error:
        savepoint.rollback()
        return _amiss(session, actor, meeting, company, said, error), HTTPStatus.UNPROCESSABLE_ENTITY
    there = url_for("own_meetings.show_meeting", meeting_id=meeting_id, organisation_id=company.id, said="agreement")
    return redirect(there, HTTPStatus.SEE_OTHER)


def _body(meeting: Meeting, company: Company, said: dict[str, str]) -> dict[str, Any]:
    """Write what the form says as the API takes it: the day of the signing is its noon where the mission meets."""
    ends = {"mission_id": meeting.mission_id, "guest_id": meeting.guest_id, "host_id": meeting.host_id}
    amount: Any = said["expected_amount"].replace("\u00a0", "").replace(" ", "")
    return {name: str(value) for name, value in ends.items()} | {
        "type": said["type"],
        "subject": said["subject"],
        "expected_amount": (int(amount) if amount.isascii() and amount.isdigit() else amount) if amount else None,
        "currency": said["currency"],
        "signed_at": _instant(said["signed_on"], company),
    }


def _instant(day: str, company: Company) -> str:
    try:
        noon = datetime.combine(datetime.strptime(day, "%Y-%m-%d").date(), time(12), company.there)  # noqa: DTZ007  # a day
    except ValueError:
        return day
    return (
        min(noon, company.now).isoformat()
        if noon.date() == company.now.astimezone(company.there).date()
        else noon.isoformat()
    )


def _amiss(session: Session, actor: Actor, meeting: Meeting, company: Company, said: dict[str, str], error: Any) -> str:
    problem = invalid(error) if isinstance(error, ValidationError) else error
    wrong = layout.mended(problem)
    texts = {
        "expected_amount": _("Write a whole number without signs, or leave the field empty."),
        "signed_at": _("Choose the day of the signing, today or before."),
        "type": _("Choose what was signed."),
        "subject": _("Say in a sentence what the agreement is about, without addresses and telephone numbers."),
        "currency": _("Write the code of ISO 4217, as RUB."),
    }
    errors = {"signed_on" if name == "signed_at" else name: layout.say(texts.get(name, wrong[name])) for name in wrong}
    return _page(session, actor, meeting, company, said, errors)


def _page(
    session: Session, actor: Actor, meeting: Meeting, company: Company, said: dict[str, str], errors: dict[str, str]
) -> str:
    assert company.id is not None
    partner_id = meeting.other(company.id)
    return render_template(
        "matching/agreement.html",
        frame=layout.of_company(company.mission, layout.say(_("Note an agreement")), "my-timetable", company.now),
        company=company,
        mission=company.mission,
        meeting=meeting,
        name=names_of(session, [partner_id], languages.of_request(), actor)[partner_id],
        types=rules_for(session, company.mission).agreement_types,
        said=said,
        errors=errors,
    )
