"""The only module that knows kombu.

What came from the broker, made bearable for the client before it reads it.

A publisher may write of its message what it likes: a name that is no UTF-8, an instant that no calendar
has, tables within tables. The client gives its connection up over that, and so would every reader after it.

What is handed to the broker, and what it brings: events with what the broker says of them.

RabbitMQ: the only module that touches kombu.
"""

import logging
import time
from collections.abc import Callable, Iterator, Sequence
from contextlib import suppress
from dataclasses import dataclass
from struct import pack, unpack_from
from typing import Any
from uuid import UUID

import amqp
from kombu.connection import Connection
from kombu.exceptions import KombuError

from contracts.event import CONTENT_TYPE
from servicekit import settings
from servicekit.bus import topology

Frame = tuple[int, int, bytes]
"""Kind, channel and payload."""
Handle = Callable[[Frame], Any]

METHOD, HEADER = 1, 2
_DELIVER = bytes((0, 60, 0, 60))
_STRINGS_BEFORE_HEADERS = (0x8000, 0x4000)
"""The flags of content type and content encoding."""
_HEADERS = 0x2000
_WHOLE = {"b": 1, "B": 1, "U": 2, "u": 2, "s": 2, "I": 4, "i": 4, "L": 8, "l": 8}
_LENGTHS = {"t": 1, "f": 4, "d": 8, "D": 5, "T": 8, "V": 0, **_WHOLE}
"""How long a value of each kind is; other kinds say it in four bytes of their own."""
_NUMBERS = {b"x-stream-offset", b"x-delivery-count"}
_NAMES = {b"x-first-death-exchange"}


def tolerant(handle: Handle) -> Handle:
    """Let a client's reader of frames bear every message, if need be without what it says of itself."""

    def on_frame(frame: Frame) -> Any:
        kind, channel, payload = frame
        if kind == METHOD and payload[:4] == _DELIVER:
            return handle((kind, channel, _legible(payload)))
        try:
            return handle(frame)
        except (ValueError, OverflowError, OSError, RecursionError):
            if kind != HEADER:
                raise
            return handle((kind, channel, _bare(payload)))

    return on_frame


def _legible(payload: bytes) -> bytes:
    """Replace what is no ASCII in the routing key of a delivery: no key of ours has such a letter."""
    at = 14 + payload[4]
    at += 1 + payload[at]
    key = payload[at + 1 :]
    return payload if key.isascii() else payload[: at + 1] + bytes(byte if byte < 128 else 63 for byte in key)


def _bare(payload: bytes) -> bytes:
    """Leave of a message's properties what the broker says of its way."""
    (flags,) = unpack_from(">H", payload, 12)
    at, kept = 14, b""
    for flag in _STRINGS_BEFORE_HEADERS:
        at += 1 + payload[at] if flags & flag else 0
    if flags & _HEADERS:
        (length,) = unpack_from(">I", payload, at)
        kept = b"".join(_of_the_way(payload[at + 4 : at + 4 + length]))
    return payload[:12] + pack(">HI", _HEADERS, len(kept)) + kept


def _of_the_way(table: bytes) -> Iterator[bytes]:
    """Yield the entries of a table that say how a message came; of its deaths only that there were any."""
    at = 0
    while at < len(table):
        name = table[at + 1 : at + 1 + table[at]]
        began, at = at, at + 1 + table[at]
        kind, after = chr(table[at]), at + 1
        at = after + _LENGTHS[kind] if kind in _LENGTHS else after + 4 + int(unpack_from(">I", table, after)[0])
        is_name = name in _NAMES and kind == "S" and table[after + 4 : at].isascii()
        if (name in _NUMBERS and kind in _WHOLE) or is_name:
            yield table[began:at]
        elif name == b"x-death":
            yield table[began : after - 1] + b"V"


@dataclass(frozen=True)
class Message:
    """An event to publish."""

    seq: int
    event_id: str
    exchange: str
    routing_key: str
    body: str


@dataclass(frozen=True)
class Delivery:
    """A message that the broker delivered and awaits an acknowledgement for."""

    body: str
    tag: int
    offset: int = 0
    """Its place in the stream, where it comes from one."""
    count: int = 0
    """How often the broker delivered it before."""
    message_id: str = ""
    routing_key: str | None = ""
    """The key to which the broker held its publisher; see `topology.key_held_to`."""

    @property
    def event_id(self) -> UUID | None:
        """The id of the event, where the message names one of ours (UUIDv7)."""
        with suppress(ValueError):
            found = UUID(self.message_id)
            return found if found.version == 7 else None
        return None


