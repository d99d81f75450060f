"""Play a mission on a running instance, and what must be the same at its end however it ran."""

import fcntl
import json
import os
import shutil
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from commanding import CARAVAN, Child
from deployment import Instance, one_process
from servers.ports import free_port
from small_mission import small_mission

SCENARIO = Path(__file__).parents[1] / "deploy" / "caravan" / "scenarios" / "kaluga-krasnoyarsk.json"
PLAY_SECONDS = 480.0
WITH_MODEL = {"MATCHING_RECOMMENDATION_MODEL": "true"}
"""Let an instance recommend by meaning, as operators do; others of the tests compare words alone, which loads less."""


def start(instance: Instance, out: Path, scenario: Path = SCENARIO) -> Child:
    """Start `caravan demo` as a client of the instance."""
    command = [*CARAVAN, "demo", "--scenario", str(scenario), "--json", str(out), "--lang", "en"]
    log = instance.folder / "play.log"
    return Child(command, os.environ | instance.addresses(), log, log)


def finish(play: Child, instance: Instance, out: Path) -> dict[str, Any]:
    """Wait for the play's end and return what it wrote."""
    status = play.wait(PLAY_SECONDS)
    assert status == 0, (instance.folder / "play.log").read_text()[-4000:] + instance.logs()
    told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return told


def kaluga_on_sqlite(factory: pytest.TempPathFactory) -> Path:
    """Return the folder of an instance in one process on SQLite that has played the mission which comes along.

    It holds play.json, what the play told, and data; whoever starts an instance on the data takes a copy.
    """

    def make(folder: Path) -> None:
        with one_process(folder, WITH_MODEL) as instance:
            out = folder / "play.json"
            finish(start(instance, out), instance, out)

    return _once_a_run(factory, "kaluga", make)


def small_on_sqlite(factory: pytest.TempPathFactory) -> Path:
    """Return the folder in which `caravan demo` has played the small mission: play.json, its words in out, data."""

    def make(folder: Path) -> None:
        scenario = folder / "scenario.json"
        scenario.write_text(json.dumps(small_mission()), encoding="utf-8")
        files = ("--scenario", scenario, "--json", folder / "play.json", "--data", folder / "data")
        command = [*CARAVAN, "demo", *map(str, files), "--port", str(free_port()), "--lang", "en"]
        environ = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        out, err = folder / "out", folder / "err"
        status = Child(command, environ, out, err).wait(PLAY_SECONDS)
        assert status == 0, out.read_text() + err.read_text()

    return _once_a_run(factory, "small", make)


def told_in(folder: Path) -> dict[str, Any]:
    """Return what the play in a folder told."""
    told: dict[str, Any] = json.loads((folder / "play.json").read_text(encoding="utf-8"))
    return told


def _once_a_run(factory: pytest.TempPathFactory, name: str, make: Callable[[Path], None]) -> Path:
    """Make a folder, or wait for the worker of this run that makes it."""
    base = factory.getbasetemp()
    shared = base.parent if "PYTEST_XDIST_WORKER" in os.environ else base
    folder, made = shared / f"played-{name}", shared / f"played-{name}.made"
    with (shared / f"played-{name}.lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        if not made.exists():
            shutil.rmtree(folder, ignore_errors=True)
            folder.mkdir()
            make(folder)
            made.touch()
    return folder


def end_state(told: dict[str, Any]) -> dict[str, Any]:
    """Return what must not depend on how the instance ran: everything but seconds and mails cut after the dot.

    Nor does the number of a timetable count: where changes are noticed one by one, more of them are made between.
    """
    same = {key: value for key, value in told.items() if key not in {"seconds", "deliveries"}}
    same["timetables"] = [{key: value for key, value in one.items() if key != "version"} for one in told["timetables"]]
    same["deliveries"] = {
        kind: {channel: sum(states.values()) for channel, states in channels.items()}
        for kind, channels in told["deliveries"].items()
    }
    return same


def deliveries_in(told: dict[str, Any], state: str) -> int:
    """Count the messages that ended in a state."""
    return sum(states.get(state, 0) for channels in told["deliveries"].values() for states in channels.values())


def states_of_deliveries(told: dict[str, Any]) -> set[str]:
    """Return every state in which a message ended."""
    return {state for channels in told["deliveries"].values() for states in channels.values() for state in states}
