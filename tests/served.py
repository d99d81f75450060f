"""An app that answers over real sockets, each request in a thread of its own."""

import threading
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager
from typing import Any

import requests
from werkzeug.serving import make_server

LOOPBACK = "127.0.0.1"


@contextmanager
def served(app: Any, host: str = LOOPBACK, port: int = 0) -> Iterator[str]:
    """Serve an app for a while, at any port unless told which; yield its address."""
    server = make_server(host, port, app, threaded=True)
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://{host}:{server.port}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def at_the_same_time(count: int, ask: Callable[[int], requests.Response]) -> list[Any]:
    """Let some callers ask at one moment, each from a thread of its own; return their answers."""
    ready = threading.Barrier(count)

    def one(number: int) -> requests.Response:
        ready.wait()
        return ask(number)

    with ThreadPoolExecutor(count) as pool:
        return list(pool.map(one, range(count)))
