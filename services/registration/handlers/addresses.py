"""Addresses of the people of one application: one each, so that no mailbox gets a letter of each kind twice."""

from sqlalchemy import select
from sqlalchemy.orm import Session

from registration.models import Delegate
from servicekit import locks
from servicekit.languages import noop as _
from servicekit.problems import FieldError, InvalidInputError

SAME = _("Another delegate of this application has this address: give each person an address of their own.")


def require_own(session: Session, delegate: Delegate) -> None:
    """Refuse the address of a delegate where another one of the application has it, even if it came at the same moment.

    Raises:
        InvalidInputError: it points to the field.

    """
    locks.hold(session, f"addresses of {delegate.application_id}")
    same = Delegate.application_id == delegate.application_id, Delegate.email_key == delegate.email_key
    others = select(Delegate.id).where(*same, Delegate.id != delegate.id, ~Delegate.is_removed)
    if session.scalar(others.limit(1)) is not None:
        raise InvalidInputError(_("Nothing was saved."), errors=[FieldError("#/email", SAME)])
