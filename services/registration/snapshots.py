"""How registration tells the present state of what it owns once more."""

from collections.abc import Mapping
from typing import Any

from sqlalchemy.orm import Session

from contracts.event import Event
from contracts.instance import PersonErasureRequested
from contracts.registration import (
    ApplicationApproved,
    ApplicationChangesRequested,
    ApplicationRejected,
    ApplicationState,
    ApplicationSubmitted,
    ApplicationWaitlisted,
    ApplicationWithdrawn,
    DelegateRegistered,
    DelegateRemoved,
    MissionAnnounced,
    MissionClosed,
    MissionState,
    OrganisationRegistered,
)
from contracts.registration.identity import KeyRetired
from registration import events
from registration.domain.statuses import ApplicationStatus, MissionStatus
from registration.handlers.admission import TOLD
from registration.identity import sessions, signing_keys
from registration.models import (
    Application,
    Delegate,
    Erasure,
    Mission,
    Organisation,
    Participant,
    Profile,
    Region,
    SignedIn,
    SigningKey,
)
from servicekit.bus.snapshots import all_of
from servicekit.service import Snapshot

_MISSION: Mapping[MissionStatus, type[MissionState]] = {
    MissionStatus.OPEN: MissionAnnounced,
    MissionStatus.CLOSED: MissionClosed,
}
_APPLICATION: Mapping[ApplicationStatus, type[ApplicationState]] = {
    ApplicationStatus.SUBMITTED: ApplicationSubmitted,
    ApplicationStatus.CHANGES_REQUESTED: ApplicationChangesRequested,
    ApplicationStatus.APPROVED: ApplicationApproved,
    ApplicationStatus.REJECTED: ApplicationRejected,
    ApplicationStatus.WAITLISTED: ApplicationWaitlisted,
    ApplicationStatus.WITHDRAWN: ApplicationWithdrawn,
}


def _region(_session: Session, region: Region) -> Event:
    return events.of_region(region)


def _mission(_session: Session, mission: Mission) -> Event:
    return events.of_mission(_MISSION[mission.status], mission)


def _organisation(_session: Session, organisation: Organisation) -> Event:
    return events.of_organisation(OrganisationRegistered, organisation)


def _application(_session: Session, application: Application) -> Event:
    return events.of_application(_APPLICATION[application.status], application)


def _participant(_session: Session, participant: Participant) -> Event:
    return events.of_participant(TOLD[participant.status], participant)


def _profile(_session: Session, profile: Profile) -> Event:
    return events.of_profile(profile)


def _delegate(_session: Session, delegate: Delegate) -> Event:
    kind: Any = DelegateRemoved if delegate.is_removed else DelegateRegistered
    told: Event = events.of_delegate(kind, delegate)
    return told


def _contact(_session: Session, delegate: Delegate) -> Event:
    return events.of_contact(delegate)


def _key(_session: Session, key: SigningKey) -> Event:
    return KeyRetired(key_id=key.key_id) if key.retired_at else signing_keys.announced(key)


def _session(_session: Session, signed_in: SignedIn) -> Event:
    return sessions.revoked(signed_in)


def _erasure(_session: Session, erasure: Erasure) -> Event:
    return PersonErasureRequested(person_id=erasure.person_id, requested_at=erasure.requested_at)


SNAPSHOTS = (
    Snapshot(entity="region", rows=all_of(Region), tell=_region),
    Snapshot(entity="organisation", rows=all_of(Organisation), tell=_organisation),
    Snapshot(entity="mission", rows=all_of(Mission), tell=_mission),
    Snapshot(entity="application", rows=all_of(Application), tell=_application),
    Snapshot(entity="profile", rows=all_of(Profile), tell=_profile),
    Snapshot(entity="participant", rows=all_of(Participant), tell=_participant),
    Snapshot(entity="delegate", rows=all_of(Delegate), tell=_delegate),
    Snapshot(entity="key", rows=all_of(SigningKey), tell=_key),
    Snapshot(entity="session", rows=all_of(SignedIn), tell=_session),
    Snapshot(entity="person", rows=all_of(Erasure), tell=_erasure),
    Snapshot(entity="contact", rows=all_of(Delegate), tell=_contact),
)
