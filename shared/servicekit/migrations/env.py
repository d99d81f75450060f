"""Alembic's door: runs the migrations of one package on the connection that it is handed."""

from alembic import context

settings = context.config.attributes
metadata = settings.get("metadata")


def _belongs(_object: object, name: str | None, kind: str, reflected: bool, _compare_to: object) -> bool:  # noqa: FBT001  # alembic's signature
    """Leave the tables of other packages alone."""
    return not (kind == "table" and reflected and metadata is not None and name not in metadata.tables)


context.configure(
    connection=settings["connection"],
    target_metadata=metadata,
    version_table=settings["version_table"],
    include_object=_belongs,
    render_as_batch=True,
)
context.run_migrations()
