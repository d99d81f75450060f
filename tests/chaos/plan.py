"""The plan of faults: what breaks when, for how long, drawn from a seed before anything runs."""

import random
from collections.abc import Iterator, Mapping
from dataclasses import dataclass

GAP_SECONDS = (3.0, 10.0)
"""How far apart faults begin."""
QUIET_SECONDS = 2.0
"""How long nothing breaks at first."""
SERVICES = ("registration", "matching", "notifications", "abacus")
WEBS = ("registration", "matching", "notifications")


@dataclass(frozen=True)
class Kind:
    """One way to break something: whom it may hit, how long it lasts, how often it is in the pack."""

    targets: tuple[str, ...]
    seconds: tuple[float, float]
    share: int
    is_kill: bool = False


BROKER: Mapping[str, Kind] = {
    "kill worker": Kind(SERVICES, (0, 5), 7, is_kill=True),
    "kill web": Kind(WEBS, (0, 3), 4, is_kill=True),
    "kill broker": Kind(("broker",), (0, 6), 2, is_kill=True),
    "crash database": Kind(("database",), (0, 6), 2, is_kill=True),
    "second worker": Kind(SERVICES, (4, 15), 2, is_kill=True),
    "end worker": Kind(SERVICES, (0, 2), 1),
    "end web": Kind(WEBS, (0, 1), 1),
    "restart broker": Kind(("broker",), (0, 3), 1),
    "restart database": Kind(("database",), (0, 3), 1),
    "freeze worker": Kind(SERVICES, (2, 12), 1),
    "freeze web": Kind(WEBS, (1, 6), 1),
    "freeze broker": Kind(("broker",), (2, 12), 1),
    "reset broker link": Kind(SERVICES, (0, 0), 1),
    "refuse broker link": Kind(SERVICES, (2, 8), 1),
    "silence broker link": Kind(SERVICES, (3, 15), 1),
    "reset database link": Kind(SERVICES, (0, 0), 1),
    "silence database link": Kind(SERVICES, (2, 8), 1),
    "end connections": Kind(SERVICES, (0, 0), 1),
    "delete queue": Kind(SERVICES, (0, 0), 2),
    "repeat": Kind(("broker",), (0, 0), 2),
    "shuffle": Kind(("broker",), (0, 0), 2),
    "disorder queue": Kind(SERVICES, (2, 8), 3, is_kill=True),
}
"""What breaks where the services stand in processes of their own, on RabbitMQ and PostgreSQL."""
EMBEDDED: Mapping[str, Kind] = {
    "kill instance": Kind(("up",), (0, 3), 12, is_kill=True),
    "kill server": Kind(("up",), (0, 0), 3, is_kill=True),
    "end instance": Kind(("up",), (0, 2), 1),
    "freeze instance": Kind(("up",), (1, 6), 1),
    "lock database": Kind(WEBS, (1, 7), 2),
    "repeat rows": Kind(WEBS, (0, 0), 3),
}
"""What breaks where all of them are one process on SQLite."""
MODES: Mapping[str, Mapping[str, Kind]] = {"broker": BROKER, "embedded": EMBEDDED}


@dataclass(frozen=True)
class Fault:
    """One thing that breaks."""

    at: float
    """Seconds after the start."""
    kind: str
    target: str
    seconds: float
    """How long until it is mended; a lasting one may be met by the next."""
    number: int
    """What the fault itself draws from."""

    def __str__(self) -> str:
        lasting = f" for {self.seconds:.1f} s" if self.seconds else ""
        return f"{self.at:6.1f} s  {self.kind}: {self.target}{lasting}"


def draw(seed: int, seconds: float, mode: str) -> list[Fault]:
    """Draw the faults of a run; a longer run of the same seed begins with the same ones."""
    source = random.Random(f"faults {mode} {seed}")
    kinds, found, at = MODES[mode], [], QUIET_SECONDS
    for name in _dealt(source, kinds):
        kind = kinds[name]
        fault = Fault(at, name, source.choice(kind.targets), source.uniform(*kind.seconds), source.getrandbits(32))
        at += source.uniform(*GAP_SECONDS)
        if fault.at >= seconds:
            return found
        found.append(fault)
    raise AssertionError("the pack never ends")


def _dealt(source: random.Random, kinds: Mapping[str, Kind]) -> Iterator[str]:
    """Deal shuffled packs, so that every kind comes before one comes again and again."""
    while True:
        pack = [name for name, kind in kinds.items() for _ in range(kind.share)]
        source.shuffle(pack)
        yield from pack
