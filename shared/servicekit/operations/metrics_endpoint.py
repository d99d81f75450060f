"""All figures of a service as Prometheus reads them: what this process counted, and how things stand now.

How things stand is read from the database and the broker when somebody asks, so that every
process of a service says the same; what a process counts of its own work is its own.
"""

from collections.abc import Iterable, Iterator

from flask import Blueprint, Response
from prometheus_client import CONTENT_TYPE_LATEST, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, Metric
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError
from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit import migrations
from servicekit.operations import backlog
from servicekit.service import Figure, Runtime
from servicekit.telemetry.metrics import PREFIX
from servicekit.web.endpoints import runtime, watches

blueprint = Blueprint("metrics", __name__)
CONTENT_TYPE = CONTENT_TYPE_LATEST


@blueprint.get("/metrics")
@watches(Deed.METRICS_READ)
def metrics() -> Response:
    """Answer all figures."""
    return Response(expose(runtime()), content_type=CONTENT_TYPE)


def expose(service: Runtime) -> bytes:
    """Return all figures of a service in the text form of Prometheus, each with the name of the service."""
    return generate_latest(_Named(service.service.name, families(service)))


def families(service: Runtime) -> Iterator[Metric]:
    """Yield all figures; those of a database that is away are left out."""
    yield from service.metrics.collect()
    yield _level("db_pool_in_use", "Connections to the database that are in use.", _pool(service))
    loops = GaugeMetricFamily(f"{PREFIX}loop_turn_age_seconds", "Time since a loop last turned.", labels=("loop",))
    for loop, age in service.pulse.ages().items():
        loops.add_metric((loop,), age)
    yield loops
    yield from _of_database(service)
    if service.has_broker:
        yield from _of_broker(service)


def _of_database(service: Runtime) -> Iterator[Metric]:
    try:
        is_ready = service.database.can_be_reached() and migrations.is_at_head(service)
        found = list(_kept(service)) if is_ready else []
    except (DBAPIError, PoolExhaustedError):
        is_ready, found = False, []
    yield _level("ready", "Whether the service can work: its database answers and has the newest tables.", is_ready)
    yield from found


def _kept(service: Runtime) -> Iterator[Metric]:
    with service.database.read() as session:
        now = backlog.of(session)
        yield _level("outbox_pending", "Events that wait to be sent.", now.unsent)
        yield _level(
            "outbox_oldest_unsent_seconds", "Age of the oldest event that waits to be sent.", now.oldest_unsent
        )
        yield _level("events_parked", "Events that failed and will be tried again.", now.parked)
        yield _level("events_dead", "Events that failed for good.", now.dead)
        yield _level("events_dead_oldest_seconds", "For how long the oldest of them has been kept.", now.oldest_dead)
        yield _level("joined", "Whether the service has read the history from before its time.", now.has_joined)
        yield _level("replay_gap_seconds", "For how long a lost queue has not healed; 0: no gap.", now.gap)
        yield from (_figure(figure, session) for figure in service.service.figures)


def _of_broker(service: Runtime) -> Iterator[Metric]:
    found = service.broker_watch.found
    yield _level("broker_up", "Whether the broker takes connections.", found is not None)
    if found is not None:
        yield _level("queue_missing", "Whether the service's queue is gone.", found.waiting < 0)
        yield _level("queue_waiting", "Events that wait in the service's queue.", max(found.waiting, 0))
        yield _level("history_missing", "Whether the stream of history is gone: events wait.", not found.has_history)


def _figure(figure: Figure, session: Session) -> Metric:
    kind = CounterMetricFamily if figure.only_grows else GaugeMetricFamily
    family = kind(PREFIX + figure.name, figure.about, labels=figure.labels)
    for labels, value in figure.read(session):
        family.add_metric(labels, value)
    return family


def _pool(service: Runtime) -> float:
    return float(getattr(service.database.engine.pool, "checkedout", lambda: 0)())


def _level(name: str, about: str, value: float) -> Metric:
    return GaugeMetricFamily(PREFIX + name, about, value=float(value))


class _Named:
    """Families whose samples name the service, as the library's writer wants them."""

    def __init__(self, service: str, found: Iterable[Metric]) -> None:
        self._service, self._found = service, found

    def collect(self) -> Iterator[Metric]:
        """Yield them."""
        for family in self._found:
            named = [sample._replace(labels={"service": self._service, **sample.labels}) for sample in family.samples]
            family.samples = named
            yield family
