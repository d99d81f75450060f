"""Every place at which a process is killed: one table, so that a name which changes is mended in one place.

A seam is `module:name` as it stands in the product; nothing in the product knows of it. A
point that no run reaches fails its test, so that a seam which no longer exists is noticed.
"""

from dataclasses import dataclass
from enum import StrEnum


class When(StrEnum):
    """Where around a seam the process dies."""

    BEFORE = "before"
    """When the seam is about to be called."""
    AFTER = "after"
    """When it has returned."""
    COMMIT = "commit"
    """When, after it, the same thread is about to commit."""
    COMMITTED = "committed"
    """When, after it, the same thread has committed."""
    ANSWERED = "answered"
    """When, after it, the same thread has answered its request."""


@dataclass(frozen=True)
class Point:
    """One place to die: around the `nth` call of a seam."""

    name: str
    seam: str
    when: When
    nth: int = 1

    def __str__(self) -> str:
        return self.name.replace(",", "").replace(" ", "-")


B, A, C, D = When.BEFORE, When.AFTER, When.COMMIT, When.COMMITTED
ANSWER = "gunicorn.workers.gthread:ThreadWorker.handle_request"
"""What returns when a request was answered."""
END = "gunicorn.workers.gthread:ThreadWorker.handle_exit"
"""What is called when a web process is told to end."""

_PUBLISH, _CLAIM = "servicekit.bus.broker:Publisher.publish", "servicekit.bus.inbox:insert_new"
_REACTION = "reader:SERVICE.reactions"

