"""Publish the draft of a timetable in a process that is killed when half of it is written.

python killed_publication.py DATABASE_URL VERSION
"""

import os
import signal
import sys

from builders.matching import MISSION, OPERATOR
from matching.handlers import itineraries
from matching.handlers.timetable import drafts
from matching.service import SERVICE
from servicekit.service import assemble


def main(database_url: str, version: str) -> None:
    trusted = {f"MATCHING_{name}": os.environ[f"CARAVAN_{name}"] for name in ("SECRET_KEY", "TOKEN_KEYS")}
    environ = {"MATCHING_DATABASE_URL": database_url, "MATCHING_MOVABLE_CLOCK": "true", **trusted}
    runtime = assemble(SERVICE, environ)
    itineraries.issue = lambda *_args: os.kill(os.getpid(), signal.SIGKILL)
    with runtime.database.write() as session:
        drafts.publish_draft(session, MISSION, int(version), OPERATOR)


if __name__ == "__main__":
    main(*sys.argv[1:])
