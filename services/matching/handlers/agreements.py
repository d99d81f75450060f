"""Agreements and what becomes of them: facts that are only ever added to."""

from datetime import datetime, timedelta
from uuid import UUID
from zoneinfo import ZoneInfo

from sqlalchemy import select
from sqlalchemy.orm import Session

from contracts import matching as events
from matching import event_fields, lookups, queries
from matching.commands import RecordAnswer, SignAgreement
from matching.domain.report_figures import months_later, start_of
from matching.errors import AgreementNotFoundError, CheckNotFoundError, NotParticipantError
from matching.models import Agreement, FollowUpAnswer, FollowUpCheck, MissionCopy
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.bus import outbox
from servicekit.data import clock
from servicekit.problems import FieldError, InvalidInputError
from servicekit.telemetry import audit_log
from servicekit.texts.languages import noop as _

LONGEST_MONTHS = 120
LARGEST_LEAD = timedelta(days=1)
"""How far ahead of our clock an agreement may be dated: it is another day elsewhere."""
BATCH = 200
"""Checks that one tick announces: each is an event."""


def sign_agreement(session: Session, command: SignAgreement, actor: Actor) -> Agreement:
    """Note an agreement, tell both sides, and plan its checks.

    Raises:
        MissionNotFoundError, MissionElsewhereError: the mission is not ours to decide about.
        ForbiddenError: the actor speaks for neither of the two.
        NotParticipantError: the guest or the host never took part on that side.
        InvalidInputError: it is dated in the future.

    """
    mission = lookups.own_mission(session, command.mission_id, actor)
    lookups.act_for(session, actor, mission.id, command.guest_id, command.host_id)
    rules = lookups.rules_for(session, mission)
    _check_sides(session, command)
    _check_signed(session, command)
    agreement = Agreement(
        id=identifiers.fresh(),
        home=mission.home,
        version=0,
        mission_id=mission.id,
        guest_id=command.guest_id,
        host_id=command.host_id,
        type=command.type,
        subject=command.subject,
        expected_amount=command.expected_amount,
        currency=command.currency,
        signed_at=command.signed_at,
    )
    session.add(agreement)
    audit_log.note(session, agreement, is_new=True)
    outbox.record(session, agreement, signed(session, agreement))
    session.add_all(_planned(mission, agreement, months) for months in rules.follow_up_months)
    return agreement


def record_answer(session: Session, command: RecordAnswer, actor: Actor) -> FollowUpAnswer:
    """Add what a check found, a planned one or one of any other month; of several answers the newest counts.

    Raises:
        AgreementNotFoundError: there is no such agreement.
        CheckNotFoundError: nobody follows an agreement for so many months.
        InvalidInputError: the day of the check lies before the signing.

    """
    absent = AgreementNotFoundError(_("There is no agreement %(id)s."), id=command.agreement_id)
    agreement = lookups.find(session, Agreement, command.agreement_id, actor, absent, locked=True)
    lookups.act_for(session, actor, agreement.mission_id, agreement.guest_id, agreement.host_id)
    _check_day(session, agreement, command)
    check = _check(session, agreement, command.months)
    answer = FollowUpAnswer(
        id=identifiers.fresh(),
        check_id=check.id,
        recorded_at=clock.now(session),
        recorded_by=actor.id,
        checked_on=command.checked_on,
        status=command.status,
        realised_amount=command.realised_amount,
        note=command.note,
    )
    session.add(answer)
    check.announced_at = check.announced_at or clock.now(session)
    told = follow_up(session, events.FollowUpRecorded, agreement, check, command.status, command.realised_amount)
    outbox.record(session, check, told)
    return answer


def announce_checks(session: Session, now: datetime, actor: Actor) -> bool:
    """Say of each check whose day has come that it is time to ask; tell whether there may be more of them."""
    due = select(FollowUpCheck).where(FollowUpCheck.announced_at.is_(None), FollowUpCheck.due_at <= now)
    first = due.order_by(FollowUpCheck.due_at, FollowUpCheck.id).limit(BATCH)
    checks = session.scalars(first.with_for_update()).all()
    for check in checks:
        check.announced_at = now
        agreement = session.get_one(Agreement, check.agreement_id)
        outbox.record(session, check, follow_up(session, events.FollowUpDue, agreement, check, "due", None))
    return len(checks) == BATCH


def _check_sides(session: Session, command: SignAgreement) -> None:
    rows = queries.participants(session, command.mission_id)
    were_in = {(row.organisation_id, row.side) for row in rows if row.status in ("admitted", "withdrawn")}
    for end in ((command.guest_id, "guest"), (command.host_id, "host")):
        if end not in were_in:
            raise NotParticipantError(id=end[0])


def _check_signed(session: Session, command: SignAgreement) -> None:
    if command.signed_at > clock.now(session) + LARGEST_LEAD:
        wrong = FieldError("#/signed_at", _("An agreement cannot be signed in the future."))
        raise InvalidInputError(_("Nothing was saved."), errors=[wrong])


def _check_day(session: Session, agreement: Agreement, command: RecordAnswer) -> None:
    zone = ZoneInfo(session.get_one(MissionCopy, agreement.mission_id).timezone)
    signed_on = agreement.signed_at.astimezone(zone).date()
    if command.checked_on < signed_on:
        said = _("The agreement was signed on %(day)s: a check comes later.")
        wrong = FieldError("#/checked_on", said, {"day": signed_on.isoformat()})
        raise InvalidInputError(_("Nothing was saved."), errors=[wrong])


def signed(session: Session, agreement: Agreement) -> events.AgreementSigned:
    """Tell of an agreement."""
    return events.AgreementSigned(
        **event_fields.both(agreement),
        agreement_id=agreement.id,
        agreement_type=agreement.type,
        subject=agreement.subject,
        expected_amount=agreement.expected_amount,
        currency=agreement.currency,
        signed_at=agreement.signed_at,
    )


def _planned(mission: MissionCopy, agreement: Agreement, months: int) -> FollowUpCheck:
    due_on = months_later(agreement.signed_at.astimezone(ZoneInfo(mission.timezone)).date(), months)
    return FollowUpCheck(
        id=identifiers.derived(agreement.id, "check", months),
        home=mission.home,
        version=0,
        agreement_id=agreement.id,
        months=months,
        due_on=due_on,
        due_at=start_of(due_on, mission.timezone),
    )


def _check(session: Session, agreement: Agreement, months: int) -> FollowUpCheck:
    """Return the check of a month, a new one where none was planned."""
    if not 1 <= months <= LONGEST_MONTHS:
        said = _("An agreement is followed for one to %(most)s months, not for %(months)s.")
        raise CheckNotFoundError(said, most=LONGEST_MONTHS, months=months)
    check_id: UUID = identifiers.derived(agreement.id, "check", months)
    check = session.get(FollowUpCheck, check_id, with_for_update=True)
    if check is None:
        check = _planned(session.get_one(MissionCopy, agreement.mission_id), agreement, months)
        session.add(check)
    return check


def follow_up(
    session: Session,
    event: type[events.FollowUpState],
    agreement: Agreement,
    check: FollowUpCheck,
    status: str,
    amount: int | None,
) -> events.FollowUpState:
    """Tell of a check, and what it found."""
    return event(
        check_id=check.id,
        agreement_id=agreement.id,
        **event_fields.both(agreement),
        subject=agreement.subject,
        months=check.months,
        due_on=check.due_on,
        status=status,
        realised_amount=amount,
        currency=agreement.currency,
    )
