"""Install a service: its tables, its queue, and word of it to the others."""

from servicekit import membership, migrations, queues, restoring, topology
from servicekit.runtime import Runtime


def install(runtime: Runtime) -> None:
    """Bring the database to head, declare the queue where there is a broker, announce the service; repeatable.

    A database that was restored forgets again whom the file of tombstones names.

    Raises:
        OSError: the broker is away.
        SpoiltFileError: the file cannot be read, or holds something else than tombstones.

    """
    migrations.upgrade(runtime)
    if runtime.has_broker:
        _note_a_lost_queue(runtime)
        queues.declare(runtime.settings.broker_url, runtime.service)
    with runtime.database.write() as session:
        membership.install(session)
    restoring.reconcile(runtime)


def _note_a_lost_queue(runtime: Runtime) -> None:
    """Remember what to replay where the service listened before and its queue is gone."""
    with runtime.database.read() as session:
        listened = membership.find(session) is not None
    if listened and not queues.exists(runtime.settings.broker_url, topology.queue_of(runtime.service.name)):
        with runtime.database.write() as session:
            membership.queue_lost(session)
