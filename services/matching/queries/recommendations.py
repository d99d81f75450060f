"""Partners, highlights, wording, signals, rounds.

Marks of the words that met, made for reasons that were stored without them.

Reasons in the language of who reads them, where needs and offers are written in it as well.

Recommendations as each of the two sides reads them.

What organisations have said of recommended partners.

How far the scoring of a large mission is.

How good organisations found their meetings.
"""

from base64 import b64decode
from collections import defaultdict
from collections.abc import Collection, Iterable, Iterator, Mapping
from typing import Any
from uuid import UUID

from sqlalchemy import or_, select
from sqlalchemy.orm import Session

from matching import queries
from matching.models import (
    Meeting,
    MissionCopy,
    OrganisationCopy,
    Pair,
    ProfileCopy,
    Rating,
    ScoringRound,
    Signal,
    TextVector,
)
from matching.models.meetings import MeetingStatus
from matching.queries import missions
from matching.scope import SCOPE
from servicekit.auth.actors import Actor

VECTORS_AT_ONCE = 500
"""Names of vectors that are asked for at once."""


def mark(session: Session, reasons: list[dict[str, Any]]) -> None:
    """Mark the words that met, in reasons that say in which languages they are to be marked.

    Vectors of words are taken from the table; where one is missing words are compared by spelling and lexicon alone.
    """
    left = [reason for reason in reasons if "unmarked" in reason]
    if not left:
        return
    from matching.recommending.highlights import Marking, NotKeptError  # noqa: PLC0415  loads numpy and the morphology

    ends = [(reason["need"], reason["offer"], *reason.pop("unmarked")) for reason in left]
    try:
        found = Marking(ends, lambda model, names: _stored(session, model, names)).marks()
    except NotKeptError:
        found = Marking(ends, None).marks()
    for reason, marks in zip(left, found, strict=True):
        reason["need_marks"], reason["offer_marks"] = ([list(span) for span in spans] for spans in marks)


def _stored(session: Session, model: str, names: list[str]) -> dict[str, bytes]:
    """Give the vectors of words that the table keeps."""
    found: dict[str, bytes] = {}
    for start in range(0, len(names), VECTORS_AT_ONCE):
        some = TextVector.digest.in_(names[start : start + VECTORS_AT_ONCE])
        rows = session.execute(select(TextVector.digest, TextVector.vector).where(TextVector.model == model, some))
        found |= {name: b64decode(vector) for name, vector in rows}
    return found


Texts = Mapping[str, str]
Facts = Mapping[str, Any]


def word(session: Session, mission_id: UUID, reader: UUID, found: list[dict[str, Any]], language: str) -> None:
    """Put the reasons of a reader's partners into a language; what is not written in it stays as it is.

    Reasons that change are to be marked anew. One whose profile has changed since it was found stays, too.
    """
    ids = {reader, *(partner["organisation_id"] for partner in found)}
    rows = {row.organisation_id: row for row in queries.profiles(session, mission_id, ids)}
    for partner in found:
        for reason in partner["reasons"]:
            need, offer = written(rows, reader, partner["organisation_id"], reason)
            _put(reason, need, offer, language)


def written(rows: Mapping[UUID, ProfileCopy], reader: UUID, partner: UUID, reason: Facts) -> tuple[Texts, Texts]:
    """Return need and offer of a reason as they are written by now, by language; empty where nothing is known."""
    mine, theirs = rows.get(reader), rows.get(partner)
    needy, giver = (theirs, mine) if reason["direction"] == "they_seek" else (mine, theirs)
    need = _texts(needy.needs, reason["need_id"]) if needy else {}
    answers = (giver.needs if reason["direction"] == "both_seek" else giver.offers) if giver else []
    return need, _texts(answers, reason["offer_id"])


def translations(texts: Texts, text: str) -> Texts:
    """Return what a text of a reason says in each language; nothing where it is in one alone, or was changed since."""
    return {code: own for code, own in texts.items() if own} if _language(texts, text) and len(texts) > 1 else {}


def _texts(items: list[dict[str, Any]], id_: str) -> Texts:
    return next((item["texts"] for item in items if item["id"] == id_), {})