RELAY = (
    Point("before a window is published", _PUBLISH, B),
    Point("some of a window sent", "servicekit.bus.broker:Publisher._send", A, nth=3),
    Point("all sent and the first confirm at the door", "servicekit.bus.broker:Publisher._acknowledged", B),
    Point("all confirmed and nothing forgotten", _PUBLISH, A),
    Point("forgotten and not committed", _PUBLISH, C),
    Point("forgotten for good", _PUBLISH, D),
)
CONSUMER = (
    Point("batch in hand", "servicekit.bus.inbox:receive", B),
    Point("ids claimed", _CLAIM, A),
    Point("before an effect", _REACTION, B, nth=2),
    Point("after an effect", _REACTION, A, nth=2),
    Point("before the commit", _CLAIM, C),
    Point("committed and not acknowledged", _CLAIM, D),
    Point("about to acknowledge", "servicekit.bus.broker:Subscriber.acknowledge", B),
    Point("acknowledged", "servicekit.bus.broker:Subscriber.acknowledge", A),
)
ASIDE = (
    Point("about to set a batch aside", "servicekit.bus.inbox:set_aside", B),
    Point("some set aside", "servicekit.bus.parking:park", B, nth=2),
    Point("set aside and not committed", "servicekit.bus.parking:park", C),
    Point("set aside for good", "servicekit.bus.parking:park", D),
    Point("set aside and not acknowledged", "servicekit.bus.inbox:set_aside", A),
)
"""Reached with a batch on which workers died five times."""
BURYING = (
    Point("dead messages in hand", "servicekit.bus.dead_letters.poison:bury", B),
    Point("buried and not committed", "servicekit.bus.dead_letters.poison:insert_new", C),
    Point("buried for good", "servicekit.bus.dead_letters.poison:insert_new", D),
    Point("buried and not acknowledged", "servicekit.bus.dead_letters.poison:bury", A),
)
"""Reached with messages that the broker has given up."""
PARKING = (
    Point("about to park", "servicekit.bus.parking:park", B),
    Point("parked and not committed", "servicekit.bus.parking:park", C),
    Point("parked for good", "servicekit.bus.parking:park", D),
    Point("before another try", "servicekit.bus.retries:_again", B),
    Point("handled at another try and not committed", "servicekit.bus.retries:_again", C),
    Point("handled at another try for good", "servicekit.bus.retries:_again", D),
)
"""Reached with an event that cannot be borne at first."""
JOINING = (
    Point("before history", "servicekit.bus.history:read", B),
    Point("history read and not noted", "servicekit.bus.history:read", A),
    Point("joined and not committed", "servicekit.bus.membership:has_joined", C),
    Point("joined for good", "servicekit.bus.membership:has_joined", D),
)
JOINING_IN_THE_MIDDLE = (
    Point("a part of history kept", "servicekit.bus.inbox:replay", A),
    Point("a part of history acknowledged and the next in hand", "servicekit.bus.inbox:replay", B, nth=2),
)
"""Reached with more history than one batch holds."""
HEALING_IN_THE_MIDDLE = (
    Point("a part of the gap received", "servicekit.bus.inbox:receive", A),
    Point("a part of the gap acknowledged and the next in hand", "servicekit.bus.inbox:receive", B, nth=2),
)
JOINING_BESIDE = (
    Point("before history beside", "servicekit.bus.in_process:join_beside", B, nth=2),
    Point("a part of the outbox kept", "servicekit.bus.inbox:replay", A),
    Point("in the middle of the outbox", "servicekit.bus.inbox:replay", B, nth=2),
    Point("joined beside and not committed", "servicekit.bus.membership:has_joined", C),
    Point("joined beside for good", "servicekit.bus.membership:has_joined", D),
)
"""Reached without a broker, by the second of two services; the first one has joined before."""
HEALING = (
    Point("loss noted and not committed", "servicekit.bus.membership:queue_lost", C),
    Point("loss noted for good", "servicekit.bus.membership:queue_lost", D),
    Point("queue made again", "servicekit.bus.history:declare", A),
    Point("gap closed and not noted", "servicekit.bus.history:read", A),
    Point("healed and not committed", "servicekit.bus.membership:has_healed", C),
    Point("healed for good", "servicekit.bus.membership:has_healed", D),
)
PUMP = (
    Point("rows in hand", "servicekit.bus.inbox:receive", B),
    Point("ids claimed", _CLAIM, A),
    Point("after an effect", _REACTION, A, nth=2),
    Point("a service about to commit", _CLAIM, C),
    Point("a service has committed", _CLAIM, D),
    Point("a service has received", "servicekit.bus.inbox:receive", A),
    Point("marked and not committed", "servicekit.bus.in_process:machine_now", C),
    Point("marked for good", "servicekit.bus.in_process:machine_now", D),
)
WEB = (
    Point("before anything is written", "servicekit.web.idempotency:answer_to_key", B),
    Point("key claimed", "servicekit.web.idempotency:answer_to_key", A),
    Point("row written and no event", "servicekit.bus.outbox:record", B),
    Point("event recorded", "servicekit.bus.outbox:record", A),
    Point("about to commit", "servicekit.bus.outbox:record", C),
    Point("committed and not answered", "servicekit.bus.outbox:record", D),
    Point("answered", "servicekit.bus.outbox:record", When.ANSWERED),
)
SENDER = (
    Point("claimed", "notifications.sending.claims:claim", A),
    Point("before it connects", "notifications.mail.smtp:_open_session", B),
    Point("recipient accepted", "notifications.mail.smtp:_send_envelope", A),
    Point("all but the dot has left", "notifications.mail.smtp:_send_body", A),
    Point("attempt not yet noted", "notifications.sending.claims:begin_handover", B),
    Point("attempt noted and the dot not sent", "notifications.sending.claims:begin_handover", A),
    Point("taken by the server and not noted", "notifications.sending.claims:record_outcome", B),
    Point("outcome not committed", "notifications.sending.claims:publish_settled", C),
    Point("outcome kept for good", "notifications.sending.claims:publish_settled", D),
)
SOLVING = (
    Point("run claimed", "matching.handlers.timetable.worker:claim_run", A),
    Point("solved and nothing kept", "matching.handlers.timetable.worker:_settle_once", B),
    Point("solution kept and not committed", "matching.models:TimetableRun.finish", C),
    Point("solution kept for good", "matching.models:TimetableRun.finish", D),
)
PUBLISHING = (
    Point("nothing published", "matching.handlers.timetable.publication:publish", B),
    Point("published and not committed", "matching.handlers.timetable.publication:publish", C),
    Point("published and not answered", "matching.handlers.timetable.publication:publish", D),
)
SCHEDULES = (
    Point("due", "servicekit.worker:_run", B),
    Point("run and not committed", "servicekit.worker:insert_new", C),
    Point("run for good", "servicekit.worker:insert_new", D),
)
EVERY = {
    "relay": RELAY,
    "consumer": CONSUMER,
    "aside": ASIDE,
    "burying": BURYING,
    "parking": PARKING,
    "joining": (*JOINING, *JOINING_IN_THE_MIDDLE),
    "joining beside": JOINING_BESIDE,
    "healing": (*HEALING, *HEALING_IN_THE_MIDDLE),
    "pump": PUMP,
    "web": WEB,
    "sender": SENDER,
    "solving": SOLVING,
    "publishing": PUBLISHING,
    "schedules": SCHEDULES,
}
