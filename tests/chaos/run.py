"""`python -m chaos.run --seconds 120 --seed 7 --mode broker`: break a platform under load, heal it, and judge."""

import argparse
import secrets
import shutil
import sys
import threading
import time
import traceback
from collections.abc import Callable, Mapping
from concurrent.futures import ThreadPoolExecutor
from contextlib import AbstractContextManager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import signed_in
from caravan.client import PlatformError
from chaos import judge, machine, plan
from chaos.breaker import Breaker
from chaos.diary import Diary
from chaos.lanes import Lanes
from chaos.means import MEANS
from chaos.meetings import Meetings
from chaos.model import Model
from chaos.organiser import Organiser, connect
from chaos.plan import Fault
from chaos.stages import Stage, in_many_processes, in_one_process
from chaos.work import TimeIsUpError
from faults import invariants
from faults.rest import NotAtRestError, come_to_rest
from faults.sabotage import GUARDS
from notifications.handlers.retention import delete_orphaned_mails
from servicekit.data.clock import machine_now

FOLDER = Path("build/chaos")
LANES = 6
"""How many missions are worked on at once."""
READY_SECONDS = 90.0
FINISH_SECONDS = 300.0
"""How long what was asked for may still take once everything is healed."""
REST_SECONDS = 240.0
SECONDS_A_KILL = 20.0
"""A run in which processes are killed more seldom shows too little."""
EFFECTS = "public events taken effect"
STAGES: dict[str, Callable[[Path, str], AbstractContextManager[Stage]]] = {
    "broker": in_many_processes,
    "embedded": in_one_process,
}


@dataclass
class Outcome:
    """What came of a run."""

    summary: dict[str, Any] = field(default_factory=dict)
    violations: list[str] = field(default_factory=list)


@dataclass(frozen=True)
class Options:
    """How to run."""

    seconds: float
    seed: int
    mode: str = "broker"
    sabotage: str = ""

    @property
    def command(self) -> str:
        """What to type to do it again."""
        mode = f" MODE={self.mode}" if self.mode != "broker" else ""
        sabotage = f" SABOTAGE={self.sabotage}" if self.sabotage else ""
        return f"make chaos SECONDS={self.seconds:g} SEED={self.seed}{mode}{sabotage}"


def run(options: Options, folder: Path) -> Outcome:
    """Run a platform, a client and the faults beside each other; then heal, wait, and judge."""
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    with STAGES[options.mode](folder, options.sabotage) as stage:
        outcome = judged(play(stage, options, plan.draw(options.seed, options.seconds, options.mode)))
    outcome.violations += too_little(options.seconds, outcome.summary)
    return outcome


def too_little(seconds: float, summary: Mapping[str, Any]) -> list[str]:
    """Say what happened too seldom for a run of some length to mean anything."""
    least = int(seconds / SECONDS_A_KILL)
    found = [] if summary.get("kills", 0) >= least else [f"too little: fewer than {least} kills"]
    return found + [f"too little: no {name}" for name in (EFFECTS, "letters left") if not summary[name]]


@dataclass
class Played:
    """A run that is over, and has come to rest or not."""

    stage: Stage
    work: Meetings
    diary: Diary
    unfinished: list[str]
    """What did not come to its end."""


def play(stage: Stage, options: Options, faults: list[Fault]) -> Played:
    """Let a client work and faults happen for some time; heal everything and let it come to rest."""
    work, diary = _client(stage, options), Diary(stage.folder)
    breaker = Breaker(stage, diary, MEANS)
    work.ends_at = time.monotonic() + options.seconds
    drawing = _Drawing(work, options.seed)
    drawing.start()
    breaker.run(faults, work.ends_at)
    diary.note("healing")
    breaker.heal()
    with ThreadPoolExecutor(1) as aside:
        finishing = aside.submit(_finish, stage, work, drawing, diary)
        breaker.tend(finishing.done)
    diary.note("judging")
    return Played(stage, work, diary, finishing.result())


