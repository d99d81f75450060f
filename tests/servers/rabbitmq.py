"""A RabbitMQ node of the test's own, to be stopped, killed and started again."""

import os
import signal
import subprocess
from pathlib import Path

import requests

from servers import binaries, folders
from servers.certificates import Certificate
from servers.child import Child
from servers.own import OwnServer
from servers.ports import LOOPBACK, free_port
from servers.waiting import wait_until

_CONFIGURATION = """\
listeners.tcp.own = {loopback}:{amqp_port}
management.tcp.ip = {loopback}
management.tcp.port = {api_port}
log.console = true
log.console.level = warning
log.file = false
raft.wal_max_size_bytes = 16777216
"""
_TLS = """\
listeners.ssl.own = {loopback}:{amqps_port}
ssl_options.cacertfile = {tls.authority}
ssl_options.certfile = {tls.chain}
ssl_options.keyfile = {tls.key}
ssl_options.verify = verify_peer
ssl_options.fail_if_no_peer_cert = {asks}
management.ssl.ip = {loopback}
management.ssl.port = {https_port}
management.ssl.cacertfile = {tls.authority}
management.ssl.certfile = {tls.chain}
management.ssl.keyfile = {tls.key}
"""
_WORKERS = (
    "[{ok, _, _} = ra:members(amqqueue:get_pid(Queue)) || Queue <- rabbit_amqqueue:list_by_type(rabbit_quorum_queue)], "
    "[sys:get_state(Worker) || {_, Worker, _, _} <- supervisor:which_children(rabbit_fifo_dlx_sup)]."
)
"""Asks each quorum queue for its leader, and each process that passes on dead letters for its state."""
_LOOPBACK_ONLY = "-kernel inet_dist_use_interface {127,0,0,1}"


