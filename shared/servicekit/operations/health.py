"""Whether the service lives, and whether it may be sent requests.

A broker that is away degrades the service, no more: requests are taken and events wait. So does
an event that is not tried any more: somebody has to look after it.
A worker lives as long as its loops turn: a connection says nothing about that.
"""

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy.exc import DBAPIError
from sqlalchemy.exc import TimeoutError as PoolExhaustedError

from servicekit import migrations
from servicekit.data import clock
from servicekit.operations import backlog
from servicekit.service import Runtime
from servicekit.web.endpoints import runtime

RETRY_SECONDS = "5"
"""After how many seconds to ask again whether the service is ready."""

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> tuple[Response, int]:
    """Tell whether the loops of this process turn; a process without any answers that it answers."""
    state = liveness(runtime())
    return jsonify(state), 200 if state["status"] == "live" else 503


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Tell the state of database, schema, broker and events."""
    state = inspect(runtime())
    answer = jsonify(state)
    if state["status"] != "unready":
        return answer, 200
    answer.headers["Retry-After"] = RETRY_SECONDS
    return answer, 503


def liveness(service: Runtime) -> dict[str, Any]:
    """Tell whether a restart would help: a loop has not turned for long, although the database answers."""
    stuck = service.pulse.stuck(service.settings.stuck_seconds)
    if not stuck or not _can_be_reached(service):
        return {"service": service.service.name, "status": "live"}
    told = {loop: round(age, 1) for loop, age in stuck.items()}
    return {"service": service.service.name, "status": "stuck", "stuck_seconds": told}


def inspect(service: Runtime) -> dict[str, Any]:
    """Look at everything that the service needs."""
    try:
        if not service.database.can_be_reached():
            return _unready(service, "away")
        if not migrations.is_at_head(service):
            return _unready(service, "not migrated")
        facts = _facts(service)
    except DBAPIError:
        return _unready(service, "away")
    except PoolExhaustedError:
        return _unready(service, "busy")
    broker = "none" if not service.has_broker else _broker(service, facts["events"])
    is_well = broker in ("none", "ready") and not facts["events"]["dead"]
    status = "ready" if is_well else "degraded"
    return {"service": service.service.name, "status": status, "database": "ready", "broker": broker, **facts}


def _unready(service: Runtime, database: str) -> dict[str, Any]:
    return {"service": service.service.name, "status": "unready", "database": database}


def _broker(service: Runtime, events: dict[str, Any]) -> str:
    """Tell the state of the broker, and add to the events how many wait there."""
    found = service.broker_watch.found
    if found is None:
        return "away"
    if found.waiting < 0:
        return "queue missing"
    events["waiting"] = found.waiting
    return "ready" if found.has_history else "history missing"


def _can_be_reached(service: Runtime) -> bool:
    """Ask the database; where all connections to it are taken, the loops hold them, and are stuck."""
    try:
        return service.database.can_be_reached()
    except PoolExhaustedError:
        return True


def _facts(service: Runtime) -> dict[str, Any]:
    with service.database.read() as session:
        found = backlog.of(session)
        now = clock.now(session).isoformat()
    events = {
        "unsent": found.unsent,
        "oldest_unsent_seconds": round(found.oldest_unsent, 1),
        "parked": found.parked,
        "dead": found.dead,
    }
    return {"now": now, "events": events}