def _put(reason: dict[str, Any], need: Texts, offer: Texts, language: str) -> None:
    written = [_language(texts, reason[name]) for name, texts in (("need", need), ("offer", offer))]
    wanted = [language if texts.get(language) else own for own, texts in zip(written, (need, offer), strict=True)]
    if "" not in written and wanted != written:
        reason["need"], reason["offer"], reason["unmarked"] = need[wanted[0]], offer[wanted[1]], wanted


def _language(texts: Texts, text: str) -> str:
    return next((code for code, own in texts.items() if own == text), "")


BEST_FIRST = (Pair.place, Pair.guest_id, Pair.host_id)
"""The order of every list; who was scored since the last whole round may share a place with another."""
MOST = 10_000
"""Ids that are asked for at once: PostgreSQL takes 65,535 in a query, and a large mission has more."""


def partners(
    session: Session, mission_id: UUID, organisation_id: UUID, language: str, actor: Actor
) -> list[dict[str, Any]]:
    """Return whom an organisation should meet, best first, with reasons as it reads them in a language."""
    in_its_list = or_(
        (Pair.guest_id == organisation_id) & Pair.is_in_list_of_guest,
        (Pair.host_id == organisation_id) & Pair.is_in_list_of_host,
    )
    query = select(Pair).where(Pair.mission_id == mission_id, in_its_list)
    found = [as_read_by(pair, organisation_id) for pair in session.scalars(query.order_by(*BEST_FIRST))]
    word(session, mission_id, organisation_id, found, language)
    mark(session, [reason for partner in found for reason in partner["reasons"]])
    return found


def reasons_of(
    session: Session, mission_id: UUID, organisation_id: UUID, partner_id: UUID, language: str, actor: Actor
) -> list[dict[str, Any]]:
    """Return why an organisation should meet another, as it reads it; nothing where no reason is known."""
    ends = (organisation_id, partner_id)
    pair = session.get(Pair, (mission_id, *ends)) or session.get(Pair, (mission_id, *ends[::-1]))
    if pair is None:
        return []
    found = [as_read_by(pair, organisation_id)]
    word(session, mission_id, organisation_id, found, language)
    mark(session, found[0]["reasons"])
    reasons: list[dict[str, Any]] = found[0]["reasons"]
    return reasons


def recommended_score(session: Session, meeting: Meeting) -> float | None:
    """Return the score with which one of the two is recommended to the other; None where neither is."""
    pair = session.get(Pair, (meeting.mission_id, *meeting.pair))
    return pair.score if pair and (pair.is_in_list_of_guest or pair.is_in_list_of_host) else None


def partners_known(session: Session, found: Iterable[dict[str, Any]], actor: Actor) -> dict[UUID, OrganisationCopy]:
    """Return the partners that were heard of, by their ids."""
    return queries.organisations(session, (row["organisation_id"] for row in found))


def lists(session: Session, mission_id: UUID, asked: UUID | None, language: str, actor: Actor) -> list[dict[str, Any]]:
    """Return the list of one admitted organisation; where none is asked for, those of all guests.

    In those of all, reasons come as they were found, a large mission's without marks: they are made for a reader.
    """
    sides = missions.sides(session, mission_id, actor)
    if asked is not None:
        mine = [asked] if asked in sides else []
        return [
            {"organisation_id": id_, "partners": partners(session, mission_id, id_, language, actor)} for id_ in mine
        ]
    found = partners_of_all(session, mission_id)
    return [{"organisation_id": id_, "partners": found.get(id_, [])} for id_, side in sides.items() if side == "guest"]


def partners_of_all(
    session: Session, mission_id: UUID, only: Collection[UUID] | None = None
) -> dict[UUID, list[dict[str, Any]]]:
    """Return whom each organisation of a mission, or each of some, should meet: both sides, best first."""
    found: dict[UUID, list[dict[str, Any]]] = defaultdict(list)
    for own, is_shown in ((Pair.guest_id, Pair.is_in_list_of_guest), (Pair.host_id, Pair.is_in_list_of_host)):
        query = select(Pair).where(Pair.mission_id == mission_id, is_shown)
        query = query if only is None else query.where(own.in_(only))
        for pair in session.scalars(query.order_by(*BEST_FIRST)):
            id_: UUID = getattr(pair, own.key)
            found[id_].append(as_read_by(pair, id_))
    return found


