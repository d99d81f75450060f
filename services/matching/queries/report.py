"""Report and flows.

The report of a mission: figures from facts that are only ever added to.

Who met whom in a mission, by where the guests and the hosts come from.
"""

from collections import Counter
from collections.abc import Callable, Iterable
from datetime import datetime
from typing import Any
from uuid import UUID

from sqlalchemy import func, select
from sqlalchemy.orm import Session

from matching import queries
from matching.domain.report_figures import Answer, CheckStatus, figures, start_of
from matching.models import Agreement, FollowUpAnswer, Meeting, MissionCopy, OrganisationCopy, RegionCopy
from matching.models.meetings import STANDING, MeetingStatus
from matching.pack import MatchingRules
from matching.queries.agreements import agreements, checks, newest_answers
from servicekit.auth.actors import Actor
from servicekit.texts import languages
from servicekit.texts.languages import noop as _

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


MOST = 6
"""Pairs of places that are told by name, those with most meetings first."""
Places = tuple[str, str]
"""Where the guest and the host come from."""


def flows(session: Session, mission_id: UUID, language: str, actor: Actor) -> list[tuple[Places | None, int]]:
    """Count the meetings between regions, or between towns where there is one pair of regions; cancelled ones not.

    Where there is one pair of towns as well, or none is known, there is nothing to tell. A meeting of which one end
    has no known place is left out; places that are None stand for all that are not named.
    """
    query = select(Meeting.guest_id, Meeting.host_id).where(Meeting.mission_id == mission_id)
    rows = session.execute(query.where(Meeting.status != MeetingStatus.CANCELLED))
    met = [(guest, host) for guest, host in rows]
    columns = select(OrganisationCopy.id, OrganisationCopy.region, OrganisationCopy.city)
    ends = {id_ for pair in met for id_ in pair}
    known = session.execute(columns.where(OrganisationCopy.id.in_(ends))).all()
    regions = {row.id: row.region for row in known}
    towns = {row.id: languages.pick(row.city, language) for row in known}
    by_region = _counted(met, lambda id_: regions.get(id_, ""))
    if len(by_region) > 1:
        names = _region_names(session, language)
        return _most([((names.get(a, a), names.get(b, b)), count) for (a, b), count in by_region.items()])
    by_town = _counted(met, lambda id_: towns.get(id_, ""))
    return _most(by_town.items()) if len(by_town) > 1 else []


def _counted(met: Iterable[tuple[UUID, UUID]], place: Callable[[UUID], str]) -> Counter[Places]:
    pairs = ((place(guest), place(host)) for guest, host in met)
    return Counter(pair for pair in pairs if all(pair))


def _most(counted: Iterable[tuple[Places, int]]) -> list[tuple[Places | None, int]]:
    ranked = sorted(counted, key=lambda row: (-row[1], row[0]))
    rest = sum(count for _places, count in ranked[MOST:])
    return [*ranked[:MOST], *([(None, rest)] if rest else [])]


def _region_names(session: Session, language: str) -> dict[str, str]:
    rows = session.execute(select(RegionCopy.code, RegionCopy.names))
    return {code: languages.pick(names, language) for code, names in rows}
