"""The list of a mission's organisations and their people, to be taken away."""

from collections import defaultdict
from collections.abc import Iterator, Sequence
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from contracts.registration import Side
from registration.models import Delegate, Mission
from registration.queries import missions
from registration.queries.missions import Filter, Row
from registration.scope import SCOPE
from registration.sheets.template import said
from registration.status_texts import spoken
from servicekit.auth.actors import Actor
from servicekit.texts import languages
from servicekit.texts.languages import noop as _

HEADERS = (
    _("Code"),
    _("Organisation"),
    _("Legal name"),
    _("INN"),
    _("Region"),
    _("Town"),
    _("Side"),
    _("Status"),
    _("Organisation's e-mail"),
    _("Organisation's telephone"),
    _("Delegate"),
    _("Position"),
    _("Delegate's e-mail"),
    _("Delegate's telephone"),
    _("Speaks"),
)


def participants(session: Session, mission: Mission, actor: Actor) -> Iterator[Sequence[str]]:
    """Give the header in the reader's language, then a row for each delegate; one for organisations that have none.

    Only what the actor may know of stands in it.
    """
    people = _people(session, mission, actor)
    yield [said(header) for header in HEADERS]
    for row in missions.rows(session, mission, Filter(), actor):
        ours = _organisation(row)
        for delegate in people[row.application.id] or [None]:
            yield [*ours, *_delegate(delegate)]


def _people(session: Session, mission: Mission, actor: Actor) -> defaultdict[UUID, list[Delegate | None]]:
    found: defaultdict[UUID, list[Delegate | None]] = defaultdict(list)
    mine = SCOPE.rows(actor, Delegate, Deed.PEOPLE_READ)
    named = select(Delegate).where(Delegate.mission_id == mission.id, ~Delegate.is_removed, mine)
    for delegate in session.scalars(named.order_by(Delegate.id)):
        found[delegate.application_id].append(delegate)
    return found


def _organisation(row: Row) -> list[str]:
    one = row.organisation
    return [
        one.reference,
        _pick(one.names),
        _pick(one.legal_name),
        one.inn or one.tax_id or "",
        one.region,
        _pick(one.city),
        said(_("guest")) if row.application.side is Side.GUEST else said(_("host")),
        spoken(row.status),
        one.email,
        one.phone,
    ]


def _delegate(delegate: Delegate | None) -> list[str]:
    if delegate is None:
        return [""] * 5
    spoken_by = ", ".join(delegate.languages)
    return [_pick(delegate.names), _pick(delegate.positions), delegate.email, delegate.phone, spoken_by]


def _pick(texts: dict[str, str]) -> str:
    return languages.pick(texts, languages.of_request())
