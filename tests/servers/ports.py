"""Free ports on the loopback interface."""

import random
import socket

LOOPBACK = "127.0.0.1"
# Below the range from which Linux takes the ports of outgoing connections: a server that is down must find its port
# free again, and a client that retries must not meet itself there.
_CANDIDATES = range(20000, 32000)


def free_port() -> int:
    """Pick a port that nobody listens on now.

    Raises:
        RuntimeError: a thousand tries found none.

    """
    for port in random.sample(_CANDIDATES, 1000):
        if _is_free(port):
            return port
    raise RuntimeError(f"There is no free port between {_CANDIDATES.start} and {_CANDIDATES.stop}.")


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
    return True
