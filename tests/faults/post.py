"""The letters that a mail server took, against the deliveries that notifications knows of."""

from collections import Counter, defaultdict
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from email import message_from_bytes, policy
from email.message import EmailMessage
from functools import partial
from typing import Any
from uuid import UUID

from sqlalchemy import select

from faults.evidence import Evidence
from ical_reader import Component
from letters_read import address_of, calendars_of
from notifications.composition.message import message_id_of
from notifications.models import Attempt, Contact, Delivery, DeliveryState, NotifiedMeeting
from notifications.models.deliveries import MAX_CRITICAL_ATTEMPTS, SETTLED
from servicekit.service import Runtime


def wrong_letters(evidence: Evidence) -> Iterator[str]:
    """Say which letters went twice, never, or to nobody's order; and which deliveries hang."""
    runtime = _notifications(evidence)
    if runtime is None:
        return
    letters = read(evidence)
    copies = Counter(str(letter["Message-ID"]) for letter in letters)
    erased = {str(letter["Message-ID"]) for letter in letters if address_of(letter) in evidence.forgotten_addresses}
    with runtime.database.read() as session:
        deliveries = session.scalars(select(Delivery)).all()
        uncertain = Counter(session.scalars(select(Attempt.delivery_id).where(Attempt.state == "unknown")))
    by_message = {message_id_of(runtime.settings, delivery): delivery for delivery in deliveries}
    yield from _repeated(deliveries)
    yield from (f"nobody ordered the letter {message}" for message in sorted(set(copies) - set(by_message) - erased))
    for message, delivery in by_message.items():
        yield from _wrong(delivery, copies[message], uncertain[delivery.id])


def _wrong(delivery: Delivery, copies: int, uncertain: int) -> Iterator[str]:
    """Judge one delivery by the copies that left and the attempts of which nobody knows the end."""
    what = f"delivery {delivery.id} ({delivery.kind}) is {delivery.state}, {uncertain} attempts unknown"
    accepted = int(delivery.state == DeliveryState.ACCEPTED)
    if not accepted <= copies <= accepted + uncertain:
        yield f"{what}: {copies} copies left"
    if uncertain > MAX_CRITICAL_ATTEMPTS or (uncertain + accepted > 1 and not delivery.is_critical):
        yield f"{what}: it was sent again although it may have arrived"
    if delivery.state not in SETTLED and not (delivery.state == DeliveryState.DEFERRED and delivery.retry_at):
        yield f"{what}: it neither ended nor is to be tried again"


def _repeated(deliveries: Any) -> Iterator[str]:
    """Say which person has two deliveries of one piece of news over one channel."""
    keys = Counter((d.event_id, d.kind, d.organisation_id, d.person_id, d.channel) for d in deliveries)
    yield from (f"two deliveries of {key}" for key, count in keys.items() if count > 1)


def wrong_calendars(evidence: Evidence) -> Iterator[str]:
    """Say in whose calendar a sequence was used twice, or a meeting ends in another state than the last one told."""
    runtime = _notifications(evidence)
    if runtime is None:
        return
    entries: dict[tuple[str, str], list[Entry]] = defaultdict(list)
    for letter in read(evidence):
        for calendar in calendars_of(letter):
            for entry in map(partial(_entry, letter, calendar), calendar.every("VEVENT")):
                entries[entry.address, entry.meeting].append(entry)
    last = _last_told(runtime)
    for key, states in entries.items():
        yield from _wrong_entries(states, last.get(key))


@dataclass(frozen=True)
class Entry:
    """One state of one meeting in one person's calendar."""

    address: str
    meeting: str
    sequence: int
    message: str
    method: str
    status: str


def _entry(letter: EmailMessage, calendar: Component, event: Component) -> Entry:
    return Entry(
        address=address_of(letter),
        meeting=event["UID"].text.partition("@")[0],
        sequence=int(event["SEQUENCE"].value),
        message=str(letter["Message-ID"]),
        method=calendar["METHOD"].text,
        status=event["STATUS"].text,
    )


def _wrong_entries(states: Sequence[Entry], told: NotifiedMeeting | None) -> Iterator[str]:
    what = f"{states[0].address}: meeting {states[0].meeting}"
    letters = {(entry.sequence, entry.message) for entry in states}
    for sequence, count in Counter(sequence for sequence, _ in letters).items():
        if count > 1:
            yield f"{what}: sequence {sequence} came in {count} letters"
    for entry in states:
        if (entry.method == "CANCEL") != (entry.status == "CANCELLED"):
            yield f"{what}: METHOD {entry.method} with STATUS {entry.status}"
    newest = max(states, key=lambda entry: entry.sequence)
    if told is not None and told.sequence < newest.sequence:
        yield f"{what} is at sequence {told.sequence}, a letter said {newest.sequence}"
    if told is not None and told.sequence == newest.sequence and told.is_cancelled != (newest.status == "CANCELLED"):
        yield f"{what} ends as {newest.status}"


def _last_told(runtime: Runtime) -> dict[tuple[str, str], NotifiedMeeting]:
    with runtime.database.read() as session:
        emails: dict[UUID, str] = {row.id: row.email for row in session.scalars(select(Contact))}
        return {
            (emails.get(row.person_id, ""), str(row.meeting_id)): row
            for row in session.scalars(select(NotifiedMeeting))
        }


def read(evidence: Evidence) -> list[EmailMessage]:
    """Read every letter that the mail server took."""
    return [message_from_bytes(content, policy=policy.default) for content in evidence.letters()]


def _notifications(evidence: Evidence) -> Runtime | None:
    return next((r for r in evidence.runtimes if r.service.name == "notifications"), None)
