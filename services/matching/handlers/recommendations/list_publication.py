"""Tell organisations whom they should meet, when the organiser says so."""

from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence
from typing import Any
from uuid import UUID

from sqlalchemy import delete, func, insert, select
from sqlalchemy.orm import Session

from contracts.matching import Reason, RecommendationsPublished, RecommendedPartner
from matching import event_fields, lookups, queries
from matching.handlers import versions
from matching.models import ChangedList, Inputs, MissionCopy, ProfileCopy, RecommendationList
from matching.queries import recommendations
from matching.queries.recommendations import partners_of_all
from servicekit import identifiers
from servicekit.auth.actors import Actor
from servicekit.bus import outbox
from servicekit.data import clock
from servicekit.telemetry import tracing

Facts = Mapping[str, Any]
MOST_PUBLISHED = 200_000
"""Bytes of the texts in one event: what goes beyond, of a list that is far longer than the rules wish, is left out.

Further languages of the texts are the first to go.
"""
SEEN = ("direction", "need", "offer")
"""What of a reason makes a list another one."""
MOST_APART = 1000
"""Viewers whose lists are compared apart; of more, all are read at once."""


def publish_recommendations(session: Session, mission_id: UUID, actor: Actor) -> Inputs:
    """Tell each organisation its recommendations, now or as soon as they are those of the present facts.

    Raises:
        MissionNotFoundError: none of that id was heard of.
        MissionElsewhereError: its home is another instance.

    """
    mission = lookups.own_mission(session, mission_id, actor)
    counters = versions.locked(session, mission_id)
    counters.is_publication_wanted, counters.publication_traceparent = True, tracing.here()
    if counters.is_fresh:
        publish(session, mission, counters)
    return counters


def publish(session: Session, mission: MissionCopy, counters: Inputs) -> None:
    """Tell every organisation whose list differs from what it was last told."""
    counters.is_publication_wanted = False
    profiles = {row.organisation_id: row for row in queries.profiles(session, mission.id)}
    with event_fields.at_hand(session, sorted(lookups.participants(session, mission.id), key=str)):
        for organisation_id, row, partners in _differing(session, mission.id):
            told = _in_all_languages(profiles, organisation_id, partners)
            _tell(session, row or _new(mission, organisation_id), told)
    session.execute(delete(ChangedList).where(ChangedList.mission_id == mission.id))
    counters.lists_changed, counters.are_lists_compared = 0, True


def compare(session: Session, counters: Inputs, viewers: Collection[UUID]) -> None:
    """Count the lists that differ from those that were published, after those of some viewers may have changed.

    Only theirs are read; all are where nobody knows which ones differed before. None differs before the first
    publication. The counters are locked by the caller.
    """
    mission_id = counters.mission_id
    if not has_published(session, mission_id):
        return
    whose = viewers if counters.are_lists_compared and len(viewers) <= MOST_APART else None
    differing = [organisation_id for organisation_id, *_ in _differing(session, mission_id, whose)]
    of_mission = ChangedList.mission_id == mission_id
    before = delete(ChangedList).where(of_mission)
    session.execute(before if whose is None else before.where(ChangedList.organisation_id.in_(whose)))
    if differing:
        session.execute(insert(ChangedList), [{"mission_id": mission_id, "organisation_id": id_} for id_ in differing])
    counters.lists_changed = session.scalar(select(func.count()).select_from(ChangedList).where(of_mission)) or 0
    counters.are_lists_compared = True


def has_published(session: Session, mission_id: UUID) -> bool:
    """Tell whether lists were published."""
    told = select(RecommendationList.id).where(RecommendationList.mission_id == mission_id)
    return session.scalar(told.limit(1)) is not None


