"""Count applications and meetings per region, given only asyncapi.json.

Reads the stream of the history from its start, or from where it stopped. New events are appended
to the same stream, so there is no gap. The state, the ids of handled events and the offset in the
stream are committed in one transaction.
"""

import json
import os
import sqlite3
from collections import Counter
from contextlib import suppress
from pathlib import Path

import pika

HERE = Path(__file__).parent
DOCUMENT = json.loads(Path(os.environ.get("ASYNCAPI", HERE / "asyncapi.json")).read_text(encoding="utf-8"))
HISTORY, READING = DOCUMENT["channels"]["history"]["address"], DOCUMENT["operations"]["receive.history"]["x-consume"]
REGIONS = {"application": ("region",), "meeting": ("guest_region", "host_region")}
"""What is counted, and the properties that hold its regions."""
UNREADABLE = (AttributeError, KeyError, OverflowError, RecursionError, TypeError, ValueError, sqlite3.ProgrammingError)
"""Exceptions that a malformed event can cause: every publisher can publish anything."""
TABLES = """CREATE TABLE IF NOT EXISTS seen (source, id, PRIMARY KEY (source, id));
CREATE TABLE IF NOT EXISTS state (subject PRIMARY KEY, version, kind, status, regions);
CREATE TABLE IF NOT EXISTS place (only PRIMARY KEY, next);"""
KEEP = """INSERT INTO state VALUES (?, ?, ?, ?, ?) ON CONFLICT (subject) DO UPDATE
SET version = excluded.version, status = excluded.status, regions = excluded.regions WHERE excluded.version > version"""


def keep(database: sqlite3.Connection, event: dict) -> None:
    """Store the state of the subject of an event, unless it is a duplicate or older than the stored state."""
    kind = event["type"].split(".")[1] if event["type"] in DOCUMENT["components"]["messages"] else "not in the document"
    seen, data = (event["source"], event["id"]), event["data"]
    if kind in REGIONS and database.execute("INSERT OR IGNORE INTO seen VALUES (?, ?)", seen).rowcount:
        regions = sorted({data.get(name) or "unknown" for name in REGIONS[kind]})
        database.execute(KEEP, (event["subject"], event["subjectversion"], kind, data["status"], json.dumps(regions)))


def counts(database: sqlite3.Connection) -> str:
    """Return the number of subjects by region, kind and status, as JSON."""
    rows = database.execute("SELECT kind, status, regions FROM state")
    found = Counter(f"{region} {kind} {status}" for kind, status, regions in rows for region in json.loads(regions))
    return json.dumps(found, sort_keys=True)


def main() -> None:
    """Read without end; print the counts when they have changed and no event is waiting."""
    database, printed = sqlite3.connect(os.environ.get("COUNTS", HERE / "counts.db")), ""
    database.executescript(TABLES)
    (place,) = database.execute("SELECT max(next) FROM place").fetchone()
    channel = pika.BlockingConnection(pika.URLParameters(os.environ["CARAVAN_ADDRESS"])).channel()
    channel.basic_qos(prefetch_count=READING["prefetch"])
    start = READING["arguments"] if place is None else {"x-stream-offset": place}
    for method, properties, body in channel.consume(HISTORY, arguments=start, inactivity_timeout=0.5):
        if method is not None:
            if properties.content_type == DOCUMENT["defaultContentType"]:
                with suppress(*UNREADABLE):
                    keep(database, json.loads(body))
            place = properties.headers["x-stream-offset"] + 1
            channel.basic_ack(method.delivery_tag)
        if method is None or place % READING["prefetch"] == 0:
            database.execute("INSERT OR REPLACE INTO place VALUES (0, ?)", (place,))
            database.commit()
        if method is None and (now := counts(database)) != printed:
            print(printed := now, flush=True)


if __name__ == "__main__":
    main()
