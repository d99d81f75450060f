"""Try a part of a transaction: what is undone leaves nothing, not even a note of what was told or made."""

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy.orm import Session

from servicekit import context


@contextmanager
def savepoint(session: Session, *, keep: bool = True) -> Iterator[None]:
    """Undo what happens within if it ends in an error, or if it is not to be kept."""
    known = context.of(session)
    told, watched, about = len(known.recorded), len(known.watched), known.about

    def forget() -> None:
        del known.recorded[told:], known.watched[watched:]
        known.about = about

    nested = session.begin_nested()
    try:
        yield
    except BaseException:
        nested.rollback()
        forget()
        raise
    if keep:
        nested.commit()
    else:
        nested.rollback()
        forget()
