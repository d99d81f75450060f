"""Let one transaction at a time do what no row stands for that could be locked."""

from hashlib import sha256

from sqlalchemy import func, select
from sqlalchemy.orm import Session


def hold(session: Session, what: str) -> None:
    """Wait until no other transaction holds `what`, and hold it until this one ends.

    What is looked at afterwards is as the others left it. On SQLite one transaction writes at a time anyway.
    """
    if session.get_bind().dialect.name == "postgresql":
        key = int.from_bytes(sha256(what.encode()).digest()[:8], signed=True)
        session.execute(select(func.pg_advisory_xact_lock(key)))
