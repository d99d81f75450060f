"""Take applications to missions, and let their authors change or withdraw them."""

from collections.abc import Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts.registration import ApplicationSubmitted, ApplicationWithdrawn, ParticipantChanged
from registration import events, lookups, scope
from registration.commands import Apply, NewDelegate, ReplaceAvoids, SubmitApplication, WithdrawApplication
from registration.domain.statuses import ApplicationStatus
from registration.handlers import contacts, delegates, profiles
from registration.models import Application, Delegate, Mission, Organisation, Participant, Profile
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.data import clock
from servicekit.privacy.contacts import email_key
from servicekit.problems import FieldError, InvalidInputError
from servicekit.texts.languages import noop as _


def apply(session: Session, command: Apply, actor: Actor) -> Application:
    """Take an application with its profile and its people, as a draft or handed in at once.

    Raises:
        InvalidInputError: something in it cannot be right.
        MissionNotOpenError: the mission takes no applications.
        TakenError: the organisation has applied to this mission before.
        TooManyRequestsError: somebody who is no staff has applied so often already, or named so many.

    """
    mission = lookups.refer(session, Mission, command.mission_id, "#/mission_id")
    mission.require_open(clock.now(session))
    organisation = lookups.refer(session, Organisation, command.organisation_id, "#/organisation_id")
    if not scope.speaks_for(session, actor, organisation, mission):
        raise lookups.unknown(Organisation, command.organisation_id, "#/organisation_id")
    application = _drafted(command, organisation)
    _avoid(session, application, command.avoids, "#/avoids")
    same = select(Application.id).where(
        Application.mission_id == mission.id, Application.organisation_id == organisation.id
    )
    lookups.add_unless_taken(session, application, same, _("The organisation has applied already: %(id)s."))
    lookups.note(session, actor, application)
    contacts.require_few_applications(session, actor)
    profiles.add_profile(session, application, command.profile)
    _require_distinct(command.delegates)
    named = [
        delegates.name_delegate(session, application, delegate, f"#/delegates/{place}", actor)
        for place, delegate in enumerate(command.delegates)
    ]
    contacts.require_few_named(session, actor, named)
    if command.submit:
        _hand_in(session, application)
    return application


def submit_application(session: Session, command: SubmitApplication, actor: Actor) -> Application:
    """Hand in a draft, or an application that was corrected on request.

    Raises:
        MissionNotOpenError: the mission takes no applications; corrections come in nevertheless.
        StatusError: the application is beyond that.

    """
    application = lookups.find(session, Application, command.application_id, actor, locked=True)
    if not application.is_public:
        lookups.known(session, Mission, application.mission_id).require_open(clock.now(session))
    _hand_in(session, application)
    return application


def withdraw_application(session: Session, command: WithdrawApplication, actor: Actor) -> Application:
    """Take an application back; the mission's home hears of it and lets the organisation go.

    Raises:
        StatusError: it was rejected or withdrawn before.

    """
    application = lookups.find(session, Application, command.application_id, actor, locked=True)
    application.withdraw(command.reason)
    if application.is_public:
        events.tell(session, application, events.of_application(ApplicationWithdrawn, application))
    return application


def replace_avoids(session: Session, command: ReplaceAvoids, actor: Actor) -> Application:
    """Say anew whom the organisation does not want to meet.

    Before approval the list waits for it; afterwards the participant's state is told anew.

    Raises:
        InvalidInputError: one of them is unknown, or is the organisation itself.
        StatusError: the application was rejected or withdrawn.

    """
    application = lookups.find(session, Application, command.application_id, actor, locked=True)
    application.require_alive()
    if application.avoids == tuple(command.organisation_ids):
        return application
    _avoid(session, application, command.organisation_ids, "#/organisation_ids")
    if application.status is ApplicationStatus.APPROVED:
        _tell_participant(session, application)
    return application


def _require_distinct(people: Sequence[NewDelegate]) -> None:
    wrong = [
        *_repeated(
            [person.reference for person in people], "reference", _("Another delegate here has this reference.")
        ),
        *_repeated([email_key(person.email) for person in people], "email", contacts.SAME),
    ]
    if wrong:
        raise InvalidInputError(_("Nothing was saved."), errors=wrong)


def _repeated(values: Sequence[str], name: str, detail: str) -> list[FieldError]:
    return [
        FieldError(f"#/delegates/{place}/{name}", detail)
        for place, value in enumerate(values)
        if value in values[:place]
    ]


def _drafted(command: Apply, organisation: Organisation) -> Application:
    return Application(
        id=identifiers.fresh(),
        home=organisation.home,
        mission_id=command.mission_id,
        organisation_id=organisation.id,
        side=command.side,
        status=ApplicationStatus.DRAFT,
        reason="",
    )


def _avoid(session: Session, application: Application, organisation_ids: Sequence[UUID], pointer: str) -> None:
    if application.organisation_id in organisation_ids:
        wrong = FieldError(pointer, _("An organisation cannot avoid itself."))
        raise InvalidInputError(_("Nothing was saved."), errors=[wrong])
    lookups.require_organisations(session, organisation_ids, pointer)
    application.avoids = tuple(dict.fromkeys(organisation_ids))


def _hand_in(session: Session, application: Application) -> None:
    """Submit; the first time profile and people become known too, before the application that they explain."""
    is_first = not application.is_public
    application.submit(clock.now(session))
    if is_first:
        profile = session.scalars(select(Profile).where(Profile.application_id == application.id)).one()
        events.tell(session, profile, events.of_profile(profile))
        mine = select(Delegate).where(Delegate.application_id == application.id, ~Delegate.is_removed)
        for delegate in session.scalars(mine.order_by(Delegate.id)):
            delegates.introduce(session, delegate)
    events.tell(session, application, events.of_application(ApplicationSubmitted, application))


def _tell_participant(session: Session, application: Application) -> None:
    id_ = Participant.id_of(application.mission_id, application.organisation_id)
    participant = session.get(Participant, id_, with_for_update=True)
    if participant is None:
        return
    participant.avoid(application.avoids)
    if participant.version:
        events.tell(session, participant, events.of_participant(ParticipantChanged, participant))
