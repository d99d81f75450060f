"""Whether a port of this machine can be listened on."""

import os
import socket

import click

LOOPBACK = "127.0.0.1"


class PortTakenError(click.ClickException):
    """Nobody can listen on the port: somebody does already, or it is not allowed."""


def require_free(port: int) -> int:
    """Return a port of 127.0.0.1 on which one can listen; any such port for 0.

    Raises:
        PortTakenError: one cannot listen there.

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