def of(message: Any) -> Delivery:
    """Read a message of the client, whatever its publisher said of it."""
    headers = message.headers or {}
    body = message.body if isinstance(message.body, str) else bytes(message.body).decode("utf-8", "replace")
    said = (headers.get(name) for name in ("x-stream-offset", "x-delivery-count"))
    offset, count = (number if isinstance(number, int) else 0 for number in said)
    way = message.delivery_info
    key = topology.key_held_to(way["exchange"], way["routing_key"], headers)
    return Delivery(body, message.delivery_tag, offset, count, message.properties.get("message_id") or "", key)


log = logging.getLogger(__name__)

CONNECT_SECONDS = 5
HISTORY_SECONDS = 1.0
"""How long a look for the stream of history holds."""
CONFIRM_TIMEOUT_SECONDS = 10
CLOSE_SECONDS = 1
_SILENCE = {"read_timeout": 30, "write_timeout": 30}
"""How long, in seconds, a broker that holds the connection may leave a question unanswered, or take nothing."""
ERRORS: tuple[type[Exception], ...] = (amqp.AMQPError, OSError, KombuError)
"""What the client raises when the broker is away or refuses."""
REFUSALS: tuple[type[Exception], ...] = (amqp.AccessRefused,)
"""What it raises when this login may not do that, or not come in."""
GONE: tuple[type[Exception], ...] = (amqp.NotFound, amqp.ConsumerCancelled)
"""What it raises when a queue is gone."""
_TIMEOUTS = (TimeoutError, BlockingIOError)


class NotConfirmedError(OSError):
    """The broker refused an event, or did not confirm it in time."""


class Link:
    """A connection with one channel; `keep` must be called while nothing else happens on it."""

    def __init__(self, url: str, heartbeat_seconds: int, *, silence_seconds: float = 0) -> None:
        plain, tls = settings.plain_broker_url(url), settings.broker_tls(url)
        silence = dict.fromkeys(_SILENCE, silence_seconds) if silence_seconds else _SILENCE
        given: dict[str, Any] = {"connect_timeout": silence_seconds or CONNECT_SECONDS, "transport_options": silence}
        self.connection = Connection(plain, ssl=tls or False, heartbeat=heartbeat_seconds, **given)
        self.heartbeat_seconds = heartbeat_seconds
        self._socket = self._connect()
        self._checked_at = time.monotonic()
        try:
            self.channel = self._socket.channel()
            self._prepare()
        except BaseException:
            self.close()
            raise

    def _connect(self) -> Any:
        """Connect to the first host of the address that answers, and try each once: who has time tries again."""
        others = len(self.connection.alt or ("",)) - 1
        self.connection.ensure_connection(max_retries=others, reraise_as_library_errors=False)
        return self.connection.connection

    def _prepare(self) -> None:
        """Make the channel ready for what the link is for."""

    def count(self, queue: str) -> int | None:
        """Return how many messages lie in a queue, or None where it is gone."""
        if not self.channel.is_open:  # the broker closes the channel of who asks for what is not there
            self.channel = self._socket.channel()
        try:
            return int(self.channel.queue_declare(queue, passive=True).message_count)
        except amqp.NotFound:
            return None

    def keep(self) -> None:
        """Send what heartbeat is due and read what has come: either alone loses the connection."""
        self.beat()
        with suppress(*_TIMEOUTS):
            self.connection.drain_events(timeout=0.001)

    def beat(self) -> None:
        """Send a heartbeat if one is due."""
        if time.monotonic() - self._checked_at >= self.heartbeat_seconds / 4:
            self.connection.heartbeat_check()
            self._checked_at = time.monotonic()

    def close(self) -> None:
        """Close the connection, whatever state it is in; a broker that froze is not waited for."""
        with suppress(Exception):
            self._socket.transport.sock.settimeout(CLOSE_SECONDS)
            self.connection.release()
        with suppress(Exception):
            self._socket.collect()


