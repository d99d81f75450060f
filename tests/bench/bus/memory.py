"""How much memory processes hold: the resident set, sampled."""

import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

SAMPLE_SECONDS = 0.2


class Sampler:
    """Samples the resident sets of processes, with all their children, while it runs."""

    def __init__(self, pids: dict[str, int]) -> None:
        self._pids = pids
        self._stop = threading.Event()
        self.samples: list[tuple[float, dict[str, float]]] = []
        """(instant, MiB by name)."""

    @contextmanager
    def running(self) -> Iterator["Sampler"]:
        """Sample in a thread until the block ends, once more at its end."""
        thread = threading.Thread(target=self._run, daemon=True)
        thread.start()
        try:
            yield self
        finally:
            self._stop.set()
            thread.join()

    def peak(self, name: str) -> float:
        """Return the most that a process held, in MiB."""
        return max(sample[name] for _, sample in self.samples)

    def grown(self, name: str, since: float) -> float:
        """Return how much more than at an instant a process held at most after it, in MiB."""
        after = [sample[name] for at, sample in self.samples if at >= since]
        return max(after) - after[0]

    def _run(self) -> None:
        while True:
            self.samples.append((time.monotonic(), {name: resident_mib(pid) for name, pid in self._pids.items()}))
            if self._stop.wait(SAMPLE_SECONDS):
                return


def resident_mib(pid: int) -> float:
    """Return what a process and all its descendants hold, in MiB; nothing of those that have gone."""
    return sum(_own(each) for each in family(pid))


def family(pid: int) -> list[int]:
    """Return a process and all its descendants."""
    found, index = [pid], 0
    while index < len(found):
        for children in Path(f"/proc/{found[index]}/task").glob("*/children"):
            found += [int(child) for child in _read(children).split()]
        index += 1
    return found


def _own(pid: int) -> float:
    for line in _read(Path(f"/proc/{pid}/status")).splitlines():
        if line.startswith("VmRSS:"):
            return int(line.split()[1]) / 1024
    return 0.0


def _read(path: Path) -> str:
    try:
        return path.read_text(encoding="ascii", errors="replace")
    except OSError:  # it has ended
        return ""
