"""Run one trial in a process of its own, so that nothing of an earlier one is left: `python -m bench.bus.child`."""

import importlib
import json
import os
import subprocess
import sys
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.bus.measures import TrialError

TESTS = Path(__file__).parents[2]
PATHS = (str(TESTS), str(TESTS / "bench"))
TIMEOUT_SECONDS = 1800


def environ() -> dict[str, str]:
    """Return the environment in which children find the benchmarks and their services."""
    path = os.pathsep.join(dict.fromkeys([*PATHS, *os.environ.get("PYTHONPATH", "").split(os.pathsep)]))
    return os.environ | {"PYTHONPATH": path.strip(os.pathsep)}


def command(function: str, **arguments: Any) -> list[str]:
    """Return the command that calls `module:function` with arguments."""
    return [sys.executable, "-m", "bench.bus.child", function, json.dumps(arguments)]


def run(function: str, **arguments: Any) -> dict[str, Any]:
    """Call `module:function` with arguments in a new process and return the figures that it returned.

    Raises:
        TrialError: it failed.

    """
    ended = subprocess.run(
        command(function, **arguments),
        env=environ(),
        capture_output=True,
        text=True,
        check=False,
        timeout=TIMEOUT_SECONDS,
    )
    if ended.returncode != 0:
        raise TrialError(f"{function}: {ended.stderr[-3000:]}")
    figures: dict[str, Any] = json.loads(ended.stdout.splitlines()[-1])
    return figures


def main(function: str, arguments: str) -> None:
    """Call the function and print its figures as the last line."""
    module, _, name = function.partition(":")
    figures: Mapping[str, Any] = getattr(importlib.import_module(module), name)(**json.loads(arguments))
    sys.stdout.write(json.dumps(figures) + "\n")


if __name__ == "__main__":
    main(*sys.argv[1:])
