"""Where the servers are that tests share: as the environment says, else on this machine."""

import getpass
import os
from dataclasses import dataclass
from functools import cache

import pika  # type: ignore[import-untyped]
import psycopg
import requests
from pika.exceptions import AMQPConnectionError  # type: ignore[import-untyped]

from servers import postgres
from servers.binaries import MissingError

AMQP, API, POSTGRES = "CARAVAN_TEST_AMQP_URL", "CARAVAN_TEST_RABBITMQ_API_URL", "CARAVAN_TEST_POSTGRES_URL"

_LOCAL_AMQP = "amqp://guest:guest@127.0.0.1:5672/%2F"
_LOCAL_API = "http://guest:guest@127.0.0.1:15672"
_LOCAL_POSTGRES = (
    "postgresql+psycopg://postgres@127.0.0.1:5432/postgres",
    "postgresql+psycopg://postgres@/postgres?host=/var/run/postgresql",
    "postgresql+psycopg://{user}@/postgres?host=/var/run/postgresql",
)


@dataclass(frozen=True)
class SharedBroker:
    """The RabbitMQ broker in which each test has a virtual host."""

    amqp_url: str
    api_url: str


@cache
def broker() -> SharedBroker:
    """Find the broker; its management API must take us for an administrator, else MissingError."""
    return SharedBroker(amqp_url=amqp_url(), api_url=api_url())


def amqp_url() -> str:
    """Find the address at which RabbitMQ lets us in, or MissingError."""
    url = os.environ.get(AMQP, _LOCAL_AMQP)
    try:
        pika.BlockingConnection(pika.URLParameters(url)).close()
    except (AMQPConnectionError, OSError) as error:
        raise MissingError(f"RabbitMQ does not let us in ({AMQP}): {error!r}") from error
    return url


def api_url() -> str:
    """Find the address of RabbitMQ's management API, or MissingError."""
    url = os.environ.get(API, _LOCAL_API).rstrip("/")
    try:
        answer = requests.get(f"{url}/api/whoami", timeout=5)
    except requests.RequestException as error:
        raise MissingError(f"RabbitMQ's management API does not answer ({API}): {type(error).__name__}") from error
    if not answer.ok or "administrator" not in answer.json()["tags"]:
        raise MissingError(f"RabbitMQ's management API does not take us for an administrator ({API}).")
    return url


@cache
def postgres_url() -> str:
    """Find the SQLAlchemy address at which PostgreSQL lets us in as a superuser, or MissingError."""
    if POSTGRES in os.environ:
        candidates: tuple[str, ...] = (os.environ[POSTGRES],)
    else:
        candidates = tuple(url.format(user=getpass.getuser()) for url in _LOCAL_POSTGRES)
    refusals = []
    for url in candidates:
        refusal = _refusal(url)
        if refusal is None:
            return url
        refusals.append(refusal)
    reasons = "; ".join(dict.fromkeys(refusals))
    raise MissingError(f"PostgreSQL does not let us in as a superuser ({POSTGRES}): {reasons}")


def _refusal(url: str) -> str | None:
    try:
        with postgres.connect(url) as connection:
            row = connection.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user").fetchone()
    except psycopg.OperationalError as error:
        return str(error).partition("\n")[0]
    return None if row == (True,) else "the role is no superuser"
