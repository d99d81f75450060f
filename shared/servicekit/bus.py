"""RabbitMQ: the only module that touches kombu."""

import logging
import time
from collections.abc import Sequence
from contextlib import suppress
from typing import Any

import amqp
from kombu.connection import Connection
from kombu.exceptions import KombuError

from contracts.event import CONTENT_TYPE
from servicekit import broker_address, deliveries, frames, topology
from servicekit.deliveries import Delivery, Message

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
        plain, tls = broker_address.plain(url), broker_address.tls(url)
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
        self._socket.on_inbound_frame = frames.tolerant(self._socket.on_inbound_frame)
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
        return [deliveries.of(message) for message in taken]

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
