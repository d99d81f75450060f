"""A process that writes notes into the writer's file until it is killed: `python -m faults.scribe URL NAME`.

It says on standard output what it is about to write, and again when that is committed.
"""

import sys
from itertools import count

import writer
from servicekit.service import assemble


def main(url: str, name: str) -> None:
    """Write for ever."""
    runtime = assemble(writer.SERVICE, {"WRITER_DATABASE_URL": url})
    for number in count():
        words = f"{name}-{number}"
        say("asked", words)
        with runtime.database.write() as session:
            writer.write_note(session, words)
        say("promised", words)


def say(verb: str, words: str) -> None:
    """Write a line at once."""
    sys.stdout.write(f"{verb} {words}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    main(*sys.argv[1:])
