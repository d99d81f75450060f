"""Make sure that the tests' servers are there: find them, else install and start them, else say what to do.

As root on Debian or Ubuntu it installs and starts what is missing; elsewhere it lists it and exits with status 1.
"""

import getpass
import os
import shutil
import subprocess
import sys
from collections.abc import Callable
from dataclasses import dataclass
from functools import partial

from servers import addresses, binaries
from servers.binaries import MissingError
from servers.waiting import wait_until


@dataclass(frozen=True, kw_only=True)
class Need:
    """Something that must be there."""

    title: str
    find: Callable[[], object]
    """Gives back where it is, or raises MissingError."""
    mend: Callable[[], None]
    """Tries to bring it about; called as root on Debian or Ubuntu only."""
    advice: str
    """What a person can do instead."""
    setting: str | None = None
    """Environment variable with its address; where that is set, nothing is mended here."""

    @property
    def may_be_mended(self) -> bool:
        """Whether we may install and start it."""
        is_elsewhere = self.setting is not None and self.setting in os.environ
        return not is_elsewhere and os.geteuid() == 0 and shutil.which("apt-get") is not None


def install(package: str) -> None:
    """Install a Debian package."""
    _say(f"  … installing {package}")
    _run("apt-get", "update", "-qq")
    _run("apt-get", "install", "-y", "-qq", "--no-install-recommends", package)


def start_postgres() -> None:
    """Start Debian's clusters that are down, and let root in as a superuser through the socket."""
    _say("  … starting PostgreSQL")
    for line in _run("pg_lsclusters", "--no-header").splitlines():
        version, cluster, _, status, *_ = line.split()
        if not status.startswith("online"):
            _run("pg_ctlcluster", version, cluster, "start")
    if not _is_there(addresses.postgres_url):
        _run("runuser", "-u", "postgres", "--", "createuser", "--superuser", getpass.getuser())


def start_rabbitmq() -> None:
    """Start the machine's node and wait until it lets us in."""
    _say("  … starting RabbitMQ")
    _run("rabbitmq-server", "-detached")
    wait_until(partial(_is_there, addresses.amqp_url), "RabbitMQ lets us in", timeout_seconds=60)


def enable_management() -> None:
    """Switch the management API of the running node on and wait until it answers."""
    _say("  … enabling RabbitMQ's management API")
    _run("rabbitmq-plugins", "enable", "rabbitmq_management")
    wait_until(partial(_is_there, addresses.api_url), "the management API answers", timeout_seconds=60)


NEEDS = (
    Need(
        title="PostgreSQL's programs",
        find=binaries.postgres_folder,
        mend=partial(install, "postgresql"),
        advice="Install the PostgreSQL server (apt-get install postgresql).",
    ),
    Need(
        title="PostgreSQL",
        find=addresses.postgres_url,
        mend=start_postgres,
        advice=f"Start it and make a superuser role of your name, or set {addresses.POSTGRES}.",
        setting=addresses.POSTGRES,
    ),
    Need(
        title="RabbitMQ's programs",
        find=binaries.rabbitmq_folder,
        mend=partial(install, "rabbitmq-server"),
        advice="Install the RabbitMQ server (apt-get install rabbitmq-server).",
    ),
    Need(
        title="RabbitMQ",
        find=addresses.amqp_url,
        mend=start_rabbitmq,
        advice=f"Start it (rabbitmq-server -detached), or set {addresses.AMQP}.",
        setting=addresses.AMQP,
    ),
    Need(
        title="RabbitMQ's management API",
        find=addresses.api_url,
        mend=enable_management,
        advice=f"Enable it (rabbitmq-plugins enable rabbitmq_management), or set {addresses.API}.",
        setting=addresses.API,
    ),
    Need(
        title="Chromium",
        find=binaries.chromium,
        mend=partial(install, "chromium"),
        advice=f"Install it (apt-get install chromium), or set {binaries.CHROMIUM} to a browser's path.",
        setting=binaries.CHROMIUM,
    ),
)


def main() -> int:
    """Find or bring about all needs; the exit status is 1 if one is still missing."""
    outcomes = [_meet(need) for need in NEEDS]
    return 0 if all(outcomes) else 1


def _meet(need: Need) -> bool:
    try:
        if not _is_there(need.find) and need.may_be_mended:
            need.mend()
        need.find()
    except (MissingError, TimeoutError, OSError, subprocess.CalledProcessError) as error:
        spoken = getattr(error, "stderr", None) or str(error)
        _say(f"  ✗ {need.title}: {spoken.strip()}\n    {need.advice}")
        return False
    _say(f"  ✓ {need.title}")
    return True


def _is_there(find: Callable[[], object]) -> bool:
    try:
        find()
    except MissingError:
        return False
    return True


def _run(*command: str) -> str:
    environment = os.environ | {"DEBIAN_FRONTEND": "noninteractive"}
    return subprocess.run(command, env=environment, check=True, capture_output=True, text=True).stdout


def _say(line: str) -> None:
    sys.stdout.write(f"{line}\n")
    sys.stdout.flush()


if __name__ == "__main__":
    sys.exit(main())
