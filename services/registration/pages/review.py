"""Review desk, list of applications.

The review desk: the applications that wait for a decision, the oldest first, and one of them to be decided.

The applications to a mission, for whoever organises it.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from http import HTTPStatus
from typing import Any
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import Schema, ValidationError
from sqlalchemy import select
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import lookups, public_view
from registration.commands import ApproveApplication, RejectApplication, RequestChanges, WaitlistApplication
from registration.domain.statuses import ApplicationStatus, MissionStatus
from registration.handlers import reviews
from registration.models import Application, Mission, Organisation
from registration.pages import layout
from registration.public_view import Outward
from registration.queries import missions, overview
from registration.queries.missions import Filter, Shown
from registration.schemas.applications import ApprovalSchema, OptionalReasonSchema, ReasonSchema
from registration.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

MOST = 200
DAY_SECONDS = 86_400

blueprint = Blueprint("review", __name__, url_prefix="/missions/<uuid:mission_id>/review")


@dataclass(frozen=True, kw_only=True)
class Waiting:
    """One application in the queue: whose it is, and for how many full days it has waited."""

    application: Application
    organisation: Outward
    days: int


@dataclass(frozen=True, kw_only=True)
class Desk:
    """What lies on the desk: all that waits, and the one that is looked at."""

    queue: list[Waiting]
    chosen: Waiting | None


@dataclass(frozen=True, kw_only=True)
class Decision:
    """What can be decided: who does it, how the words beside it are read, and what is said afterwards."""

    schema: type[Schema]
    decide: Any
    done: str


DECISIONS: Mapping[str, Decision] = {
    "approval": Decision(
        schema=ApprovalSchema,
        decide=lambda session, id_, body, actor: reviews.approve_application(
            session, ApproveApplication(application_id=id_, **body), actor
        ),
        done=_("Approved: %(name)s"),
    ),
    "changes-request": Decision(
        schema=ReasonSchema,
        decide=lambda session, id_, body, actor: reviews.request_changes(
            session, RequestChanges(application_id=id_, **body), actor
        ),
        done=_("Returned for changes: %(name)s"),
    ),
    "waitlisting": Decision(
        schema=OptionalReasonSchema,
        decide=lambda session, id_, body, actor: reviews.waitlist_application(
            session, WaitlistApplication(application_id=id_, **body), actor
        ),
        done=_("On the waiting list: %(name)s"),
    ),
    "rejection": Decision(
        schema=ReasonSchema,
        decide=lambda session, id_, body, actor: reviews.reject_application(
            session, RejectApplication(application_id=id_, **body), actor
        ),
        done=_("Rejected: %(name)s"),
    ),
}


@blueprint.get("")
@reads(Deed.APPLICATIONS_REVIEW)
def show(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """Show the queue, and in it the application that is asked for, else the first."""
    mission = _mission(session, mission_id, actor)
    queue = _queue(session, mission, actor)
    asked = request.args.get("application_id", type=UUID)
    chosen = next((one for one in queue if one.application.id == asked), queue[0] if queue else None)
    return _page(session, actor, mission, Desk(queue=queue, chosen=chosen), {}, {})


@blueprint.post("/<uuid:application_id>")
@writes(Deed.APPLICATIONS_REVIEW)
def decide(session: Session, actor: Actor, mission_id: UUID, application_id: UUID) -> BaseResponse:
    """Decide about an application and go on to the next; what is missing is said beside its field."""
    application = lookups.find(session, Application, application_id, actor, locked=True)
    if application.mission_id != mission_id:
        raise lookups.absent(Application, application_id)
    mission = lookups.known(session, Mission, mission_id)
    sent = request.form.to_dict()
    name = sent.get("decision", "")
    queue = _queue(session, mission, actor)
    place = next((at for at, one in enumerate(queue) if one.application.id == application_id), None)
    if place is None:  # somebody was quicker
        return redirect(_address(mission, gone=application_id), HTTPStatus.SEE_OTHER)
    wrong = {} if name in DECISIONS else {"decision": layout.say(_("Choose what is to become of it."))}
    try:
        body = {} if wrong else DECISIONS[name].schema().load(_body(name, sent))
    except ValidationError as error:
        wrong = {one.pointer.removeprefix("#/"): layout.say(one.detail) for one in invalid(error).errors}
        if not sent.get("reason", "").strip():
            wrong["reason"] = layout.say(_("Say why: the company reads it in the letter."))
    if wrong:
        answer = _page(session, actor, mission, Desk(queue=queue, chosen=queue[place]), sent, wrong)
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
        return answer
    DECISIONS[name].decide(session, application_id, body, actor)
    following = [*queue[place + 1 :], *queue[:place]][:1]
    return redirect(_address(mission, *following, done=application_id, as_=name), HTTPStatus.SEE_OTHER)


def _mission(session: Session, mission_id: UUID, actor: Actor) -> Mission:
    """Return a mission that a reviewer may see: which applications are theirs, the queue says."""
    mission = session.get(Mission, mission_id)
    if mission is None or not actor.may_somewhere() or not SCOPE.sees(session, actor, mission):
        raise lookups.absent(Mission, mission_id)
    return mission


def _body(name: str, sent: Mapping[str, str]) -> dict[str, Any]:
    if name == "approval":
        return {"late": sent.get("late") == "yes"}
    return {"reason": sent.get("reason", "").replace("\r\n", "\n").strip()}


def _queue(session: Session, mission: Mission, actor: Actor) -> list[Waiting]:
    """List what waits for this reader's decision, the longest first."""
    now = clock.now(session)
    query = (
        select(Application, Organisation, public_view.known_to(actor))
        .join(Organisation, Organisation.id == Application.organisation_id)
        .where(
            Application.mission_id == mission.id,
            Application.status == ApplicationStatus.SUBMITTED,
            SCOPE.rows(actor, Application, Deed.APPLICATIONS_REVIEW),
        )
        .order_by(Application.submitted_at, Application.id)
        .limit(MOST)
    )
    return [
        Waiting(application=one, organisation=Outward(organisation, bool(known)), days=_days(one.submitted_at, now))
        for one, organisation, known in session.execute(query)
    ]