def _differing(
    session: Session, mission_id: UUID, whose: Collection[UUID] | None = None
) -> Iterator[tuple[UUID, RecommendationList | None, list[dict[str, Any]]]]:
    """Return each organisation, of all or some, whose list is not what it was last told, that, and the list as it is.

    A score that has moved is no difference: one more profile moves them all, and nobody sees them. Nor is a further
    language in which the same words are written.
    """
    told_last = select(RecommendationList).where(RecommendationList.mission_id == mission_id).with_for_update()
    if whose is not None:
        told_last = told_last.where(RecommendationList.id.in_([_list_id(mission_id, id_) for id_ in whose]))
    told = {row.organisation_id: row for row in session.scalars(told_last)}
    lists = partners_of_all(session, mission_id, whose)
    here = (row.organisation_id for row in queries.participants(session, mission_id, whose) if row.is_in)
    for organisation_id in sorted(here, key=str):
        partners = _that_fit(lists.get(organisation_id, []))
        row = told.get(organisation_id)
        if _as_seen(partners) != _as_seen(row.partners if row else []):
            yield organisation_id, row, partners


def _new(mission: MissionCopy, organisation_id: UUID) -> RecommendationList:
    return RecommendationList(
        id=_list_id(mission.id, organisation_id),
        home=mission.home,
        version=0,
        mission_id=mission.id,
        organisation_id=organisation_id,
    )


def _list_id(mission_id: UUID, organisation_id: UUID) -> UUID:
    return identifiers.derived(mission_id, "recommendations", organisation_id)


def _tell(session: Session, row: RecommendationList, partners: list[dict[str, Any]]) -> None:
    row.partners, row.published_at = partners, clock.now(session)
    session.add(row)
    outbox.record(session, row, published(session, row))


def published(session: Session, row: RecommendationList) -> RecommendationsPublished:
    """Tell whom an organisation should meet."""
    reader = event_fields.named(row, row.organisation_id)
    return RecommendationsPublished(
        mission_id=row.mission_id,
        organisation_id=row.organisation_id,
        partners=tuple(
            RecommendedPartner(
                organisation_id=UUID(partner["organisation_id"]),
                score=partner["score"],
                reasons=tuple(Reason(**reason) for reason in partner["reasons"]),
                **event_fields.named(row, UUID(partner["organisation_id"])),
            )
            for partner in row.partners
        ),
        organisation_names=reader["names"],
        region=reader["region"],
    )


def _as_seen(partners: Iterable[Facts]) -> list[tuple[str, list[tuple[str, ...]]]]:
    return [
        (str(partner["organisation_id"]), [tuple(reason[name] for name in SEEN) for reason in partner["reasons"]])
        for partner in partners
    ]


def _that_fit(partners: Iterable[dict[str, Any]]) -> list[dict[str, Any]]:
    """Return the first partners, as many as one event holds."""
    found, room = [], MOST_PUBLISHED
    for partner in partners:
        room -= _size(partner)
        if room < 0:
            break
        found.append(partner)
    return found


def _in_all_languages(
    profiles: Mapping[UUID, ProfileCopy], reader: UUID, partners: Sequence[Facts]
) -> list[dict[str, Any]]:
    """Return partners as they are told: reasons in each language that they are written in, as far as there is room."""
    room = MOST_PUBLISHED - sum(map(_size, partners))
    found = []
    for partner in partners:
        reasons = []
        for reason in partner["reasons"]:
            texts = recommendations.written(profiles, reader, partner["organisation_id"], reason)
            need, offer = (
                recommendations.translations(own, reason[n]) for own, n in zip(texts, ("need", "offer"), strict=True)
            )
            more = len("".join((*need.values(), *offer.values())).encode())
            need, offer, more = (need, offer, more) if more <= room else ({}, {}, 0)
            room -= more
            reasons.append({name: reason[name] for name in SEEN} | {"need_texts": need, "offer_texts": offer})
        found.append(
            {"organisation_id": str(partner["organisation_id"]), "score": partner["score"], "reasons": reasons}
        )
    return found


def _size(partner: Facts) -> int:
    return sum(len((reason["need"] + reason["offer"]).encode()) for reason in partner["reasons"])
