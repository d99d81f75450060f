"""Play a mission on a running instance, and what must be the same at its end however it ran."""

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

from deployment import Instance

SCENARIO = Path(__file__).parents[1] / "deploy" / "caravan" / "scenarios" / "kaluga-krasnoyarsk.json"
PLAY_SECONDS = 240.0


def start(instance: Instance, out: Path, scenario: Path = SCENARIO) -> subprocess.Popen[bytes]:
    """Start `caravan demo` as a client of the instance."""
    command = [sys.executable, "-m", "caravan", "demo", "--scenario", str(scenario), "--json", str(out)]
    log = (instance.folder / "play.log").open("ab")
    with log:
        return subprocess.Popen(command, env=os.environ | instance.addresses(), stdout=log, stderr=subprocess.STDOUT)


def finish(play: subprocess.Popen[bytes], instance: Instance, out: Path) -> dict[str, Any]:
    """Wait for the play's end and return what it wrote."""
    status = play.wait(PLAY_SECONDS)
    assert status == 0, (instance.folder / "play.log").read_text()[-4000:] + instance.logs()
    told: dict[str, Any] = json.loads(out.read_text(encoding="utf-8"))
    return told


def end_state(told: dict[str, Any]) -> dict[str, Any]:
    """Return what must not depend on how the instance ran: everything but seconds and mails cut after the dot."""
    same = {key: value for key, value in told.items() if key not in {"seconds", "deliveries"}}
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
