"""A Celery task that adds a row for each admission; `python -m bench.bus.celery_app 1000` sends so many of them."""

import os
import sys

import psycopg
from celery import Celery

from bench.bus import samples
from bench.bus.handle_rivals import INSERT, row_of

app = Celery("bench", broker=os.environ["BENCH_BROKER_URL"])
app.conf.update(
    task_default_queue="bench.celery",
    task_default_queue_type="quorum",
    worker_detect_quorum_queues=True,
    task_acks_late=True,
    task_ignore_result=True,
    worker_prefetch_multiplier=100,
    worker_enable_remote_control=False,
    broker_connection_retry_on_startup=True,
)
_connections: list[psycopg.Connection] = []


@app.task(name="bench.count")
def count(body: str) -> None:
    """Add the one row that an admission brings."""
    if not _connections:
        _connections.append(psycopg.connect(os.environ["BENCH_DATABASE_URL"], autocommit=True))
    _connections[0].execute(INSERT, row_of(body))


if __name__ == "__main__":
    with app.producer_or_acquire() as producer:
        for message in samples.admissions(int(sys.argv[1])):
            count.apply_async((message.body,), producer=producer)
