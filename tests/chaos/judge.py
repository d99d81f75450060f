"""The end of a run: what the databases hold against what the model expects, and each event's effect counted."""

from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple
from uuid import UUID

from sqlalchemy import select

import abacus
from chaos import bodies
from chaos.meetings import Meetings
from chaos.model import Application, Delegate, Model
from chaos.stages import Stage
from faults.evidence import aggregates_of, forgotten
from matching.models import Agreement, FollowUpCheck, MeetingRequest, TimetableVersion
from notifications.models import Delivery, Notification
from registration import models as owned
from servicekit.service import Runtime

TEMPLATES = {
    "submitted": "application_received",
    "approved": "application_approved",
    "rejected": "application_rejected",
    "changes_requested": "application_changes_requested",
    "waitlisted": "application_waitlisted",
}
"""The news that the last state of an application always is."""


class Tally(NamedTuple):
    """How many effects there are, and which are missing or too many."""

    effects: int
    lost: list[str]
    twice: list[str]


def tally(stage: Stage, model: Model, ids: Mapping[str, str]) -> Tally:
    """Count the effects of every public event against the states that the owners have had.

    Every state of an aggregate is one event. Of a delegate some are private: there the model knows how many are not.
    What comes late of somebody who is forgotten has no effect.
    """
    seen: dict[str, Counter[int]] = defaultdict(Counter)
    with stage.runtime("abacus").database.read() as session:
        for subject, version in session.execute(select(abacus.Entry.subject, abacus.Entry.subject_version)):
            seen[str(subject)][version] += 1
    lost, twice = [], []
    for subject, counts in seen.items():
        twice += [
            f"state {version} of {subject} counted {count} times" for version, count in counts.items() if count > 1
        ]
    gone = forgotten(stage.runtime("abacus"))
    public = {ids[key]: delegate.told for key, delegate in model.delegates.items() if key in ids}
    for name in ("registration", "matching", "notifications"):
        for what, subject, version in _owned(stage.runtime(name)):
            expected = public.get(subject, version)
            if subject in gone and len(seen[subject]) < expected:
                continue
            if subject in public and len(seen[subject]) != expected:
                lost.append(f"{what} {subject}: {len(seen[subject])} of {expected} public states counted")
            elif subject not in public:
                missing = sorted(set(range(1, version + 1)) - set(seen[subject]))
                lost += [f"{what} {subject}: state {state} of {version} never counted" for state in missing]
    return Tally(sum(counts.total() for counts in seen.values()), lost, twice)


def _owned(runtime: Runtime) -> Iterator[tuple[str, str, int]]:
    with runtime.database.read() as session:
        for aggregate in aggregates_of(runtime):
            for subject, version in session.execute(select(aggregate.id, aggregate.version)):
                yield f"{runtime.service.name}.{aggregate.__tablename__}", str(subject), version


def addresses_of_removed(model: Model) -> set[str]:
    """Return every address that people had who were taken off the list, and so forgotten."""
    gone = [delegate.key for delegate in model.delegates.values() if delegate.is_removed]
    return {bodies.address(key, number) for key in gone for number in bodies.MAILBOXES}


