"""What must hold of an instance whatever happened to it, once everything is back and at rest.

`check_invariants` looks at all databases, at every queue and at the post. Each check stands
for one invariant, yields a sentence for each breach, and knows nothing of what was done to
the instance.
"""

from collections import defaultdict
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import cached_property
from typing import NamedTuple

from contracts.event import REGISTRY
from faults import acts, copies, evidence, notes_effects, personal, post, queues, timetables
from faults.evidence import Event, Evidence, InboxRow
from servicekit.bus import subscriptions
from servicekit.operations import health
from servicekit.service import Runtime

SHOWN = 10
"""How many breaches of one invariant are written out."""


class Violation(NamedTuple):
    """One breach of one invariant."""

    invariant: str
    what: str


class InvariantsBrokenError(AssertionError):
    """Something was lost, or happened twice, or went where it does not belong."""

    def __init__(self, found: list[Violation]) -> None:
        self.violations = found
        shown: dict[str, list[str]] = defaultdict(list)
        for violation in found:
            shown[violation.invariant].append(violation.what)
        lines = [
            f"{name}: {what}" for name, whats in shown.items() for what in (*whats[:SHOWN], *_more(len(whats) - SHOWN))
        ]
        super().__init__("\n".join(lines))

    @property
    def invariants(self) -> set[str]:
        """The names of the broken ones."""
        return {violation.invariant for violation in self.violations}


@dataclass
class Findings:
    """The evidence, with what several checks read in it."""

    evidence: Evidence

    @cached_property
    def events(self) -> list[Event]:
        """The history: each event once."""
        return evidence.history(self.evidence)

    @cached_property
    def inboxes(self) -> Mapping[str, Mapping[tuple[str, str], InboxRow]]:
        """The inbox of each service."""
        return {runtime.service.name: evidence.inbox_of(runtime) for runtime in self.evidence.runtimes}

    @cached_property
    def forgotten(self) -> set[str]:
        """Everybody whom any service was asked to forget."""
        return set().union(*map(evidence.forgotten, self.evidence.runtimes))

    @property
    def has_private_events(self) -> bool:
        """Whether the history holds the private events, too."""
        return self.evidence.vhost is None


def check_invariants(instance: Evidence) -> None:
    """Raise InvariantsBrokenError unless all of them hold."""
    found = violations(instance)
    if found:
        raise InvariantsBrokenError(found)


def violations(instance: Evidence) -> list[Violation]:
    """Return every breach of every invariant."""
    findings = Findings(instance)
    return [Violation(name, what) for name, check in CHECKS.items() for what in check(findings)]


def promises_are_kept(findings: Findings) -> Iterator[str]:
    """I1: every write that was answered with success exists exactly once."""
    yield from findings.evidence.ledger.broken(findings.evidence.runtimes)


def nothing_waits(findings: Findings) -> Iterator[str]:
    """I2: no event waits to be sent, and none is parked."""
    for runtime in findings.evidence.runtimes:
        name = runtime.service.name
        yield from (f"{name}: event {event_id} was never sent" for event_id in evidence.unsent(runtime))
        parked = [row for row in findings.inboxes[name].values() if row.is_kept and not row.is_dead]
        yield from (f"{name}: event {row.id} is still parked" for row in parked)


def every_state_was_told(findings: Findings) -> Iterator[str]:
    """I2: for each aggregate there is one event for each of its states, without a gap.

    Private events are in no stream: there as many states may be missing as private events arrived. Where the
    outboxes are the history, those of people who are forgotten were deleted.
    """
    told: dict[tuple[str, str], dict[int, set[str]]] = defaultdict(lambda: defaultdict(set))
    for event in findings.events:
        if not event.is_snapshot:
            told[event.teller, event.subject][event.version].add(event.id)
    for (publisher, subject), states in told.items():
        twice = {version: ids for version, ids in states.items() if len(ids) > 1}
        yield from (f"{publisher}: state {version} of {subject} told as {sorted(twice[version])}" for version in twice)
    owned = {r.service.name: evidence.versions(r) for r in findings.evidence.runtimes}
    for publisher in sorted({name for name, _ in told} | set(owned)):
        subjects = {subject for name, subject in told if name == publisher} | set(owned.get(publisher, {}))
        newest = {s: max(owned.get(publisher, {}).get(s, 0), *told[publisher, s], 0) for s in subjects}
        judged = sorted(subjects - (findings.forgotten if findings.has_private_events else set()))
        missing = [(s, v) for s in judged for v in range(1, newest[s] + 1) if v not in told[publisher, s]]
        private = _heard_in_private(findings, publisher)
        if len(missing) != private:
            what = f"{publisher}: {len(missing)} states are in no history, {private} private events were told"
            yield f"{what}; first missing: {missing[:SHOWN]}"


def _heard_in_private(findings: Findings, publisher: str) -> int:
    """Count the events of a publisher that arrived although no history has them."""
    if findings.has_private_events:
        return 0
    if findings.evidence.whispered is not None:
        speaks = any(r.service.tells_private() for r in findings.evidence.runtimes if r.service.name == publisher)
        return findings.evidence.whispered if speaks else 0
    public = {event.key for event in findings.events}
    rows = [row for found in findings.inboxes.values() for row in found.values() if not row.is_of_history]
    arrived = {(row.source, row.id) for row in rows if row.source.rsplit("/", 1)[-1] == publisher}
    return len(arrived - public)


