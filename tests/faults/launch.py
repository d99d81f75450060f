"""Start a real process of the platform with a fault in it: `python -m faults.launch PLAN COMMAND…`.

The plan is a JSON object: where to die, which guard to take out, what the clock says, which
requests to hold, what the reader of notes cannot bear. The command is what follows `caravan`.
Names of the product are replaced in this process alone; the product holds no line for tests.
"""

import json
import os
import signal
import sys
import threading
import time
from collections.abc import Callable
from functools import wraps
from importlib import import_module
from pathlib import Path
from typing import Any

from sqlalchemy import event
from sqlalchemy.orm import Session

from faults import sabotage, shifted
from faults.points import ANSWER, END, EVERY, Point, When


def main() -> None:
    """Put the fault in, then run the command."""
    plan, command = json.loads(sys.argv[1]), sys.argv[2:]
    if plan.get("notes"):
        _serve_notes()
    if "slow" in plan or "poison" in plan:
        _wrap("reader:SERVICE.reactions", lambda reaction: _burdened(reaction, plan))
    if "pages" in plan:
        _wrap("servicekit.data.database:_prepare_sqlite", lambda prepare: _crowded(prepare, plan["pages"]))
    if "clock" in plan:
        shifted.clock(plan["clock"], Path(plan["jump"]) if "jump" in plan else None)
    if "held" in plan:
        from faults import held  # noqa: PLC0415  # a worker needs no Flask

        hold = held.Hold(Path(plan["held"]))
        _wrap("servicekit.web.idempotency:answer_to_key", hold.handler)
        _wrap(END, hold.ending)
    if "sabotage" in plan:
        sabotage.GUARDS[plan["sabotage"]]()
    if "point" in plan:
        kind, name = plan["point"]
        point = next(point for point in EVERY[kind] if point.name == name)
        Killer(point, Path(plan["marker"])).lie_in_wait()
    from caravan.cli import main as caravan  # noqa: PLC0415  # after the fault is in

    caravan(command, prog_name="caravan")


def _serve_notes() -> None:
    """Let the command find the two services of notes, and no others."""
    import reader  # noqa: PLC0415  # only where they are wanted
    import writer  # noqa: PLC0415
    from caravan import discovery  # noqa: PLC0415

    found = {service.name: service for service in (writer.SERVICE, reader.SERVICE)}
    discovery.services = lambda: dict(found)


class Killer:
    """Kills this process the first time that it, or one before it, comes to the point; the marker tells of it."""

    def __init__(self, point: Point, marker: Path) -> None:
        self._point, self._marker = point, marker
        self._calls, self._lock = 0, threading.Lock()
        self._armed = threading.local()

    def lie_in_wait(self) -> None:
        """Watch the seam, and the commits or the answer after it."""
        _wrap(self._point.seam, self._around)
        if self._point.when is When.ANSWERED:
            _wrap(ANSWER, self._after_answer)
        when = {When.COMMIT: "before_commit", When.COMMITTED: "after_commit"}.get(self._point.when)
        if when:
            event.listen(Session, when, self._at_commit)

    def _around(self, seam: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(seam)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            if self._point.when is When.BEFORE:
                self._count(self._die)
                return seam(*args, **kwargs)
            result = seam(*args, **kwargs)
            self._count(self._die if self._point.when is When.AFTER else self._arm)
            return result

        return wrapper

    def _count(self, then: Callable[[], None]) -> None:
        with self._lock:
            self._calls += 1
            is_it = self._calls == self._point.nth
        if is_it:
            then()

    def _arm(self) -> None:
        self._armed.yes = True

    def _after_answer(self, answer: Callable[..., Any]) -> Callable[..., Any]:
        @wraps(answer)
        def wrapper(*args: Any, **kwargs: Any) -> Any:
            result = answer(*args, **kwargs)
            if getattr(self._armed, "yes", False):
                self._die()
            return result

        return wrapper

    def _at_commit(self, session: Session) -> None:
        if getattr(self._armed, "yes", False) and session.get_nested_transaction() is None:
            self._die()

    def _die(self) -> None:
        try:
            self._marker.touch(exist_ok=False)
        except FileExistsError:
            return
        os.kill(os.getpid(), signal.SIGKILL)
        time.sleep(60)  # the signal is on its way


def _wrap(seam: str, around: Callable[[Any], Any]) -> None:
    """Replace what stands at `module:name`; where that is a table of handlers, each of them."""
    module, _, path = seam.partition(":")
    *owners, name = path.split(".")
    owner: Any = import_module(module)
    for part in owners:
        owner = getattr(owner, part)
    found = getattr(owner, name)
    if isinstance(found, dict):
        found.update({key: around(value) for key, value in found.items()})
    else:
        setattr(owner, name, around(found))


def _burdened(reaction: Callable[..., Any], plan: dict[str, Any]) -> Callable[..., Any]:
    """Make a reaction slow, or unable to bear some words until a file says that it is mended."""

    @wraps(reaction)
    def wrapper(session: Session, envelope: Any, actor: Any) -> Any:
        time.sleep(plan.get("slow", 0))
        if envelope.data.words == plan.get("poison") and not Path(plan["mended"]).exists():
            if plan.get("deadly"):
                os.kill(os.getpid(), signal.SIGKILL)
            raise RuntimeError(f"cannot bear {envelope.data.words!r}")
        return reaction(session, envelope, actor)

    return wrapper


def _crowded(prepare: Callable[..., None], pages: dict[str, int]) -> Callable[..., None]:
    """Let the files of some services grow no further than so many pages."""

    @wraps(prepare)
    def wrapper(connection: Any, record: Any) -> None:
        prepare(connection, record)
        (_, _, path) = connection.execute("PRAGMA database_list").fetchone()
        for service in {Path(path).stem} & set(pages):
            connection.execute(f"PRAGMA max_page_count={pages[service]}")

    return wrapper


if __name__ == "__main__":
    main()
