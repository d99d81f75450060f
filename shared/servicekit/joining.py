"""Bring a service that missed something up to date: one that is new, and one whose queue was gone."""

import logging
from collections.abc import Callable, Sequence
from functools import partial
from typing import TypeVar

from sqlalchemy.orm import Session

from servicekit import carried, history, identifiers, inbox, membership, queues, topology
from servicekit.bus import Subscriber
from servicekit.deliveries import Delivery
from servicekit.history import Take
from servicekit.membership import Member
from servicekit.runtime import Runtime

log = logging.getLogger(__name__)

_CATCHING_UP = 7_214_452
"""Key of the lock that lets one worker at a time read history."""
T = TypeVar("T")


def catch_up(runtime: Runtime, *, keep: Take, receive: Take) -> bool:
    """Heal and join as far as that is due; tell whether the service may go live.

    Args:
        runtime: the service.
        keep: what to do with history that came before the service: state handlers alone.
        receive: what to do with what its lost queue held: all that a live event gets.

    """
    queue = topology.queue_of(runtime.service.name)
    with runtime.database.exclusively(_CATCHING_UP) as alone:
        if not alone:
            return False
        with runtime.database.read() as session:
            member = membership.find(session)
        if member is None:
            log.warning("service is not installed", extra={"queue": queue})
            return False
        if not queues.exists(runtime.settings.broker_url, queue):
            _restore_queue(runtime, queue)
        if not member.joined:
            offset = history.read(runtime, keep)
            _note(runtime, partial(membership.has_joined, offset=offset))
        _close_gap(runtime, receive)
    return True


def join_beside(runtime: Runtime, publishers: Sequence[Runtime]) -> None:
    """Join a service that shares its process with all others: their outboxes are the history."""
    with runtime.database.read() as session:
        member = membership.find(session)
    if member is None or member.joined:
        return
    for publisher in publishers:
        after = 0
        while rows := carried.rows(publisher, sent=True, after=after):
            bodies = carried.bodies_for(runtime, rows)
            if bodies:
                inbox.replay(runtime, bodies)
            after = rows[-1].seq
            for waiting in publishers:
                waiting.pulse.beat()
    _note(runtime, membership.has_joined)


def _restore_queue(runtime: Runtime, queue: str) -> None:
    _note(runtime, membership.queue_lost)
    log.error("the queue is gone: made again, and history is read for what it held", extra={"queue": queue})
    queues.declare(runtime.settings.broker_url, runtime.service)


def _close_gap(runtime: Runtime, receive: Take) -> None:
    with runtime.database.read() as session:
        member = membership.find(session)
    if member and member.lost_at:
        # whoever made the queue may have died before it was bound
        queues.declare(runtime.settings.broker_url, runtime.service)
        history.read(runtime, partial(_receive_news, member, receive))
        _note(runtime, membership.has_healed)


def _receive_news(member: Member, receive: Take, subscriber: Subscriber, batch: Sequence[Delivery]) -> None:
    """Receive what came since the service listened; what it has received already, its inbox knows."""
    news = [delivery for delivery in batch if not _was_before(member, delivery)]
    if news:
        receive(subscriber, news)


def _was_before(member: Member, delivery: Delivery) -> bool:
    event_id = delivery.event_id
    return event_id is not None and member.was_before(delivery.offset, identifiers.made_at(event_id))


def _note(runtime: Runtime, change: Callable[[Session], T]) -> T:
    with runtime.database.write() as session:
        return change(session)
