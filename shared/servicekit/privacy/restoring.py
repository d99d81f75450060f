"""Bring the table and the file of those who are forgotten together: a restored database may know less than the file."""

import logging
from pathlib import Path

from servicekit.data import tombstones
from servicekit.privacy import erasure
from servicekit.service import Runtime

log = logging.getLogger(__name__)


def reconcile(runtime: Runtime) -> int:
    """Forget again whom the file names and the database does not, add to the file who is missing there.

    Returns: how many people were forgotten again. Nothing is done where the settings name no file.

    Raises:
        SpoiltFileError: the file cannot be read, or holds something else than tombstones.

    """
    if not runtime.settings.tombstones_file:
        return 0
    path = Path(runtime.settings.tombstones_file)
    kept = tombstones.in_file(path)
    with runtime.database.write() as session:
        known = tombstones.held(session)
        lost = {person_id: at for person_id, at in kept.items() if person_id not in known}
        for person_id, at in lost.items():
            erasure.carry_out(session, runtime.service.personal, person_id, at, runtime.actor)
    unkept = {person_id: at for person_id, at in known.items() if person_id not in kept}
    if unkept:
        tombstones.append_or_log(path, unkept)
    if lost:
        log.warning("people forgotten again after a restore", extra={"people": len(lost)})
    return len(lost)
