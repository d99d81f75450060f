"""Run the worker of the service that reads notes, until a note kills it.

    python killed.py BROKER_URL DATABASE_URL WORDS

With no words it works until it is told to stop.
"""

import os
import signal
import sys
import threading
from dataclasses import replace

import reader
from servicekit.service import assemble
from servicekit.worker import Worker
from writer import NoteWritten


def main(broker_url: str, database_url: str, words: str) -> None:
    def die_of(session, envelope, actor):
        if envelope.data.words == words:
            os._exit(9)
        reader.tell(session, envelope, actor)

    reactions = dict(reader.SERVICE.reactions) | {NoteWritten: die_of}
    service = replace(reader.SERVICE, reactions=reactions)
    environ = {"READER_BROKER_URL": broker_url, "READER_DATABASE_URL": database_url, "READER_HOMES": "RU-KLU"}
    worker = Worker([assemble(service, environ)])
    stop = threading.Event()
    signal.signal(signal.SIGTERM, lambda *_: stop.set())
    worker.start()
    stop.wait()
    worker.stop()


if __name__ == "__main__":
    main(*sys.argv[1:])