def judged(played: Played) -> Outcome:
    """Compare what is there with what has to be."""
    stage, work, diary = played.stage, played.work, played.diary
    _sweep(stage)
    counted = judge.tally(stage, work.model, work.organiser.ids)
    stage.evidence.whispered = sum(delegate.whispered for delegate in work.model.delegates.values())
    stage.evidence.forgotten_addresses = judge.addresses_of_removed(work.model)
    violations = list(played.unfinished)
    violations += [f"client: {trouble}" for trouble in work.lanes.troubles]
    violations += [
        f"client: {what} was answered with 500 ({times} times)" for what, times in work.organiser.errors.items()
    ]
    violations += [f"model: {found}" for found in judge.Judge(stage, work).verdict()]
    violations += [f"lost: {found}" for found in counted.lost]
    violations += [f"twice: {found}" for found in counted.twice]
    violations += [f"{name}: {what}" for name, what in invariants.violations(stage.evidence)]
    summary = {
        "seconds": round(diary.seconds),
        "requests": dict(sorted(work.lanes.done.items())),
        "requests in all": work.lanes.done.total(),
        "answers 500": dict(work.organiser.errors),
        **diary.counts,
        "missions": len(work.model.missions),
        EFFECTS: counted.effects,
        "letters asked for": judge.letters(stage),
        "letters left": len(stage.evidence.letters()),
        "lost": len(counted.lost),
        "twice": len(counted.twice),
    }
    return Outcome(summary, violations)


def _sweep(stage: Stage) -> None:
    """Let the hour pass after which nothing lies in the mailbox that was written to people who are forgotten."""
    runtime = stage.runtime("notifications")
    with runtime.database.write() as session:
        delete_orphaned_mails(session, machine_now(), runtime.actor)


def _client(stage: Stage, options: Options) -> Meetings:
    """Wait for the platform, let the regions in, and return a client."""
    platform, errors = connect(stage.urls)
    organiser = Organiser(platform, options.seed, errors, stage.evidence.ledger)
    deadline = time.monotonic() + READY_SECONDS
    while any(client.get("/health/ready")["status"] != "ready" for client in platform.services.values()):
        assert time.monotonic() < deadline, "the platform does not get ready"
        time.sleep(0.2)
    for code in ("RU-KLU", "RU-KYA"):
        organiser.registration.put(f"/v1/regions/{code}", {})
    return Meetings(Model(), organiser, Lanes(LANES), ends_at=0.0)


class _Drawing(threading.Thread):
    """Draws work in a thread of its own and keeps what went wrong."""

    def __init__(self, work: Meetings, seed: int) -> None:
        super().__init__(name="drawing", daemon=True)
        self._work, self._seed = work, seed
        self.error = ""

    def run(self) -> None:
        """Draw until the time is up."""
        try:
            machine.run(self._work, self._seed)
        except TimeIsUpError:
            return
        except Exception:  # noqa: BLE001  # told at the end
            self.error = traceback.format_exc()


def _finish(stage: Stage, work: Meetings, drawing: _Drawing, diary: Diary) -> list[str]:
    """Let everything be answered and come to rest; return what did not."""
    drawing.join(FINISH_SECONDS)
    found = [f"{lane} did not come to its end" for lane in work.lanes.finish(FINISH_SECONDS)]
    found += [drawing.error] if drawing.error else []
    try:
        work.end()
        diary.note("everything was answered; waiting for rest")
        come_to_rest(stage.evidence, REST_SECONDS)
    except (NotAtRestError, PlatformError) as error:
        found.append(f"no rest: {error}")
    return found


def main() -> int:
    """Run as the command line says; the exit status tells whether everything held."""
    signed_in.prepare()
    parser = argparse.ArgumentParser(prog="chaos")
    parser.add_argument("--seconds", type=float, default=120.0)
    parser.add_argument("--seed", type=int, default=None)
    parser.add_argument("--mode", choices=sorted(STAGES), default="broker")
    parser.add_argument("--sabotage", choices=["", *sorted(GUARDS)], default="")
    given = parser.parse_args()
    seed = secrets.randbelow(10**6) if given.seed is None else given.seed
    options = Options(given.seconds, seed, given.mode, given.sabotage)
    folder = (FOLDER / f"{options.mode}-{seed}").resolve()
    _say(f"seed {seed}: {options.command}; logs in {folder}")
    outcome = run(options, folder)
    for name, value in outcome.summary.items():
        _say(f"{name:>28}  {value}")
    for violation in outcome.violations[:100]:
        _say(f"BROKEN  {violation}")
    (folder / "violations.log").write_text("\n".join(outcome.violations))
    _say(f"{len(outcome.violations)} violations; seed {seed}, again: {options.command}")
    return 1 if outcome.violations else 0


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
