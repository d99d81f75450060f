"""On what the figures were measured: machine, servers, libraries, commit."""

import os
import platform
import subprocess
import time
from datetime import UTC, datetime
from importlib.metadata import PackageNotFoundError, version
from pathlib import Path
from typing import Any

import psycopg
import requests
from sqlalchemy import make_url

from bench.bus import places
from servers import addresses

LIBRARIES = ("kombu", "amqp", "pika", "sqlalchemy", "psycopg", "marshmallow", "faststream", "aio-pika", "celery")
COMMITS = 300


def facts() -> dict[str, Any]:
    """Return what a reader must know to weigh the figures."""
    return {
        "measured_at": datetime.now(UTC).isoformat(timespec="seconds"),
        "commit": _commit(),
        "cores": os.cpu_count(),
        "processor": _processor(),
        "memory_gib": round(os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") / 2**30, 1),
        "system": platform.platform(),
        "load_before": os.getloadavg()[0],
        "python": platform.python_version(),
        "rabbitmq": _rabbitmq(),
        "postgresql": _postgresql(),
        "libraries": {name: found for name in LIBRARIES if (found := _library(name))},
        "commits_per_second": _commit_rate(),
    }


def _commit() -> str:
    told = subprocess.run(["git", "describe", "--always", "--dirty"], capture_output=True, text=True, check=False)
    return told.stdout.strip() or "unknown"


def _processor() -> str:
    described = Path("/proc/cpuinfo")
    lines = described.read_text(encoding="utf-8").splitlines() if described.exists() else []
    return next(
        (line.partition(":")[2].strip() for line in lines if line.startswith("model name")), platform.processor()
    )


def _library(name: str) -> str | None:
    try:
        return version(name)
    except PackageNotFoundError:
        return None


def _rabbitmq() -> str:
    return str(requests.get(f"{addresses.broker().api_url}/api/overview", timeout=10).json()["rabbitmq_version"])


def _postgresql() -> str:
    with _connected(addresses.postgres_url()) as connection:
        return str(connection.execute("SHOW server_version").fetchone()[0]).split()[0]


def _commit_rate() -> int:
    """Return how many single rows PostgreSQL commits per second on one connection: what the disk allows."""
    with places.database_place(places.POSTGRESQL) as url, _connected(url) as connection:
        connection.execute("CREATE TABLE one (number integer)")
        began = time.monotonic()
        for number in range(COMMITS):
            connection.execute("INSERT INTO one VALUES (%s)", [number])
        return round(COMMITS / (time.monotonic() - began))


def _connected(url: str) -> psycopg.Connection:
    address = make_url(url).set(drivername="postgresql").render_as_string(hide_password=False)
    return psycopg.connect(address, autocommit=True)
