"""The pages on which whoever runs a mission sees who holds a role there, invites others and takes roles back."""

from collections.abc import Mapping
from dataclasses import dataclass
from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, Response, make_response, redirect, render_template, request, url_for
from marshmallow import ValidationError
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from access.roles import Role
from registration import lookups
from registration.identity import role_grants, roles
from registration.identity.schemas import InvitationSchema
from registration.models import Account, Mission, RoleGrant
from registration.pages import layout
from registration.status_texts import spoken
from servicekit.auth.actors import Actor
from servicekit.problems import ForbiddenError, NotFoundError
from servicekit.texts import languages
from servicekit.texts.languages import noop as _
from servicekit.web.body import invalid
from servicekit.web.endpoints import reads, writes

blueprint = Blueprint("member_pages", __name__)


@dataclass(frozen=True, kw_only=True)
class Office:
    """A role in a scope that the reader may give, with its name."""

    role: Role
    scope: str
    label: str

    @property
    def value(self) -> str:
        """How a form says it."""
        return f"{self.role}:{self.scope}"


@blueprint.get("/missions/<uuid:mission_id>/members")
@reads(Deed.MEMBERS_MANAGE)
def show(session: Session, actor: Actor, mission_id: UUID) -> Response:
    """List who organises a mission, who may look at it, and the coordinators of its regions."""
    return _page(session, actor, _mission(session, actor, mission_id), {}, {})


@blueprint.post("/missions/<uuid:mission_id>/members")
@writes(Deed.MEMBERS_MANAGE)
def invite(session: Session, actor: Actor, mission_id: UUID) -> BaseResponse:
    """Invite somebody by an address; what cannot be right is shown beside its field."""
    mission = _mission(session, actor, mission_id)
    given = {name: request.form.get(name, "").strip()[:320] for name in ("email", "office", "language")}
    role, _sign, scope = given["office"].partition(":")
    if given["office"] not in {office.value for office in _offices(session, actor, mission)}:
        return _page(session, actor, mission, given, {"office": layout.say(_("Choose a role."))})
    try:
        body = {"email": given["email"], "language": given["language"], "role": role, "scope": scope}
        command = InvitationSchema().load(body)
    except ValidationError as error:
        return _page(session, actor, mission, given, layout.failures(invalid(error).errors))
    roles.invite(session, command, actor)
    return redirect(url_for("member_pages.show", mission_id=mission_id, invited="yes"), HTTPStatus.SEE_OTHER)


@blueprint.get("/missions/<uuid:mission_id>/members/<uuid:grant_id>/removal")
@reads(Deed.MEMBERS_MANAGE)
def ask_removal(session: Session, actor: Actor, mission_id: UUID, grant_id: UUID) -> str:
    """Ask whether a role shall be taken back, where no dialog can."""
    mission = _mission(session, actor, mission_id)
    grant, account = _held(session, actor, mission, grant_id)
    frame = layout.of_mission(mission, layout.say(_("Take the role back?")), "settings", where=layout.name_of(mission))
    return render_template("registration/member_removal.html", frame=frame, mission=mission, grant=grant, who=account)


@blueprint.post("/missions/<uuid:mission_id>/members/<uuid:grant_id>/removal")
@writes(Deed.MEMBERS_MANAGE)
def remove(session: Session, actor: Actor, mission_id: UUID, grant_id: UUID) -> BaseResponse:
    """Take a role back, at once and in every service."""
    mission = _mission(session, actor, mission_id)
    _held(session, actor, mission, grant_id)
    roles.revoke(session, grant_id, actor)
    return redirect(url_for("member_pages.show", mission_id=mission_id, removed="yes"), HTTPStatus.SEE_OTHER)


def _mission(session: Session, actor: Actor, mission_id: UUID) -> Mission:
    """Return the mission to whoever may give roles in it."""
    role_grants.require_overseer(session, actor, str(mission_id))
    mission = session.get(Mission, mission_id)
    if mission is None:
        raise lookups.absent(Mission, mission_id)
    return mission


def _offices(session: Session, actor: Actor, mission: Mission) -> list[Office]:
    """List the roles that the actor may give for a mission: in it, and as coordinator of its regions."""
    names = layout.region_choices(session)
    offices = [Office(role=role, scope=str(mission.id), label=spoken(role)) for role in (Role.ORGANISER, Role.READER)]
    for code in dict.fromkeys((mission.guest_region, mission.host_region)):
        if _may_give(session, actor, code):
            label = layout.say(_("coordinator: %(region)s")) % {"region": names.get(code, code)}
            offices.append(Office(role=Role.AGENCY, scope=code, label=label))
    return offices


def _may_give(session: Session, actor: Actor, region: str) -> bool:
    try:
        role_grants.require_overseer(session, actor, region)
    except ForbiddenError:
        return False
    return True


def _rows(session: Session, offices: list[Office]) -> list[tuple[RoleGrant, Account, str]]:
    """List who holds the roles that the reader may give, each with the name of the role."""
    labels = {office.value: office.label for office in offices}
    found = roles.held_in(session, {office.scope for office in offices})
    held = [(grant, account, labels.get(f"{grant.role}:{grant.scope}", "")) for grant, account in found]
    return [row for row in held if row[2]]


def _held(session: Session, actor: Actor, mission: Mission, grant_id: UUID) -> tuple[RoleGrant, Account]:
    """Return a role that is listed for a mission, and whose it is.

    Raises:
        NotFoundError: there is none of that id on the mission's page.

    """
    for grant, account, _label in _rows(session, _offices(session, actor, mission)):
        if grant.id == grant_id:
            return grant, account
    raise NotFoundError(RoleGrant.missing, id=grant_id)


def _page(
    session: Session, actor: Actor, mission: Mission, given: Mapping[str, str], errors: Mapping[str, str]
) -> Response:
    offices = _offices(session, actor, mission)
    page = render_template(
        "registration/members.html",
        frame=layout.of_mission(mission, layout.say(_("Members")), "settings", where=layout.name_of(mission)),
        mission=mission,
        offices=offices,
        rows=_rows(session, offices),
        own=actor.account_id,
        given={"language": languages.of_request(), **given},
        errors=errors,
        done=next((name for name in ("invited", "removed") if request.args.get(name) == "yes" and not errors), ""),
    )
    answer = make_response(page)
    if errors:
        answer.status_code = HTTPStatus.UNPROCESSABLE_ENTITY
    return answer
