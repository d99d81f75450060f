"""Find a TCP port of this machine to listen on, or refuse one that is taken."""

import contextlib
import os
import socket

import click

LOOPBACK = "127.0.0.1"


class PortTakenError(click.ClickException):
    """The port cannot be listened on: it is in use, or not allowed."""


def require_free(port: int) -> int:
    """Return the port if 127.0.0.1 can listen on it; for 0 return any free port.

    Raises:
        PortTakenError: the port cannot be used.

    """
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((LOOPBACK, port))
        except OSError as error:
            cause = os.strerror(error.errno or 0).lower()
            raise PortTakenError(
                f"port {port} of {LOOPBACK} cannot be used, {cause}: name another with --port"
            ) from error
        return int(probe.getsockname()[1])


def free_port(wanted: int | None, preferred: int) -> int:
    """Return the wanted port; if none is wanted, the preferred one or, where that is taken, any free port.

    Raises:
        PortTakenError: the wanted port cannot be used.

    """
    if wanted is not None:
        return require_free(wanted)
    with contextlib.suppress(PortTakenError):
        return require_free(preferred)
    return require_free(0)
