"""Sources of service status: the metrics of a running instance, or its databases, and the broker."""

import os
from collections.abc import Callable, Mapping, Sequence
from concurrent.futures import Future, ThreadPoolExecutor
from concurrent.futures import TimeoutError as LateError
from contextlib import suppress
from dataclasses import dataclass, field, replace
from datetime import timedelta
from typing import Any
from urllib.parse import unquote, urlsplit

import click
import requests
from sqlalchemy import func, select
from sqlalchemy.exc import SQLAlchemyError

from caravan.broker.management import API_URL_SETTING, Management
from caravan.credentials import Credentials, credentials
from caravan.ports import LOOPBACK
from caravan.secret_files import read_secret
from caravan.top.status import AWAY, UNREADY, Metrics, ServiceStatus, status_from_metrics, with_broker_queue
from servicekit.bus import topology
from servicekit.data.clock import machine_now
from servicekit.data.tables import inbox
from servicekit.operations import metrics_endpoint
from servicekit.service import Runtime

TIMEOUT_SECONDS = 3.0
"""Limit for one poll; a slower service counts as away."""
RECENT = timedelta(seconds=10)
Queues = Mapping[str, Mapping[str, float]]


@dataclass(frozen=True)
class HttpSource:
    """A running service: its web address and, if its worker has one, that of its monitor."""

    service: str
    web: str
    monitor: str | None = None
    credentials: Credentials = field(default_factory=lambda: Credentials(str))

    def poll(self) -> ServiceStatus:
        """Return the status from its metrics."""
        texts = [_fetch(f"{self.web}/metrics", self.credentials.header())]
        with suppress(requests.RequestException):
            texts += [_fetch(f"{self.monitor}/metrics")] if self.monitor else []
        return status_from_metrics(self.service, Metrics(*texts))


@dataclass(frozen=True)
class DatabaseSource:
    """A service whose database and broker the environment gives."""

    runtime: Runtime
    monitor: str | None = None

    @property
    def service(self) -> str:
        """The name of the service."""
        return self.runtime.service.name

    def poll(self) -> ServiceStatus:
        """Return the status from its tables and its queue, with the counters of its worker if that has a monitor."""
        own = metrics_endpoint.expose(self.runtime).decode()
        texts = ["\n".join(line for line in own.splitlines() if "_total{" not in line) + "\n"]
        with suppress(requests.RequestException):
            texts += [_fetch(f"{self.monitor}/metrics")] if self.monitor else []
        figures = Metrics(*texts)
        poll = status_from_metrics(self.service, figures)
        if figures.has_worker or poll.outbox is None:
            return poll
        return replace(poll, done_rate=self._count_recently_handled() / RECENT.total_seconds())

    def _count_recently_handled(self) -> int:
        since = machine_now() - RECENT
        with self.runtime.database.read() as session:
            return session.scalar(select(func.count()).where(inbox.c.received_at > since)) or 0


@dataclass(frozen=True)
class MissingDatabase:
    """A service whose database does not exist; polling does not create it."""

    service: str

    def poll(self) -> ServiceStatus:
        """Return the status `unready`."""
        return ServiceStatus(service=self.service, state=UNREADY)


Source = HttpSource | DatabaseSource | MissingDatabase


@dataclass(frozen=True)
class BrokerQueues:
    """Queue figures from RabbitMQ's management API."""

    management: Management

    def queues(self) -> Queues:
        """Return the figures of each queue by its name: `ready`, `unacked`, `acked_rate`."""
        found: list[dict[str, Any]] = self.management.get(f"queues/{self.management.vhost_path}") or []
        return {queue["name"]: _queue_figures(queue) for queue in found}


