"""How each kind of fault is brought about, and what mends it."""

import os
import random
import signal
import sqlite3
from collections.abc import Callable
from contextlib import closing, suppress
from pathlib import Path

import psycopg
from pika.exceptions import AMQPError

from chaos import stream
from chaos.breaker import Break, Breaker, Mend, freeze_process, stop_process
from chaos.plan import Fault
from deployment import Process
from servers.proxy import Mode, Proxy

MOST_REPEATED = 200


def _process(prefix: str, how: signal.Signals) -> Break:
    return lambda breaker, fault: stop_process(breaker, f"{prefix}{fault.target}", how)


def _freeze(prefix: str) -> Break:
    return lambda breaker, fault: freeze_process(breaker, f"{prefix}{fault.target}")


def stop_broker(breaker: Breaker, fault: Fault) -> Mend | None:
    """Kill the broker, or stop it in good order."""
    node = breaker.stage.node
    assert node is not None
    if "broker" in breaker.down:
        return None
    if fault.kind == "kill broker":
        # A queue that was made within the last half second would come back without a leader; see Node.settle.
        with suppress(RuntimeError):
            node.settle()
    breaker.down.add("broker")
    (node.kill if fault.kind == "kill broker" else node.stop)()
    breaker.diary.counts["kills"] += fault.kind == "kill broker"
    breaker.diary.counts["absences"] += 1

    def start() -> None:
        node.start()
        breaker.down.discard("broker")
        breaker.diary.note("broker is back")

    return start


def freeze_broker(breaker: Breaker, fault: Fault) -> Mend | None:
    """Let the broker stand still: connections stay open, nothing answers."""
    node = breaker.stage.node
    assert node is not None
    if "broker" in breaker.down:
        return None
    breaker.down.add("broker")
    node.pause()
    breaker.diary.counts["frozen"] += 1

    def resume() -> None:
        node.resume()
        breaker.down.discard("broker")

    return resume


def stop_database(breaker: Breaker, fault: Fault) -> Mend | None:
    """Stop the database server, as a crash would or in good order."""
    cluster = breaker.stage.cluster
    assert cluster is not None
    if "database" in breaker.down:
        return None
    breaker.down.add("database")
    is_crash = fault.kind == "crash database"
    (cluster.stop_immediately if is_crash else cluster.stop)()
    breaker.diary.counts["kills"] += is_crash
    breaker.diary.counts["absences"] += 1

    def start() -> None:
        cluster.start()
        breaker.down.discard("database")
        breaker.diary.note("database is back")

    return start


def start_second(breaker: Breaker, fault: Fault) -> Mend:
    """Let two workers of a service work at once, and kill the second in the end."""
    first = breaker.stage.processes[f"work-{fault.target}"]
    log = first.log.with_name(f"second-{first.log.name}")
    second = Process(f"second-{fault.target}", first.command, first.environ, log)
    second.start()

    def kill() -> None:
        second.kill()
        breaker.diary.counts["kills"] += 1

    return kill


def _link(which: Callable[[Breaker, Fault], Proxy], mode: Mode | None) -> Break:
    """Make what resets a link, or sets it to a mode for a while; what was silent is reset in the end."""

    def strike(breaker: Breaker, fault: Fault) -> Mend | None:
        proxy = which(breaker, fault)
        breaker.diary.counts["links cut"] += 1
        if mode is None:
            proxy.reset_all()
            return None
        proxy.mode = mode

        def mend() -> None:
            if mode is Mode.BLACKHOLE and fault.number % 2:
                proxy.reset_all()  # half open: one end never hears what the other said last
            proxy.mode = Mode.OK

        return mend

    return strike


def _broker_link(breaker: Breaker, fault: Fault) -> Proxy:
    return breaker.stage.broker_links[fault.target]


def _database_link(breaker: Breaker, fault: Fault) -> Proxy:
    return breaker.stage.database_links[fault.target]


def end_connections(breaker: Breaker, fault: Fault) -> None:
    """End every connection of a service to its database, as a fail-over does."""
    if "database" not in breaker.down:
        with suppress(psycopg.OperationalError):
            breaker.stage.databases[fault.target].disconnect_all()
            breaker.diary.counts["links cut"] += 1


