"""Install a service: its tables, its queue, and word of it to the others."""

from servicekit import bus, membership, migrations
from servicekit.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Bring the database to head, declare the queue where there is a broker, announce the service; repeatable.

    Raises:
        OSError: the broker is away.

    """
    migrations.upgrade(runtime)
    if runtime.has_broker:
        link = bus.Link(runtime.settings.broker_url, 0)
        try:
            bus.declare_queue(link, runtime.service.name, runtime.service.bindings())
        finally:
            link.close()
    with runtime.database.write() as session:
        membership.install(session)