class Node(OwnServer):
    """A node with its own folder, ports, name and port mapper; all on loopback, management API included.

    Any user may run it. Use it as a context manager, or call `close()`. With a certificate it speaks TLS on ports of
    their own, too, and may ask its clients for theirs.
    """

    def __init__(self, certificate: Certificate | None = None, *, asks_for_certificates: bool = False) -> None:
        self._programs = binaries.rabbitmq_folder()
        self._folder = folders.new_folder()
        self._amqp_port, self._api_port = free_port(), free_port()
        self._certificate, self._asks = certificate, asks_for_certificates
        self.amqps_port, self.https_port = free_port(), free_port()
        self._environment = self._write_configuration()
        self._port_mapper: Child | None = None

    @property
    def amqp_url(self) -> str:
        """Address of the default virtual host, with the rights of an administrator."""
        return f"amqp://guest:guest@{LOOPBACK}:{self._amqp_port}/%2F"

    @property
    def api_url(self) -> str:
        """Address of the management API, credentials included, without `/api`."""
        return f"http://guest:guest@{LOOPBACK}:{self._api_port}"

    @property
    def pid(self) -> int:
        """Process id of the running server."""
        return self._running().pid

    def start(self) -> None:
        """Start the node and wait until it takes connections; a running node is left alone."""
        if self._server is not None:
            return
        if self._port_mapper is None:
            mapper = ["epmd", "-port", self._environment["ERL_EPMD_PORT"], "-address", LOOPBACK]
            self._port_mapper = Child(mapper, self._environment, self._folder / "epmd.log")
        server = [str(self._programs / "rabbitmq-server")]
        self._server = Child(server, self._environment, self._folder / "server.log")
        wait_until(self._answers, "RabbitMQ answers", timeout_seconds=90)

    def stop(self) -> None:
        """Stop the node in good order and wait for its end."""
        self._end(signal.SIGTERM)

    def kill(self) -> None:
        """End the node as a power cut would (kill -9)."""
        self._end(signal.SIGKILL)

    def settle(self) -> None:
        """Write to disk which queues there are, so that a kill loses none of them.

        The names of quorum queues are written up to half a second after their declaration: a node that is killed
        before starts such a queue anew and without a leader (seen on 4.0.5; see rabbitmq/rabbitmq-server#15725).
        """
        self.ctl("eval", "[ok = dets:sync(Table) || Table <- dets:all()].")

    def await_dead_letter_workers(self) -> None:
        """Wait until every quorum queue has its leader, and what passes on its dead letters has begun.

        A queue that is deleted before, as right after a start, lets that process die over and over, until the node
        gives up those of all queues, and the queues with them (seen on 4.0.5; see rabbitmq/rabbitmq-server#16652).

        Raises:
            RuntimeError: the node is away, or took longer than some seconds.

        """
        self.ctl("eval", _WORKERS)

    def pause(self) -> None:
        """Freeze the node: connections stay open, nothing answers."""
        os.kill(self.pid, signal.SIGSTOP)

    def resume(self) -> None:
        """Let a frozen node go on."""
        os.kill(self.pid, signal.SIGCONT)

    def ctl(self, *arguments: str) -> str:
        """Run `rabbitmqctl` on this node and give back what it printed; takes about a second.

        Raises:
            RuntimeError: it failed; holds what it said.

        """
        command = [str(self._programs / "rabbitmqctl"), "--quiet", *arguments]
        answer = subprocess.run(command, env=self._environment, capture_output=True, text=True, check=False)
        if answer.returncode != 0:
            raise RuntimeError(f"rabbitmqctl {' '.join(arguments)} failed: {answer.stderr or answer.stdout}")
        return answer.stdout

    def close(self) -> None:
        """Kill what runs and delete the folder."""
        if self._server is not None:
            self.kill()
        if self._port_mapper is not None:
            self._port_mapper.end(signal.SIGKILL)
            self._port_mapper = None
        folders.remove(self._folder)

    def _answers(self) -> bool:
        self._running().check()
        ports = [self._amqp_port, *([self.amqps_port] if self._certificate else [])]
        checks = ["virtual-hosts", *(f"port-listener/{port}" for port in ports)]
        try:
            return all(requests.get(f"{self.api_url}/api/health/checks/{check}", timeout=5).ok for check in checks)
        except requests.RequestException:
            return False

    def _write_configuration(self) -> dict[str, str]:
        folder = self._folder
        values = {"loopback": LOOPBACK, "amqp_port": self._amqp_port, "api_port": self._api_port}
        configuration = _CONFIGURATION.format(**values)
        if self._certificate is not None:
            ports = {"amqps_port": self.amqps_port, "https_port": self.https_port}
            asks = str(self._asks).lower()
            configuration += _TLS.format(loopback=LOOPBACK, tls=self._certificate, asks=asks, **ports)
        (folder / "rabbitmq.conf").write_text(configuration)
        (folder / "enabled_plugins").write_text("[rabbitmq_management].")
        (folder / "environment.conf").touch()
        return _clean_environment() | _node_environment(folder)


def _clean_environment() -> dict[str, str]:
    """Leave out what would tie the node to the machine's own broker."""
    foreign = ("RABBITMQ_", "ERL_", "NOTIFY_SOCKET")
    return {name: value for name, value in os.environ.items() if not name.startswith(foreign)}


def _node_environment(folder: Path) -> dict[str, str]:
    return {
        "HOME": str(folder),
        "ERL_EPMD_ADDRESS": LOOPBACK,
        "ERL_EPMD_PORT": str(free_port()),
        "ERL_FLAGS": _LOOPBACK_ONLY,
        "RABBITMQ_CONF_ENV_FILE": str(folder / "environment.conf"),
        "RABBITMQ_CONFIG_FILE": str(folder / "rabbitmq.conf"),
        "RABBITMQ_DIST_PORT": str(free_port()),
        "RABBITMQ_ENABLED_PLUGINS_FILE": str(folder / "enabled_plugins"),
        "RABBITMQ_LOG_BASE": str(folder / "log"),
        "RABBITMQ_MNESIA_BASE": str(folder / "data"),
        "RABBITMQ_NODENAME": f"{folder.name}@localhost",
        "RABBITMQ_PID_FILE": str(folder / "pid"),
        "RABBITMQ_SERVER_ADDITIONAL_ERL_ARGS": "+S 2:2 +sbwt none +sbwtdcpu none +sbwtdio none",
        # The start script then becomes the server, so that our signals reach it.
        "RUNNING_UNDER_SYSTEMD": "true",
    }