def monitor_url(service: str, environ: Mapping[str, str]) -> str | None:
    """Return the address of the worker's monitor; None if the environment sets no port."""
    host = environ.get(f"{service.upper()}_MONITOR_HOST") or environ.get("CARAVAN_MONITOR_HOST") or LOOPBACK
    port = environ.get(f"{service.upper()}_MONITOR_PORT") or environ.get("CARAVAN_MONITOR_PORT") or "0"
    return f"http://{host}:{port}" if port != "0" else None


def broker_queues(environ: Mapping[str, str]) -> BrokerQueues | None:
    """Return the queue figures of the broker, if the environment gives its management API."""
    url = read_secret(API_URL_SETTING, environ)
    if not url:
        return None
    address = environ.get("CARAVAN_BROKER_ADDRESS") or "amqp://127.0.0.1:5672/caravan"
    vhost = unquote(urlsplit(address).path.removeprefix("/")) or "/"
    return BrokerQueues(Management(url, vhost, environ.get("CARAVAN_BROKER_API_CA_FILE", "")))


class StatusPoller:
    """Polls all services in parallel; one that does not answer does not delay the others."""

    def __init__(self, sources: Sequence[Source], broker: BrokerQueues | None) -> None:
        self._sources, self._broker = sources, broker
        self._pool = ThreadPoolExecutor(len(sources) + 1, "top")
        self._pending: dict[str, Future[Any]] = {}
        self._previous: dict[str, ServiceStatus] = {}

    def poll(self) -> list[ServiceStatus]:
        """Return the status of every service, with rates since the previous poll."""
        for source in self._sources:
            self._submit(source.service, source.poll)
        if self._broker:
            self._submit("", self._broker.queues)
        queues: Queues = self._result("") or {} if self._broker else {}
        return [self._status_of(source.service, queues) for source in self._sources]

    def close(self) -> None:
        """Stop without waiting for running requests."""
        self._pool.shutdown(wait=False, cancel_futures=True)

    def _status_of(self, service: str, queues: Queues) -> ServiceStatus:
        status: ServiceStatus | None = self._result(service)
        if status is None:
            self._previous.pop(service, None)
            return ServiceStatus(service=service, state=AWAY)
        rated = status.with_rates_since(self._previous.get(service))
        self._previous[service] = status
        return with_broker_queue(rated, queues.get(topology.queue_of(service), {})) if queues else rated

    def _submit(self, name: str, question: Callable[[], Any]) -> None:
        if name not in self._pending:
            self._pending[name] = self._pool.submit(question)

    def _result(self, name: str) -> Any:
        try:
            answer = self._pending[name].result(TIMEOUT_SECONDS)
        except (LateError, TimeoutError):
            return None
        except (requests.RequestException, SQLAlchemyError, OSError, click.ClickException, ValueError):
            answer = None
        del self._pending[name]
        return answer


def _fetch(url: str, headers: Mapping[str, str] | None = None) -> str:
    with requests.Session() as session:
        session.trust_env = urlsplit(url).hostname not in (LOOPBACK, "localhost")
        answer = session.get(url, headers=headers, timeout=TIMEOUT_SECONDS)
    answer.raise_for_status()
    return answer.text


def _queue_figures(queue: Mapping[str, Any]) -> dict[str, float]:
    rates = queue.get("message_stats", {}).get("ack_details", {})
    found = {"ready": queue.get("messages_ready"), "unacked": queue.get("messages_unacknowledged")}
    known = {name: float(value) for name, value in found.items() if value is not None}
    return known | {"acked_rate": float(rates.get("rate", 0.0))}


def http_sources(services: Sequence[str], url: str | None) -> list[Source]:
    """Return the sources of running services: under one origin, or each at the address in the environment."""
    origins = {name: url or os.environ.get(f"{name.upper()}_URL", "http://127.0.0.1:8000") for name in services}
    bases = {name: f"{origin.rstrip('/').removesuffix(f'/{name}')}/{name}" for name, origin in origins.items()}
    bearer = credentials(bases.get("registration", ""))
    return [HttpSource(name, base, monitor_url(name, os.environ), bearer) for name, base in bases.items()]