def _days(since: datetime | None, now: datetime) -> int:
    return int((now - since).total_seconds() // DAY_SECONDS) if since else 0


def _page(
    session: Session,
    actor: Actor,
    mission: Mission,
    desk: Desk,
    sent: Mapping[str, str],
    wrong: Mapping[str, str],
) -> Response:
    chosen = desk.chosen
    shown = missions.application(session, chosen.application, actor) if chosen else None
    page = render_template(
        "registration/review.html",
        frame=layout.of_mission(mission, layout.say(_("Review")), "applications", where=layout.name_of(mission)),
        mission=mission,
        queue=desk.queue,
        chosen=chosen,
        shown=shown,
        checks=_checks(shown) if shown else [],
        is_closed=mission.status is MissionStatus.CLOSED,
        sent=sent,
        errors=wrong,
        told=_told(session, actor),
    )
    return make_response(page)


def _checks(shown: Shown) -> list[tuple[str, str]]:
    """Look at what a reviewer would look at first: each finding with the shape that repeats it."""
    able = [person for person in shown.people if person.can_negotiate]
    found = [
        ("warn", _("Another organisation has the same state number"))
        if shown.of_same_number
        else ("ok", _("Its state number is known once")),
        ("ok", _("It says what it offers and what it needs"))
        if shown.profile.offers and shown.profile.needs
        else (
            "warn",
            _("It says only what it offers") if shown.profile.offers else _("It does not say what it offers"),
        ),
        ("ok", _("Somebody comes who may negotiate")) if able else ("warn", _("Nobody comes who may negotiate")),
    ]
    return [(shape, layout.say(said)) for shape, said in found]


def _told(session: Session, actor: Actor) -> dict[str, Any]:
    """Say what was just decided, or that somebody else was quicker."""
    for name in ("done", "gone"):
        id_ = request.args.get(name, type=UUID)
        application = session.get(Application, id_) if id_ and request.method == "GET" else None
        if application is None or not SCOPE.sees(session, actor, application):
            continue
        organisation = session.get_one(Organisation, application.organisation_id)
        names = languages.pick(public_view.to(session, actor, [organisation])[0].names, languages.of_request())
        decision = DECISIONS.get(request.args.get("as", ""))
        said = decision.done if decision and name == "done" else _("%(name)s has been decided about already")
        return {"text": layout.say(said) % {"name": names}, "application_id": id_}
    return {}


def _address(mission: Mission, following: Waiting | None = None, *, as_: str = "", **told: UUID) -> str:
    place: dict[str, Any] = {"application_id": following.application.id} if following else {}
    word = {"as": as_} if as_ else {}
    return url_for("review.show", mission_id=mission.id, **(place | told | word))


applications_blueprint = Blueprint("application_pages", __name__)


@applications_blueprint.get("/missions/<uuid:mission_id>/applications")
@reads(Deed.MISSIONS_READ)
def show_applications(session: Session, actor: Actor, mission_id: UUID) -> str:
    """List the applications to a mission and what became of them, as far as the actor may know them."""
    mission = lookups.find(session, Mission, mission_id, actor)
    wanted = Filter.of(request.args)
    title = layout.say(_("Applications and participants"))
    return render_template(
        "registration/applications.html",
        frame=layout.of_mission(mission, title, "applications", where=layout.name_of(mission)),
        mission=mission,
        wanted=wanted,
        to_review=overview.to_review(session, mission, actor),
        rows=missions.rows(session, mission, wanted, actor),
    )
