"""A migration that is killed in the middle, as by `kill -9`."""

import os
import signal
from itertools import count
from typing import Any

from sqlalchemy import Engine, event

from commanding import FORKS
from servicekit import migrations
from servicekit.service import Service, assemble


def killed_while_it_migrates(service: Service, url: str, after: int) -> int:
    """Migrate a database in a process of its own that is killed after so many statements; return its exit status."""
    process = FORKS.Process(target=_migrate, args=(service.name, url, after))
    process.start()
    process.join()
    return process.exitcode or 0


def _migrate(name: str, url: str, after: int) -> None:
    from caravan import discovery  # noqa: PLC0415  # in the other process

    statements = count(1)

    @event.listens_for(Engine, "after_cursor_execute")
    def die(*_facts: Any) -> None:
        if next(statements) == after:
            os.kill(os.getpid(), signal.SIGKILL)

    runtime = assemble(discovery.service(name), {f"{name.upper()}_DATABASE_URL": url})
    migrations.upgrade(runtime)
