"""Write the present state of things as events."""

import dataclasses
from datetime import UTC, datetime
from typing import Any, TypeVar

from sqlalchemy.orm import Session, object_session

from contracts import event as wire
from contracts.event import Event
from contracts.registration import (
    ApplicationState,
    ContactChanged,
    ContactRemoved,
    DelegateState,
    MissionAnnounced,
    MissionState,
    OrganisationState,
    ParticipantState,
    ProfilePublished,
    RegionRegistered,
)
from registration.errors import ForeignHomeError
from registration.models import Application, Delegate, Mission, Organisation, Participant, Profile, Region
from servicekit import identifiers
from servicekit.bus import outbox
from servicekit.problems import InvalidInputError
from servicekit.texts.languages import noop as _

ENVELOPE_BYTES = 1024
"""Room for what an envelope says of sender and cause."""
E = TypeVar("E", bound=Event)


def tell(session: Session, aggregate: outbox.Speaker, event: Event, *, snapshot: bool = False) -> None:
    """Record an event of an aggregate.

    Raises:
        ForeignHomeError: another instance serves the aggregate's region.
        InvalidInputError: the aggregate has grown beyond what one event may hold.

    """
    try:
        outbox.record(session, aggregate, event, snapshot=snapshot)
    except outbox.ForeignAggregateError as error:
        raise ForeignHomeError(
            _("Region %(region)s is served by another instance: write there."), region=aggregate.home
        ) from error
    except outbox.EventTooLargeError as error:
        raise InvalidInputError(_("Together this is too long: shorten the texts or the lists.")) from error


def require_tellable(mission: Mission) -> None:
    """Raise InvalidInputError if a mission, a draft included, holds more than the event that will announce it may."""
    origin = wire.Origin(
        id=identifiers.fresh(), source="/", subject=str(mission.id), time=datetime.now(UTC), subjectversion=1
    )
    body = wire.to_wire(of_mission(MissionAnnounced, mission), origin)
    if len(body.encode()) > outbox.LIMIT_BYTES - ENVELOPE_BYTES:
        raise InvalidInputError(_("Together this is too long: shorten the texts or the lists."))


def of_region(region: Region) -> RegionRegistered:
    """Tell of a region."""
    return _of(RegionRegistered, region)


MissionT = TypeVar("MissionT", bound=MissionState)
OrganisationT = TypeVar("OrganisationT", bound=OrganisationState)
ApplicationT = TypeVar("ApplicationT", bound=ApplicationState)
ParticipantT = TypeVar("ParticipantT", bound=ParticipantState)
DelegateT = TypeVar("DelegateT", bound=DelegateState)


def of_mission(event: type[MissionT], mission: Mission) -> MissionT:
    """Tell of a mission."""
    return _of(event, mission, mission_id=mission.id)


def of_organisation(event: type[OrganisationT], organisation: Organisation) -> OrganisationT:
    """Tell of an organisation what the public may know."""
    return _of(
        event,
        organisation,
        organisation_id=organisation.id,
        names=organisation.public_names,
        tax_id=organisation.public_tax_id,
    )


def of_application(event: type[ApplicationT], application: Application) -> ApplicationT:
    """Tell of an application."""
    return _of(event, application, application_id=application.id, **_whose(application))


def of_profile(profile: Profile) -> ProfilePublished:
    """Tell what an organisation offers and needs."""
    return _of(ProfilePublished, profile, profile_id=profile.id, **_whose(profile))


def of_delegate(event: type[DelegateT], delegate: Delegate) -> DelegateT:
    """Tell of a delegate without naming anybody."""
    return _of(event, delegate, delegate_id=delegate.id)


def of_participant(event: type[ParticipantT], participant: Participant) -> ParticipantT:
    """Tell of a participant."""
    return _of(event, participant, participant_id=participant.id, **_whose(participant))


def of_contact(delegate: Delegate) -> ContactChanged | ContactRemoved:
    """Tell, in private, how to reach a delegate, or that nobody may any more."""
    if delegate.is_removed:
        return _of(ContactRemoved, delegate, person_id=delegate.id)
    return _of(ContactChanged, delegate, person_id=delegate.id)


def _whose(row: Application | Participant | Profile) -> dict[str, Any]:
    """Tell what anyone may know of the organisation behind a row; nothing where it registered elsewhere."""
    session = object_session(row)
    organisation = session.get(Organisation, row.organisation_id) if session else None
    if organisation is None:
        return {"region": "", "organisation_names": {}}
    return {"region": organisation.region, "organisation_names": organisation.public_names}


def _of(event: type[E], source: object, **given: Any) -> E:
    """Take each property of the event from the row's column of that name, unless it is given."""
    names = {field.name for field in dataclasses.fields(event)} - given.keys()
    return event(**{name: getattr(source, name) for name in names}, **given)
