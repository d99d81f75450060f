"""What can be seen of a working process from outside: its figures, its memory, how much it has in hand."""

from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path

import requests
from prometheus_client.parser import text_string_to_metric_families

from deployment import Process
from faults.notes_stage import Stage
from faults.queues import ready
from notes import told
from servers.ports import LOOPBACK, free_port
from servicekit.bus import topology


@dataclass(frozen=True)
class Watched:
    """A worker of the reader whose monitor answers."""

    process: Process
    port: int

    def figure(self, name: str) -> float:
        """Return what the process counts under a name."""
        answer = requests.get(f"http://{LOOPBACK}:{self.port}/metrics", timeout=10)
        answer.raise_for_status()
        samples = [each for family in text_string_to_metric_families(answer.text) for each in family.samples]
        (value,) = [sample.value for sample in samples if sample.name == name]
        return float(value)

    def resident_bytes(self) -> int:
        """Return how much memory it takes at this moment."""
        status = Path(f"/proc/{self.process.child.pid}/status").read_text()
        (line,) = [line for line in status.splitlines() if line.startswith("VmRSS")]
        return int(line.split()[1]) * 1024


def work_watched(stage: Stage, **plan: object) -> Watched:
    """Start a worker of the reader with a monitor."""
    port = free_port()
    process = stage.start("work", "reader", environ={"READER_MONITOR_PORT": str(port)}, **plan)
    return Watched(process, port)


def in_hand(stage: Stage, sent: int) -> tuple[int, int]:
    """Return how many of the events that were sent a consumer has unacknowledged, and how many wait behind them.

    The broker's own figures come late, so this is what is neither done nor waiting. Twice the same
    count of effects around the question makes sure that no batch ended meanwhile.
    """
    while True:
        done, (waiting, _), still = len(told(stage.reading)), _queue(stage), len(told(stage.reading))
        if done == still:
            return sent - waiting - done, waiting


def _queue(stage: Stage) -> Sequence[int]:
    assert stage.evidence.vhost is not None
    return ready(stage.evidence.vhost, topology.queue_of("reader"))
