"""Personal data declared.

What registration holds of people: who they are, how to reach them, what they consented to, where they speak.

How far the services have come with forgetting people.
"""

from collections.abc import Mapping, Sequence
from datetime import datetime, timedelta
from typing import Any
from uuid import UUID

from sqlalchemy import ColumnElement, and_, exists, or_, select, true
from sqlalchemy.orm import Session

from access.matrix import Deed
from registration import lookups
from registration.handlers import own_data
from registration.handlers.forgetting import forget
from registration.identity.second_factors import policy
from registration.models import (
    Account,
    Application,
    Consent,
    Delegate,
    Erasure,
    ErasureAnswer,
    KnownService,
    Mission,
    Organisation,
    RoleGrant,
    SignedIn,
)
from registration.schemas.applications import DelegateSchema
from registration.schemas.organisations import ConsentSchema, OrganisationSchema
from registration.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.data.clock import machine_now
from servicekit.privacy.personal import Personal, Records
from servicekit.texts.languages import noop as _
from servicekit.web import paging

WORDS: Mapping[str, str] = {
    "delegate": _("The person"),
    "organisation": _("The business, where it is the person"),
    "consent": _("Consents"),
    "application": _("Applications"),
    "erasure": _("Erasure"),
    "names": _("Name"),
    "positions": _("Position"),
    "email": _("E-mail"),
    "phone": _("Telephone"),
    "language": _("Language"),
    "timezone": _("Time zone"),
    "attendance": _("Takes part"),
    "can_negotiate": _("Negotiates"),
    "languages": _("Speaks"),
    "availability": _("Can meet"),
    "absences": _("Absences"),
    "is_vouched_for": _("Is written to"),
    "speaks_since": _("May speak for the organisation since"),
    "reference": _("Number"),
    "purpose": _("Purpose"),
    "is_withdrawal": _("Is a withdrawal"),
    "text": _("Text"),
    "text_hash": _("SHA-256 of the text"),
    "channel": _("Channel"),
    "given_at": _("Given"),
    "recorded_at": _("Recorded"),
    "requested_at": _("Asked for"),
    "service": _("Service"),
    "answered_at": _("Answered"),
    "mission": _("Mission"),
    "organisation_name": _("Organisation"),
    "side": _("Side"),
    "status": _("Status"),
    "submitted_at": _("Handed in"),
    "account": _("Account"),
    "role": _("Roles"),
    "session": _("Sessions"),
    "scope": _("Holds for"),
    "granted_at": _("Given"),
    "created_at": _("Begun"),
    "seen_at": _("Last seen"),
    "browser": _("Browser"),
    "method": _("Way"),
    "passkey": _("Passkeys"),
    "authenticator": _("Authenticator app"),
    "external_identity": _("Sign-in of your agency"),
    "name": _("Name"),
    "last_used_at": _("Last used"),
    "issuer": _("Issuer"),
    "subject": _("Known there as"),
}


def row_of(session: Session, person_id: UUID) -> Delegate | Organisation | Account | None:
    """Return what stands for a person: a delegate, a sole trader's business, an account."""
    organisation = session.get(Organisation, person_id)
    if organisation is not None and not organisation.is_sole_trader:
        return None
    return session.get(Delegate, person_id) or organisation or session.get(Account, person_id)


def is_seen(session: Session, person_id: UUID, actor: Actor) -> bool:
    """Tell whether the actor may know of a person: of an account, and of a delegate with its address, its owner may."""
    row = row_of(session, person_id)
    if actor.may_everywhere():
        return True
    if row is None or isinstance(row, Account):
        return row is not None and row.id == actor.account_id
    return _is_own(session, row, actor) or SCOPE.allows(session, actor, row, Deed.PEOPLE_READ)


def require_reach(session: Session, person_id: UUID, actor: Actor) -> None:
    """Let the actor do to a person what it is about to do.

    Raises:
        NotFoundError: there is nobody of that id, or not for this actor.
        ForbiddenError: the actor may see the person, and no more.

    """
    row = row_of(session, person_id)
    if row is None or not is_seen(session, person_id, actor):
        raise lookups.absent(Delegate, person_id)
    if not isinstance(row, Account) and not _is_own(session, row, actor):
        SCOPE.require(session, actor, row)


def _is_own(session: Session, row: Delegate | Organisation, actor: Actor) -> bool:
    return isinstance(row, Delegate) and own_data.is_own(session, row, actor)


def export(session: Session, person_id: UUID) -> Records:
    """Return all that registration holds of a delegate, a sole trader or an account."""
    found: dict[str, Sequence[Mapping[str, Any]]] = {}
    delegate = session.get(Delegate, person_id)
    organisation = session.get(Organisation, person_id)
    if delegate is not None and not delegate.is_removed:
        found["delegate"] = [DelegateSchema().dump(delegate)]
        found["application"] = [_application(session, delegate.application_id)]
    if organisation is not None and organisation.is_sole_trader:
        found["organisation"] = [OrganisationSchema().dump(organisation)]
        theirs = select(Application.id).where(Application.organisation_id == person_id).order_by(Application.id)
        found["application"] = [_application(session, id_) for id_ in session.scalars(theirs)]
    found |= _sign_in(session, person_id)
    consents = session.scalars(select(Consent).where(Consent.subject_id == person_id).order_by(Consent.id))
    found["consent"] = ConsentSchema().dump(consents, many=True)
    found["erasure"] = _erasure(session, person_id)
    return {kind: rows for kind, rows in found.items() if rows}