def delete_queue(breaker: Breaker, fault: Fault) -> None:
    """Delete a service's queue with all that is in it."""
    vhost, node = breaker.stage.evidence.vhost, breaker.stage.node
    assert vhost is not None and node is not None
    if "broker" not in breaker.down:
        with suppress(AMQPError, OSError, RuntimeError):
            node.await_dead_letter_workers()
            stream.delete_queue(vhost, fault.target)
            breaker.diary.counts["queues deleted"] += 1


def repeat(breaker: Breaker, fault: Fault) -> None:
    """Send events again that were sent before: in their order, or in none."""
    vhost = breaker.stage.evidence.vhost
    assert vhost is not None
    if "broker" not in breaker.down:
        with suppress(AMQPError, OSError):
            count = stream.send_again(vhost, fault.number, shuffled=fault.kind == "shuffle")
            breaker.diary.counts["events repeated"] += count


def disorder_queue(breaker: Breaker, fault: Fault) -> Mend | None:
    """Kill a worker, let events gather, and bring them into another order before it is there again."""
    start = stop_process(breaker, f"work-{fault.target}", signal.SIGKILL)
    vhost = breaker.stage.evidence.vhost
    assert vhost is not None

    def mend() -> None:
        if "broker" not in breaker.down:
            with suppress(AMQPError, OSError):
                count = stream.disorder_queue(vhost, fault.target, fault.number)
                breaker.diary.counts["events in another order"] += count
        if start is not None:
            start()

    return mend


def repeat_rows(breaker: Breaker, fault: Fault) -> None:
    """Let the pump carry events again that it had carried, old ones after new ones."""
    source = random.Random(fault.number)
    file = _file(breaker, fault.target)
    with suppress(sqlite3.OperationalError), closing(sqlite3.connect(file, timeout=5)) as database, database:
        query = "SELECT seq FROM outbox WHERE sent_at IS NOT NULL ORDER BY seq DESC LIMIT ?"
        rows = database.execute(query, [2 * MOST_REPEATED]).fetchall()
        chosen = source.sample(rows, len(rows) // 2)
        database.executemany("UPDATE outbox SET sent_at = NULL WHERE seq = ?", chosen)
        breaker.diary.counts["events repeated"] += len(chosen)


def lock_database(breaker: Breaker, fault: Fault) -> Mend:
    """Hold the one place of a writer, as a back-up does that takes its time."""
    holder = sqlite3.connect(_file(breaker, fault.target), timeout=5, isolation_level=None)
    with suppress(sqlite3.OperationalError):
        holder.execute("BEGIN IMMEDIATE")
        breaker.diary.counts["absences"] += 1
    return holder.close


def kill_server(breaker: Breaker, fault: Fault) -> None:
    """Kill the process that serves and works; the one that watches over it makes another."""
    parent = breaker.stage.processes[fault.target].child.pid
    children = Path(f"/proc/{parent}/task/{parent}/children")
    for child in children.read_text().split() if children.exists() else ():
        with suppress(ProcessLookupError):
            os.kill(int(child), signal.SIGKILL)
            breaker.diary.counts["kills"] += 1


def _file(breaker: Breaker, service: str) -> str:
    database = breaker.stage.runtime(service).database.engine.url.database
    assert database is not None
    return database


MEANS: dict[str, Break] = {
    "kill worker": _process("work-", signal.SIGKILL),
    "kill web": _process("serve-", signal.SIGKILL),
    "kill broker": stop_broker,
    "crash database": stop_database,
    "second worker": start_second,
    "end worker": _process("work-", signal.SIGTERM),
    "end web": _process("serve-", signal.SIGTERM),
    "restart broker": stop_broker,
    "restart database": stop_database,
    "freeze worker": _freeze("work-"),
    "freeze web": _freeze("serve-"),
    "freeze broker": freeze_broker,
    "reset broker link": _link(_broker_link, None),
    "refuse broker link": _link(_broker_link, Mode.REFUSE),
    "silence broker link": _link(_broker_link, Mode.BLACKHOLE),
    "reset database link": _link(_database_link, None),
    "silence database link": _link(_database_link, Mode.BLACKHOLE),
    "end connections": end_connections,
    "delete queue": delete_queue,
    "repeat": repeat,
    "shuffle": repeat,
    "disorder queue": disorder_queue,
    "kill instance": _process("", signal.SIGKILL),
    "kill server": kill_server,
    "end instance": _process("", signal.SIGTERM),
    "freeze instance": _freeze(""),
    "lock database": lock_database,
    "repeat rows": repeat_rows,
}
"""What brings each kind about."""
