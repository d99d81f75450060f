"""Whether the service lives, and whether it may be sent requests.

A broker that is away degrades the service, no more: requests are taken and events wait.
"""

from typing import Any

from flask import Blueprint, Response, jsonify
from sqlalchemy import func, select
from sqlalchemy.exc import DBAPIError

from servicekit import bus, clock, identifiers, migrations
from servicekit.endpoints import runtime
from servicekit.runtime import Runtime
from servicekit.tables import inbox, outbox

blueprint = Blueprint("health", __name__, url_prefix="/health")


@blueprint.get("/live")
def live() -> Response:
    """Answer that the process answers."""
    return jsonify(status="live")


@blueprint.get("/ready")
def ready() -> tuple[Response, int]:
    """Tell the state of database, schema, broker and events."""
    state = inspect(runtime())
    return jsonify(state), 200 if state["status"] != "unready" else 503


def inspect(service: Runtime) -> dict[str, Any]:
    """Look at everything that the service needs."""
    try:
        if not migrations.is_at_head(service):
            return {"service": service.service.name, "status": "unready", "database": "not migrated"}
        facts = _facts(service)
    except DBAPIError:
        return {"service": service.service.name, "status": "unready", "database": "away"}
    broker = "none" if not service.has_broker else _broker(service)
    status = "degraded" if broker == "away" else "ready"
    return {"service": service.service.name, "status": status, "database": "ready", "broker": broker, **facts}


def _broker(service: Runtime) -> str:
    return "ready" if bus.broker_answers(service.settings.broker_url) else "away"


def _facts(service: Runtime) -> dict[str, Any]:
    with service.database.read() as session:
        unsent = session.scalar(select(func.count()).where(outbox.c.sent_at.is_(None)))
        parked = session.scalar(select(func.count()).where(inbox.c.retry_at.is_not(None)))
        dead = session.scalar(select(func.count()).where(inbox.c.body.is_not(None), inbox.c.retry_at.is_(None)))
        oldest = session.scalar(
            select(outbox.c.event_id).where(outbox.c.sent_at.is_(None)).order_by(outbox.c.seq).limit(1)
        )
        now = clock.now(session).isoformat()
    age = (clock.machine_now() - identifiers.made_at(oldest)).total_seconds() if oldest else 0.0
    events = {"unsent": unsent, "oldest_unsent_seconds": round(age, 1), "parked": parked, "dead": dead}
    return {"now": now, "events": events}