def _sign_in(session: Session, account_id: UUID) -> dict[str, list[dict[str, Any]]]:
    """Tell of an account, its roles, its sessions and its second factors.

    Not beside a delegate with its address: who reads of a delegate need not be the one who signs in.
    """
    account = session.get(Account, account_id)
    if account is None or not account.email:
        return {}
    roles = session.scalars(select(RoleGrant).where(RoleGrant.account_id == account.id).order_by(RoleGrant.granted_at))
    signed_in = select(SignedIn).where(SignedIn.account_id == account.id).order_by(SignedIn.created_at)
    return {
        "account": [{"id": str(account.id), "email": account.email, "language": account.language}],
        "role": [{"role": str(one.role), "scope": one.scope, "granted_at": one.granted_at} for one in roles],
        "session": [
            {"created_at": one.created_at, "seen_at": one.seen_at, "browser": one.browser, "method": one.method}
            for one in session.scalars(signed_in)
        ],
        **policy.told_of(session, account.id),
    }


def _application(session: Session, application_id: UUID) -> dict[str, Any]:
    application = session.get_one(Application, application_id)
    organisation = session.get_one(Organisation, application.organisation_id)
    return {
        "id": str(application.id),
        "mission": session.get_one(Mission, application.mission_id).titles,
        "organisation_name": organisation.names,
        "side": application.side.value,
        "status": application.status.value,
        "submitted_at": application.submitted_at and application.submitted_at.isoformat(),
    }


def _erasure(session: Session, person_id: UUID) -> list[dict[str, Any]]:
    """Tell, service by service, who has answered."""
    erasure = session.get(Erasure, Erasure.id_of(person_id))
    if erasure is None:
        return []
    answers = session.scalars(select(ErasureAnswer).where(ErasureAnswer.person_id == person_id))
    at = {answer.service: answer.answered_at.isoformat() for answer in answers}
    asked = set(session.scalars(select(KnownService.name).where(KnownService.heard_at <= erasure.requested_at)))
    asked_at = erasure.requested_at.isoformat()
    return [
        {"service": name, "requested_at": asked_at, "answered_at": at.get(name)} for name in sorted(asked | at.keys())
    ]


def others(session: Session) -> Sequence[str]:
    """Name the other services, which hold something of the person, too."""
    return session.scalars(
        select(KnownService.name).where(KnownService.name != "registration").order_by(KnownService.name)
    ).all()


PERSONAL = Personal(export=export, erase=forget, is_seen=is_seen, words=WORDS, others=others, is_origin=True)


OVERDUE = timedelta(hours=72)
"""By then every service should have forgotten the person."""


def unanswered() -> ColumnElement[bool]:
    """Select the erasures to which a service has not answered that was there when they were asked for."""
    theirs = ErasureAnswer.person_id == Erasure.person_id
    has_answered = exists().where(theirs, ErasureAnswer.service == KnownService.name)
    return exists().where(and_(KnownService.heard_at <= Erasure.requested_at, ~has_answered))


def erasures(session: Session, args: dict[str, Any], actor: Actor) -> paging.Page:
    """List whom the platform was asked to forget; only those whom some service still knows, where so asked."""
    query = select(Erasure).where(_seen(actor))
    if args.pop("unfinished", False):
        query = query.where(unanswered())
    found = paging.page(session, query, Erasure.person_id, args)
    return {**found, "items": [standing(session, erasure, actor) for erasure in found["items"]]}


def standing(session: Session, erasure: Erasure, actor: Actor) -> Mapping[str, Any]:
    """Tell who has forgotten a person, and who has not."""
    answered = _answered(session, erasure.person_id)
    asked = session.scalars(select(KnownService.name).where(KnownService.heard_at <= erasure.requested_at))
    missing = sorted(set(asked) - answered.keys())
    return {
        "person_id": erasure.person_id,
        "requested_at": erasure.requested_at,
        "answered": [{"service": name, "answered_at": at} for name, at in answered.items()],
        "missing": missing,
        "is_overdue": bool(missing) and machine_now() - erasure.requested_at > OVERDUE,
    }


def of_person(session: Session, person_id: UUID, actor: Actor) -> Mapping[str, Any]:
    """Tell who has forgotten a person, and who has not.

    Raises:
        NotFoundError: nobody asked, or not for this actor.

    """
    erasure = session.scalars(select(Erasure).where(Erasure.person_id == person_id, _seen(actor))).first()
    if erasure is None:
        raise lookups.absent(Erasure, person_id)
    return standing(session, erasure, actor)


def _seen(actor: Actor) -> ColumnElement[bool]:
    """Select the erasures of people who are there for the actor; what is left of them says to whom they belonged."""
    if actor.may_everywhere():
        return true()
    rows = ((model, SCOPE.rows(actor, model)) for model in (Delegate, Organisation))
    theirs = [Erasure.person_id.in_(select(model.id).where(seen)) for model, seen in rows]
    return or_(Erasure.person_id == actor.account_id, *theirs)


def _answered(session: Session, person_id: UUID) -> dict[str, datetime]:
    mine = select(ErasureAnswer).where(ErasureAnswer.person_id == person_id).order_by(ErasureAnswer.service)
    return {row.service: row.answered_at for row in session.scalars(mine)}
