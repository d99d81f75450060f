"""A service with its settings and its database: what entry points and tasks work with."""

from collections.abc import Mapping
from dataclasses import dataclass

from servicekit.auth import Actor, system
from servicekit.database import Database
from servicekit.service import Service
from servicekit.settings import Settings, from_env


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """One service at work."""

    service: Service
    settings: Settings
    database: Database

    @property
    def actor(self) -> Actor:
        """Who handles the service's events, schedules and tasks."""
        return system(self.service.name)

    @property
    def has_broker(self) -> bool:
        """Whether events travel over RabbitMQ."""
        return bool(self.settings.broker_url)


def assemble(service: Service, environ: Mapping[str, str] | None = None) -> Runtime:
    """Read the settings and prepare the database; nothing is connected yet.

    Raises:
        SettingsError: names every bad setting.

    """
    settings = from_env(service.settings, service.name, environ)
    return Runtime(service=service, settings=settings, database=Database(service.name, settings))