@dataclass
class Judge:
    """Compares what is there with what has to be."""

    stage: Stage
    work: Meetings

    def verdict(self) -> Iterator[str]:
        """Say what differs."""
        yield from self._missions()
        yield from self._organisations()
        yield from self._applications()
        yield from self._participants()
        yield from self._delegates()
        yield from self._requests()
        yield from self._agreements()
        yield from self._timetables()
        yield from self._letters()

    @property
    def _model(self) -> Model:
        return self.work.model

    def _missions(self) -> Iterator[str]:
        rows = {row.reference: row for row in self._rows("registration", owned.Mission)}
        yield from _same("missions", self._model.missions, rows)
        for key, mission in self._model.missions.items():
            if key in rows:
                expected = ("open" if mission.is_open else "closed", mission.told)
                yield from _equal(f"mission {key}", expected, (str(rows[key].status), rows[key].version))

    def _organisations(self) -> Iterator[str]:
        rows = {row.reference: row for row in self._rows("registration", owned.Organisation)}
        yield from _same("organisations", self._model.organisations, rows)
        for key, one in self._model.organisations.items():
            if key in rows:
                expected = (bodies.named(key, one.name)["names"], one.told)
                yield from _equal(f"organisation {key}", expected, (rows[key].names, rows[key].version))

    def _applications(self) -> Iterator[str]:
        rows = self._by_key("registration", owned.Application)
        profiles = {row.application_id: row for row in self._rows("registration", owned.Profile)}
        yield from _same("applications", self._model.applications, rows)
        for key, one in self._model.applications.items():
            if key in rows:
                row = rows[key]
                yield from _equal(f"application {key}", (one.status, one.told), (str(row.status), row.version))
                yield from self._profile(one, profiles[row.id])

    def _profile(self, application: Application, row: owned.Profile) -> Iterator[str]:
        """A profile that had to be sent again may have been told of more often."""
        said = f"profile of {application.key}"
        expected = bodies.profile(application.profile)
        texts = tuple([item.texts for item in items] for items in (row.offers, row.needs))
        yield from _equal(said, tuple([i["texts"] for i in expected[part]] for part in ("offers", "needs")), texts)
        again = self.work.organiser.twice[f"profile {application.key}"]
        if not application.published <= row.version <= application.published + again:
            yield f"{said} was told {row.version} times, not {application.published} (and {again} at most)"

    def _participants(self) -> Iterator[str]:
        rows = {row.id: row for row in self._rows("registration", owned.Participant)}
        for key, one in self._model.applications.items():
            if one.mission in self._ids and one.organisation in self._ids:
                where = UUID(self._ids[one.mission]), UUID(self._ids[one.organisation])
                row = rows.get(owned.Participant.id_of(*where))
                # Withdrawn without a decision: the mission may know of it, and tells nobody.
                found = str(row.status) if row is not None and (row.version or one.participant) else None
                yield from _equal(f"participant of {key}", one.participant, found)
                if row is not None:
                    yield from _equal(f"arrival of {key}", one.has_arrived, row.checked_in_at is not None)

    def _delegates(self) -> Iterator[str]:
        rows = self._by_key("registration", owned.Delegate)
        yield from _same("delegates", self._model.delegates, rows)
        for key, delegate in self._model.delegates.items():
            if key in rows:
                yield from _equal(f"delegate {key}", _expected(delegate), _found(rows[key]))

    def _requests(self) -> Iterator[str]:
        rows = self._by_key("matching", MeetingRequest)
        yield from _same("requests", self._model.requests, rows)
        for key, one in self._model.requests.items():
            if key in rows:
                found = (rows[key].status, rows[key].version)
                yield from _equal(f"request {key}", (one.status, one.told), found)

    def _agreements(self) -> Iterator[str]:
        rows = {row.subject: row for row in self._rows("matching", Agreement)}
        yield from _same("agreements", self._model.agreements, rows)
        asked = Counter(row.agreement_id for row in self._rows("matching", FollowUpCheck) if row.version == 1)
        for key, row in rows.items():
            yield from _equal(f"checks of {key} that were asked for once", 3, asked[row.id])

    def _timetables(self) -> Iterator[str]:
        numbers: dict[UUID, list[int]] = defaultdict(list)
        for row in self._rows("matching", TimetableVersion):
            numbers[row.mission_id].append(row.number)
        for mission, published in self._model.timetables.items():
            found = sorted(numbers[UUID(self._ids[mission])])
            if found != list(range(1, len(found) + 1)) or len(found) < published:
                yield f"mission {mission} has timetables {found}, of which the organiser published {published}"

    def _letters(self) -> Iterator[str]:
        """The last state of an application is told once for each time that it came to it, and at least now."""
        rows = self._by_key("registration", owned.Application)
        news = Counter(
            (row.kind, row.mission_id, row.organisation_id) for row in self._rows("notifications", Notification)
        )
        for key, one in self._model.applications.items():
            if one.status in TEMPLATES and key in rows and one.is_public:
                row, kind = rows[key], TEMPLATES[one.status]
                told = news[kind, row.mission_id, row.organisation_id]
                if not 1 <= told <= one.been[one.status]:  # earlier ones may have been overtaken
                    yield f"application {key}: {kind} was told {told} times"

    @property
    def _ids(self) -> dict[str, str]:
        return self.work.organiser.ids

    def _rows(self, service: str, model: type[Any]) -> list[Any]:
        with self.stage.runtime(service).database.read() as session:
            return list(session.scalars(select(model)))

    def _by_key(self, service: str, model: type[Any]) -> dict[str, Any]:
        """Return rows by our keys, or by their own ids where we never heard of them."""
        keys = {id_: key for key, id_ in self._ids.items()}
        return {keys.get(str(row.id), str(row.id)): row for row in self._rows(service, model)}


def letters(stage: Stage) -> int:
    """Count the letters that were asked for."""
    with stage.runtime("notifications").database.read() as session:
        return len(list(session.scalars(select(Delivery.id))))


def _expected(delegate: Delegate) -> tuple[Any, ...]:
    told = (delegate.told + delegate.whispered, delegate.is_removed)
    if delegate.is_removed:
        return (*told, "")
    return (*told, bodies.address(delegate.key, delegate.mailbox), "online" if delegate.is_online else "in_person")


def _found(row: owned.Delegate) -> tuple[Any, ...]:
    told = (row.version, row.is_removed, row.email)
    return told if row.is_removed else (*told, row.attendance.value)


def _same(what: str, expected: Iterable[str], found: Iterable[str]) -> Iterator[str]:
    missing, surplus = sorted(set(expected) - set(found)), sorted(set(found) - set(expected))
    if missing:
        yield f"{what} that are missing: {missing[:10]}"
    if surplus:
        yield f"{what} that nobody asked for: {surplus[:10]}"


def _equal(what: str, expected: object, found: object) -> Iterator[str]:
    if expected != found:
        yield f"{what} has to be {expected}, and is {found}"
