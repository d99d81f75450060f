"""Processes that work for the desk, which tells, and for the tally, which hears: one for each, or one for both."""

import signal
import subprocess
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from pathlib import Path

from desk import SERVICE as DESK
from sqlalchemy import func, select
from tally import COUNTING, KEEPING, Effect

from bench.bus import child, places
from bench.bus.measures import TrialError
from bench.bus.progress import Witness
from servicekit.service import Runtime, Service
from servicekit.worker import Worker

PATIENCE_SECONDS = 300.0
LOOK_SECONDS = 0.1


@dataclass(frozen=True)
class Addresses:
    """Where desk and tally keep and tell; no broker: they share a process."""

    desk: str
    tally: str
    broker: str = ""

    def runtime(self, service: Service) -> Runtime:
        """Put one of the two in its place."""
        return places.runtime_of(service, self.desk if service is DESK else self.tally, self.broker)


@dataclass
class Working:
    """A process that works, and the file in which it leaves when each effect was committed."""

    process: subprocess.Popen[bytes]
    seen: Path
    log: Path
    effects: dict[str, float] = field(default_factory=dict)

    def end(self) -> None:
        """Let it finish what it has in hand, and read what it left."""
        self.process.send_signal(signal.SIGTERM)
        if self.process.wait(60) != 0:
            raise TrialError(f"a worker ended badly: {self.log.read_text()[-2000:]}")
        self.effects = witnessed(self.seen)


def placed(stack: ExitStack, kind: str, *, with_broker: bool = True) -> Addresses:
    """Make fresh places for desk and tally."""
    broker = stack.enter_context(places.broker_place()) if with_broker else ""
    desk, tally = (stack.enter_context(places.database_place(kind)) for _ in range(2))
    return Addresses(desk, tally, broker)


def installed(stack: ExitStack, kind: str, *, with_broker: bool = True) -> tuple[Addresses, Runtime, Runtime]:
    """Install desk and tally in fresh places; return these, and the runtimes of both."""
    addresses = placed(stack, kind, with_broker=with_broker)
    runtimes = [addresses.runtime(service) for service in (DESK, COUNTING)]
    for runtime in runtimes:
        stack.callback(runtime.database.close)
        places.install(runtime)
    return addresses, runtimes[0], runtimes[1]


@contextmanager
def working(addresses: Addresses, *names: str, keeping: bool = False) -> Iterator[Working]:
    """Run a process that works for some of the two; the tally counts, or keeps copies."""
    seen, log = (places.scratch() / f"{'-'.join(names)}.{ending}" for ending in ("seen", "log"))
    command = child.command(
        "bench.bus.stages:work",
        names=names,
        keeping=keeping,
        path=str(seen),
        places_=[addresses.desk, addresses.tally, addresses.broker],
    )
    with log.open("wb") as output:
        process = subprocess.Popen(command, env=child.environ(), stdout=output, stderr=output)
    try:
        _await_start(log, process)
        yield Working(process, seen, log)
    finally:
        process.kill()
        process.wait()


def work(names: list[str], path: str, places_: list[str], *, keeping: bool) -> dict[str, float]:
    """Work for services until told to end, then leave what was seen; call it as a process."""
    addresses, witness, stop = Addresses(*places_), Witness(), threading.Event()
    worker = Worker(
        [addresses.runtime(service) for service in (DESK, KEEPING if keeping else COUNTING) if service.name in names]
    )
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.start()
    print("working", flush=True)  # noqa: T201  # the parent waits for it
    stop.wait()
    worker.stop()
    leave(witness, Path(path))
    return {}


def leave(witness: Witness, path: Path) -> None:
    """Write down which effect was committed when."""
    path.write_text("".join(f"{event_id} {at:.6f}\n" for event_id, at in witness.seen()), encoding="ascii")


def witnessed(path: Path) -> dict[str, float]:
    """Read which effect was committed when.

    Raises:
        TrialError: one was committed twice.

    """
    lines = [line.split() for line in path.read_text(encoding="ascii").splitlines()]
    found = {event_id: float(at) for event_id, at in lines}
    if len(found) != len(lines):
        raise TrialError(f"{len(lines)} effects of {len(found)} events")
    return found


def effects(runtime: Runtime) -> int:
    """Count the effects."""
    with runtime.database.read() as session:
        return session.scalar(select(func.count()).select_from(Effect)) or 0


def wait_for(condition: Callable[[], bool], what: str, patience_seconds: float = PATIENCE_SECONDS) -> float:
    """Wait until a condition holds; return the instant at which it was seen to.

    Raises:
        TrialError: it did not hold in time.

    """
    deadline = time.monotonic() + patience_seconds
    while not condition():
        if time.monotonic() > deadline:
            raise TrialError(f"waited {patience_seconds:.0f} s in vain: {what}")
        time.sleep(LOOK_SECONDS)
    return time.monotonic()


def _await_start(log: Path, process: subprocess.Popen[bytes]) -> None:
    def has_started() -> bool:
        if process.poll() is not None:
            raise TrialError(f"a worker did not start: {log.read_text()[-2000:]}")
        return "working" in log.read_text()

    wait_for(has_started, "a worker starts")