def as_read_by(pair: Pair, organisation_id: UUID) -> dict[str, Any]:
    """Tell a pair to one of its two: the partner, the score, and who seeks what."""
    is_guest = organisation_id == pair.guest_id
    return {
        "organisation_id": pair.host_id if is_guest else pair.guest_id,
        "score": pair.score,
        "reasons": [_read(reason, is_guest=is_guest) for reason in pair.reasons],
    }


def met_elsewhere(session: Session, mission_id: UUID, organisation_ids: Iterable[UUID]) -> set[frozenset[UUID]]:
    """Return the pairs of these organisations that have met in another mission."""
    known = set(organisation_ids)
    ids = list(known)
    held = select(Meeting.guest_id, Meeting.host_id).where(Meeting.status == MeetingStatus.HELD)
    elsewhere = held.where(Meeting.mission_id != mission_id)
    theirs = (Meeting.guest_id.in_(ids[start : start + MOST]) for start in range(0, len(ids), MOST))
    met = {(guest, host) for some in theirs for guest, host in session.execute(elsewhere.where(some))}
    return {frozenset(ends) for ends in met if known.issuperset(ends)}


def _read(reason: dict[str, Any], *, is_guest: bool) -> dict[str, Any]:
    """Say a reason to the guest or the host: `you_seek`, `they_seek`, or `both_seek` where two needs met."""
    ours = ("need", "need_id", "need_marks", "offer", "offer_id", "offer_marks")
    told = {name: reason.get(name, []) for name in ours}
    languages = reason.get("unmarked")
    if reason["direction"] == "both_need" and not is_guest:
        told = dict(zip(ours, (told[name] for name in (*ours[3:], *ours[:3])), strict=True))
        languages = languages and languages[::-1]
    left = {"unmarked": languages} if languages else {}
    if reason["direction"] == "both_need":
        return {"direction": "both_seek", **told, **left}
    mine = (reason["direction"] == "guest_needs") == is_guest
    return {"direction": "you_seek" if mine else "they_seek", **told, **left}


def standing(session: Session, mission_id: UUID) -> Iterator[Signal]:
    """Return the signals of a mission that were not taken back."""
    return iter(session.scalars(select(Signal).where(Signal.mission_id == mission_id, Signal.taken_back_at.is_(None))))


def set_aside(session: Session, mission_id: UUID, organisation_id: UUID, actor: Actor) -> list[Signal]:
    """Return what an organisation says of partners, the latest first, as far as the actor may see it."""
    mine = select(Signal).where(
        Signal.mission_id == mission_id, Signal.organisation_id == organisation_id, Signal.taken_back_at.is_(None)
    )
    return list(session.scalars(mine.where(SCOPE.rows(actor, Signal)).order_by(Signal.said_at.desc(), Signal.id)))


NONE: dict[str, Any] = {"state": "none", "stage": None, "done": 0, "total": 0, "started_at": None}


def scoring_round(session: Session, mission_id: UUID, actor: Actor) -> dict[str, Any]:
    """Return the round that is going on or was stopped; a mission scored at once, or not for this actor, has none."""
    found, mission = session.get(ScoringRound, mission_id), session.get(MissionCopy, mission_id)
    if found is None or mission is None or not SCOPE.sees(session, actor, mission):
        return NONE
    told = {name: getattr(found, name) for name in ("stage", "done", "total", "started_at")}
    return told | {"state": "stopped" if found.is_stopped else "working"}


def ratings_by(session: Session, mission_id: UUID, organisation_id: UUID, actor: Actor) -> dict[UUID, Rating]:
    """Return what an organisation says of its meetings, by their ids; whoever asks speaks for the organisation."""
    mine = select(Rating).where(Rating.mission_id == mission_id, Rating.organisation_id == organisation_id)
    return {rating.meeting_id: rating for rating in session.scalars(mine)}