class Publisher(Link):
    """Publishes windows of events and waits for the broker's confirms.

    It begins only where the exchanges and the stream are there: a broker that was just started
    confirms what it routes to its queues while the stream is not up yet, and history would lack it.
    It looks again while it works: a broker confirms what it routes where the stream was deleted, too.
    """

    def __init__(self, url: str, heartbeat_seconds: int) -> None:
        self._waiting: dict[int, Message] = {}
        self._returned: set[str] = set()
        self._refused = False
        self._tag = 0
        self._found_history_at = float("-inf")
        super().__init__(url, heartbeat_seconds)

    def _prepare(self) -> None:
        self._find_history()
        for exchange in (topology.EVENTS, topology.PRIVATE):
            self.channel.exchange_declare(exchange, "topic", durable=True, passive=True)
        self.channel.events["basic_ack"].add(self._acknowledged)
        self.channel.events["basic_nack"].add(self._rejected)
        self.channel.events["basic_return"].add(self._came_back)
        self.channel.confirm_select()

    def publish(self, window: Sequence[Message]) -> list[Message]:
        """Publish a window and return those of its events that arrived: confirmed, and routed where they must be.

        Raises:
            NotConfirmedError: at least one was refused, or not confirmed within ten seconds.
            amqp.NotFound: the stream of history is gone, and nothing was published.

        """
        self._find_history()
        self._waiting.clear()
        self._returned.clear()
        self._refused = False
        for message in window:
            self._send(message)
        deadline = time.monotonic() + CONFIRM_TIMEOUT_SECONDS
        while self._waiting and not self._refused:
            if time.monotonic() > deadline:
                raise NotConfirmedError("the broker confirmed nothing for ten seconds")
            with suppress(*_TIMEOUTS):
                self.connection.drain_events(timeout=1)
        if self._refused:
            raise NotConfirmedError("the broker refused an event")
        return [message for message in window if message.event_id not in self._returned]

    def _find_history(self) -> None:
        """Ask for the stream, once a second at most."""
        if time.monotonic() - self._found_history_at >= HISTORY_SECONDS:
            self.channel.queue_declare(topology.LOG, passive=True)
            self._found_history_at = time.monotonic()

    def _send(self, message: Message) -> None:
        self._tag += 1
        self._waiting[self._tag] = message
        self.channel.basic_publish(
            amqp.Message(
                message.body.encode(),
                content_type=CONTENT_TYPE,
                content_encoding="utf-8",
                delivery_mode=2,
                message_id=message.event_id,
            ),
            exchange=message.exchange,
            routing_key=message.routing_key,
            mandatory=message.exchange == topology.PRIVATE,
        )

    def _acknowledged(self, tag: int, multiple: bool) -> None:  # noqa: FBT001  # py-amqp's signature
        if multiple:
            for known in [known for known in self._waiting if known <= tag]:
                del self._waiting[known]
        else:
            self._waiting.pop(tag, None)

    def _rejected(self, *_: Any) -> None:
        self._refused = True

    def _came_back(self, _error: Any, exchange: str, key: str, message: amqp.Message) -> None:
        log.warning("no queue for an event", extra={"exchange": exchange, "routing_key": key})
        self._returned.add(message.properties["message_id"])


class Subscriber(Link):
    """Takes batches from a queue or from the stream, and acknowledges them together."""

    def __init__(
        self, url: str, heartbeat_seconds: int, queue: str, *, batch: int = 200, arguments: dict[str, Any] | None = None
    ) -> None:
        self._queue, self._batch, self._arguments = queue, batch, arguments
        self._arrived: list[amqp.Message] = []
        self._consumer = ""
        super().__init__(url, heartbeat_seconds)

    def _prepare(self) -> None:
        self._socket.on_inbound_frame = tolerant(self._socket.on_inbound_frame)
        self.channel.auto_decode = False  # into UTF-8, whatever encoding a message names
        self.channel.basic_qos(0, 2 * self._batch, False)
        take = self._arrived.append
        self._consumer = self.channel.basic_consume(self._queue, callback=take, arguments=self._arguments)

    def take(self, timeout: float) -> list[Delivery]:
        """Wait for the first message, then take what has arrived: the batch sizes itself."""
        self.beat()
        if self._drain(timeout):
            self.look_ahead()
        taken, self._arrived[:] = self._arrived[: self._batch], self._arrived[self._batch :]
        return [of(message) for message in taken]

    def look_ahead(self) -> None:
        """Read what has arrived, up to a batch, so that it is here when this one is done."""
        while len(self._arrived) < self._batch and self._drain(0):
            pass

    @property
    def ahead(self) -> int:
        """How many deliveries have been read and not been taken yet."""
        return len(self._arrived)

    def acknowledge(self, batch: Sequence[Delivery]) -> None:
        """Tell the broker that the batch, and all before it, is done."""
        self.channel.basic_ack(batch[-1].tag, multiple=True)

    def stop(self) -> None:
        """Ask for no more; what has arrived can still be taken."""
        self.channel.basic_cancel(self._consumer)

    def _drain(self, timeout: float) -> bool:
        if self._arrived and timeout:
            return True
        try:
            self.connection.drain_events(timeout=timeout or 0.0001)
        except _TIMEOUTS:
            return False
        return True
