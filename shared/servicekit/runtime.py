"""A service with its settings and its database: what entry points and tasks work with."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from functools import cached_property

from servicekit.auth.actors import Actor, system
from servicekit.auth.tokens import KeyRing
from servicekit.bus.broker_watch import BrokerWatch
from servicekit.data.database import Database
from servicekit.service import Service
from servicekit.settings import Settings, from_env
from servicekit.telemetry.heartbeat import Pulse
from servicekit.telemetry.metrics import Metrics
from servicekit.telemetry.tracing import Tracing, tracing_of


@dataclass(frozen=True, kw_only=True)
class Runtime:
    """One service at work."""

    service: Service
    settings: Settings
    database: Database
    metrics: Metrics = field(default_factory=Metrics)
    pulse: Pulse = field(default_factory=Pulse)
    tracing: Tracing = field(default_factory=Tracing)
    cut_short: set[tuple[str, str]] = field(default_factory=set)
    """Parked events whose try this process began and, for want of the database, did not end."""

    @property
    def actor(self) -> Actor:
        """Who handles the service's events, schedules and tasks."""
        return system(self.service.name)

    @property
    def has_broker(self) -> bool:
        """Whether events travel over RabbitMQ."""
        return bool(self.settings.broker_url)

    @cached_property
    def broker_watch(self) -> BrokerWatch:
        """What the broker has of the service."""
        return BrokerWatch(self.settings.broker_url, self.service.name)

    @cached_property
    def key_ring(self) -> KeyRing:
        """The keys that verify tokens."""
        return KeyRing(self.settings)

    def close(self) -> None:
        """Send what spans wait, and give connections back."""
        self.tracing.close()
        self.database.close()


def assemble(service: Service, environ: Mapping[str, str] | None = None) -> Runtime:
    """Read the settings and prepare the database; nothing is connected yet.

    Raises:
        SettingsError: names every bad setting.

    """
    settings = from_env(service.settings, service.name, environ)
    database, tracing = Database(service.name, settings), tracing_of(service.name, settings)
    return Runtime(service=service, settings=settings, database=database, tracing=tracing)