def everybody_heard(findings: Findings) -> Iterator[str]:
    """I2: every event reached every service that listens to it; what failed there is kept."""
    for runtime in findings.evidence.runtimes:
        name, since = runtime.service.name, evidence.installed_at(runtime)
        for event in findings.events:
            if event.type not in subscriptions.event_types(runtime.service) or event.is_snapshot:
                continue
            is_older = since is not None and event.made_at is not None and event.made_at < since
            if event.key not in findings.inboxes[name] and not is_older:
                yield f"{name}: {event.type} {event.id} of {event.subject} ({event.version}) never arrived"


def nobody_heard_what_is_not_theirs(findings: Findings) -> Iterator[str]:
    """I7: no service has taken an event to which it does not listen, and nothing private is in the history."""
    by_key = {event.key: event for event in findings.events}
    for runtime in () if findings.evidence.has_healed else findings.evidence.runtimes:
        heard = subscriptions.event_types(runtime.service)
        facts = {type_.rsplit(".", 1)[0] for type_ in heard}
        for key in findings.inboxes[runtime.service.name]:
            event = by_key.get(key)
            if event is not None and event.type.rsplit(".", 1)[0] not in facts:
                yield f"{runtime.service.name}: took {event.type} {event.id}, to which it does not listen"
    if not findings.has_private_events:
        private = {name for name, declared in REGISTRY.items() if declared.private}
        yield from (f"{e.type} {e.id} is private and in the stream" for e in findings.events if e.type in private)


def queues_are_in_order(findings: Findings) -> Iterator[str]:
    """I7: there are only the queues that belong there, bound as declared, and drained."""
    if findings.evidence.vhost is not None:
        yield from queues.disorder(findings.evidence)


def people_stay_home(findings: Findings) -> Iterator[str]:
    """I8: nothing personal stands outside of the tables of registration and notifications."""
    yield from personal.escaped(findings.evidence, findings.events)


def dead_letters_are_alarmed(findings: Findings) -> Iterator[str]:
    """I9: there is no dead letter but those that the test made, those of history included, and health counts each."""
    dead = {r.service.name: _dead(findings, r) for r in findings.evidence.runtimes}
    if sum(map(len, dead.values())) > findings.evidence.may_be_dead:
        yield from (f"{name}: event {row.id} is a dead letter" for name, rows in dead.items() for row in rows)
    for runtime in findings.evidence.runtimes:
        said, counted = health.inspect(runtime).get("events", {}).get("dead"), len(dead[runtime.service.name])
        if said != counted:
            yield f"{runtime.service.name}: health speaks of {said} dead letters, there are {counted}"
    if findings.evidence.vhost is not None:
        yield from queues.dead(findings.evidence)


def acts_are_audited(findings: Findings) -> Iterator[str]:
    """I10: each act on a failed event is in the audit once, and nothing else is."""
    yield from acts.wrongly_audited(findings.evidence)


def _dead(findings: Findings, runtime: Runtime) -> list[InboxRow]:
    return [row for row in findings.inboxes[runtime.service.name].values() if row.is_dead]


def effects_happened_once(findings: Findings) -> Iterator[str]:
    """I3: each event had each of its effects exactly once."""
    yield from notes_effects.wrong(findings.evidence.runtimes, findings.events, findings.inboxes)


def copies_equal_their_owners(findings: Findings) -> Iterator[str]:
    """I3: what services keep of one another is what the owners have."""
    yield from copies.differing(findings.evidence.runtimes, findings.events)


def letters_went_once(findings: Findings) -> Iterator[str]:
    """I4: each person got each letter once, and no delivery is forgotten."""
    yield from post.wrong_letters(findings.evidence)


def nobody_is_in_two_places(findings: Findings) -> Iterator[str]:
    """I5: nobody and no table has two meetings at once."""
    yield from timetables.double_bookings(findings.evidence.runtimes)


def calendars_are_right(findings: Findings) -> Iterator[str]:
    """I6: in each calendar entry the sequence only grows, and it ends as the timetable has it."""
    yield from post.wrong_calendars(findings.evidence)
    yield from timetables.wrongly_told(findings.evidence.runtimes)


CHECKS: Mapping[str, Callable[[Findings], Iterator[str]]] = {
    "promises kept": promises_are_kept,
    "nothing waits": nothing_waits,
    "every state told": every_state_was_told,
    "everybody heard": everybody_heard,
    "effects once": effects_happened_once,
    "copies equal": copies_equal_their_owners,
    "letters once": letters_went_once,
    "nobody in two places": nobody_is_in_two_places,
    "calendars right": calendars_are_right,
    "nothing foreign": nobody_heard_what_is_not_theirs,
    "queues in order": queues_are_in_order,
    "people at home": people_stay_home,
    "dead letters alarmed": dead_letters_are_alarmed,
    "acts audited": acts_are_audited,
}
"""Every invariant by its name."""


def _more(count: int) -> tuple[str, ...]:
    return (f"… and {count} more",) if count > 0 else ()
