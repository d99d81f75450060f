"""Runtimes for a world, and the databases of one on SQLite, as they were made, to go back to."""

import os
import shutil
import sqlite3
from contextlib import closing
from pathlib import Path

from sqlalchemy import make_url

from servicekit.bus import membership
from servicekit.service import assemble
from trespass.world import NAMES, World

TRUSTED = ("secret_key", "token_keys")


class Kept:
    """The databases of a world as they were made, and what tells whether they still are."""

    def __init__(self, world: World) -> None:
        self.world = world
        self.paths = {name: Path(make_url(world.runtimes[name].settings.database_url).database) for name in NAMES}
        for path in self.paths.values():
            with closing(sqlite3.connect(path)) as connection:
                connection.execute("VACUUM INTO ?", [f"{path}.kept"])
            with closing(sqlite3.connect(f"{path}.kept")) as connection:
                connection.execute("PRAGMA journal_mode=WAL")  # else the first to open it would change it
        self._watching = {name: sqlite3.connect(path, check_same_thread=False) for name, path in self.paths.items()}
        self._seen = {name: self._version(name) for name in NAMES}

    def is_as_it_was(self, name: str) -> bool:
        """Tell whether nobody has changed a database since it was last put back."""
        return self._version(name) == self._seen[name]

    def put_back(self) -> None:
        """Make every database what it was."""
        for name in NAMES:
            if not self.is_as_it_was(name):
                self._put_back(name)

    def _put_back(self, name: str) -> None:
        self._watching[name].close()
        self.world.runtimes[name].database.engine.dispose()
        for ending in ("-wal", "-shm"):
            Path(f"{self.paths[name]}{ending}").unlink(missing_ok=True)
        shutil.copy(f"{self.paths[name]}.kept", self.paths[name])
        self._watching[name] = sqlite3.connect(self.paths[name], check_same_thread=False)
        self._seen[name] = self._version(name)

    def _version(self, name: str) -> int:
        return int(self._watching[name].execute("PRAGMA data_version").fetchone()[0])


def maker(stack, database_of):
    """Return what makes the runtime of a service on a database."""

    def make(service, **settings):
        trusted = {name: os.environ[f"CARAVAN_{name}".upper()] for name in TRUSTED}
        ours = {"movable_clock": "true", "rate_limit": ""}  # of many requests one would write their count down
        given = {**ours, "database_url": database_of(service), **trusted, **settings}
        runtime = assemble(service, {f"{service.name}_{key}".upper(): str(value) for key, value in given.items()})
        stack.callback(runtime.database.close)
        with runtime.database.write() as session:
            membership.install(session)
        return runtime

    return make
