"""The report of a mission: figures from facts that are only ever added to."""

from collections import Counter
from collections.abc import Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching import queries
from matching.domain.calendar import start_of
from matching.domain.rates import Answer, CheckStatus, figures
from matching.models import Agreement, FollowUpAnswer, Meeting, MissionCopy
from matching.models.meetings import STANDING, MeetingStatus
from matching.pack import MatchingRules
from matching.queries.agreements import agreements, checks, newest_answers
from servicekit.auth import Actor
from servicekit.languages import noop as _

DEFINITIONS = {
    "organisations": _("Organisations that were there when the mission opened, even if they left early."),
    "sme_companies": _("Companies among them that are small or medium-sized."),
    "realised_amount": _("What came in up to the check since signing, summed over the agreements in the currency."),
    "realisation_rate_strict_percent": _("Realised among all signed."),
    "realisation_rate_with_partial_percent": _("Realised wholly or in part among all signed."),
    "realisation_rate_of_answered_percent": _("Realised among the signed without those that did not respond."),
}
COMPANY = "company"
"""The role of those who do business; all others support it."""
DEFAULT_CURRENCY = "RUB"
"""What a report without agreements counts in."""


def report(session: Session, mission: MissionCopy, rules: MatchingRules, actor: Actor) -> dict[str, Any]:
    """Return the figures of a mission, as its report prints them."""
    signed = agreements(session, mission.id, actor)
    currency = _main_currency(signed)
    planned = checks(session, (agreement.id for agreement in signed))
    answers = newest_answers(session, (check.id for check in planned))
    ours = {agreement.id for agreement in signed if agreement.currency == currency}
    by_months: dict[int, list[tuple[UUID, FollowUpAnswer]]] = {months: [] for months in rules.follow_up_months}
    for check in planned:
        rows = by_months.setdefault(check.months, [])
        if check.id in answers:
            rows.append((check.agreement_id, answers[check.id]))
    return {
        **_organisations(session, mission),
        "agreements_signed": len(signed),
        "agreements_with_amount": sum(agreement.expected_amount is not None for agreement in signed),
        "expected_amount": sum(a.expected_amount or 0 for a in signed if a.id in ours),
        "currency": currency,
        "other_currencies": _others(signed, currency),
        "meetings": _meetings(session, mission.id),
        "at_months": {
            str(months): {
                **figures(len(signed), [_answer(answer, counts=id_ in ours) for id_, answer in rows]),
                "other_currencies": _realised_in_others(signed, rows, currency),
            }
            for months, rows in sorted(by_months.items())
        },
        "not_recorded": {str(months): len(signed) - len(rows) for months, rows in sorted(by_months.items())},
        "definitions": DEFINITIONS,
    }


def opening_of(mission: MissionCopy) -> datetime:
    """Return the instant at which the first day of a mission begins."""
    return start_of(mission.starts_on, mission.timezone)


def _organisations(session: Session, mission: MissionCopy) -> dict[str, int]:
    opening_at = opening_of(mission)
    rows = [row for row in queries.participants(session, mission.id) if row.took_part(opening_at)]
    known = queries.organisations(session, (row.organisation_id for row in rows))
    sides = {
        side: [known[row.organisation_id] for row in rows if row.side == side and row.organisation_id in known]
        for side in ("guest", "host")
    }
    return {
        "guest_organisations": sum(row.side == "guest" for row in rows),
        "host_organisations": sum(row.side == "host" for row in rows),
        "guest_sme_companies": sum(o.role == COMPANY and o.is_sme for o in sides["guest"]),
        "host_sme_companies": sum(o.role == COMPANY and o.is_sme for o in sides["host"]),
        "guest_infrastructure_organisations": sum(o.role != COMPANY for o in sides["guest"]),
    }


def _meetings(session: Session, mission_id: UUID) -> dict[str, int]:
    query = (
        select(Meeting.status, func.count().label("number"))
        .where(Meeting.mission_id == mission_id)
        .group_by(Meeting.status)
    )
    counts = {row.status: row.number for row in session.execute(query)}
    return {
        "scheduled": sum(counts.get(status, 0) for status in STANDING),
        **{
            status.value: counts.get(status, 0)
            for status in (MeetingStatus.HELD, MeetingStatus.NO_SHOW, MeetingStatus.CANCELLED)
        },
    }


def _main_currency(signed: Iterable[Agreement]) -> str:
    """Return the currency of most agreements; of equals the first by name."""
    counts = Counter(agreement.currency for agreement in signed)
    return min(counts, key=lambda currency: (-counts[currency], currency), default=DEFAULT_CURRENCY)


def _others(signed: Iterable[Agreement], currency: str) -> dict[str, int]:
    """Return what was expected in other currencies, by currency: sums of two currencies are never added up."""
    others: Counter[str] = Counter()
    for agreement in signed:
        if agreement.currency != currency:
            others[agreement.currency] += agreement.expected_amount or 0
    return dict(sorted(others.items()))


def _realised_in_others(
    signed: Iterable[Agreement], rows: Iterable[tuple[UUID, FollowUpAnswer]], currency: str
) -> dict[str, int]:
    """Return what came in in other currencies, by currency."""
    currencies = {agreement.id: agreement.currency for agreement in signed}
    others: Counter[str] = Counter()
    for id_, answer in rows:
        if currencies[id_] != currency:
            others[currencies[id_]] += answer.realised_amount or 0
    return dict(sorted(others.items()))


def _answer(answer: FollowUpAnswer, *, counts: bool) -> Answer:
    return Answer(status=CheckStatus(answer.status), amount=answer.realised_amount if counts else None)
