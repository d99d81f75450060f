"""Free ports on the loopback interface."""

import random
import socket
import sys

LOOPBACK = "127.0.0.1"
_CLAIMS: list[socket.socket] = []
"""What tells the other processes of this machine's tests which ports this one has picked; they end with it."""
# Below the range from which Linux takes the ports of outgoing connections: a server that is down must find its port
# free again, and a client that retries must not meet itself there.
_CANDIDATES = range(20000, 32000)


def free_port() -> int:
    """Pick a port that nobody listens on now.

    Raises:
        RuntimeError: a thousand tries found none.

    """
    for port in random.sample(_CANDIDATES, 1000):
        if _is_free(port) and _claim(port):
            return port
    raise RuntimeError(f"There is no free port between {_CANDIDATES.start} and {_CANDIDATES.stop}.")


def _is_free(port: int) -> bool:
    with socket.socket() as candidate:
        try:
            candidate.bind((LOOPBACK, port))
        except OSError:
            return False
    return True


def _claim(port: int) -> bool:
    """Pick a port before any other process does that has not begun to listen; where the system lets us."""
    if sys.platform != "linux":
        return True
    claim = socket.socket(socket.AF_UNIX)
    try:
        claim.bind(f"\0caravan-test-port-{port}")
    except OSError:
        claim.close()
        return False
    _CLAIMS.append(claim)
    return True
