"""A service on FastStream that adds a row for each admission: `python -m bench.bus.faststream_app`."""

import asyncio
import json
import os
from datetime import datetime
from typing import Any
from uuid import UUID

from faststream import FastStream, StreamMessage
from faststream.rabbit import Channel, RabbitBroker, RabbitQueue
from psycopg_pool import AsyncConnectionPool
from pydantic import BaseModel
from tally import COUNTING

from bench.bus.handle_rivals import INSERT
from servicekit.bus import topology


class Admission(BaseModel):
    """The data of `caravan.participant.admitted.v1`."""

    participant_id: UUID
    mission_id: UUID
    organisation_id: UUID
    side: str
    status: str
    avoids: list[UUID]
    withdrawn_from: datetime | None
    checked_in_at: datetime | None
    reason: str


class AdmissionEvent(BaseModel):
    """The event around it."""

    id: UUID
    source: str
    subject: str
    time: datetime
    subjectversion: int
    data: Admission


pool = AsyncConnectionPool(os.environ["BENCH_DATABASE_URL"], min_size=10, open=False, kwargs={"autocommit": True})
broker = RabbitBroker(os.environ["BENCH_BROKER_URL"], default_channel=Channel(prefetch_count=200), logger=None)
queue = RabbitQueue(topology.queue_of(COUNTING.name), declare=False)
app = FastStream(broker, on_startup=[pool.open], after_shutdown=[pool.close])


async def decoded(message: StreamMessage[Any]) -> Any:
    """Read the body as JSON, which FastStream does for `application/json` alone."""
    return json.loads(message.body)


@broker.subscriber(queue, decoder=decoded)
async def count(event: AdmissionEvent) -> None:
    """Add the one row that an admission brings."""
    async with pool.connection() as connection:
        await connection.execute(INSERT, (event.id, event.data.participant_id, event.data.status))


if __name__ == "__main__":
    asyncio.run(app.run())
