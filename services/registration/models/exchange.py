"""Which two organisations let each other know whom to reach: matching's word, as it was heard of last."""

from typing import ClassVar
from uuid import UUID

from sqlalchemy.orm import Mapped, mapped_column

from registration.models.base import Base
from servicekit.data.tables import Copy
from servicekit.texts.languages import noop as _


class ContactExchange(Copy, Base):
    """A meeting whose two agreed, or once agreed, to know each other's contacts; the people are those who sat there."""

    __tablename__ = "contact_exchange"
    missing: ClassVar[str] = _("No contacts are shared after meeting %(id)s.")

    mission_id: Mapped[UUID] = mapped_column(index=True)
    meeting_id: Mapped[UUID] = mapped_column(index=True)
    guest_organisation_id: Mapped[UUID]
    host_organisation_id: Mapped[UUID]
    guest_person_id: Mapped[UUID]
    host_person_id: Mapped[UUID]
    is_mutual: Mapped[bool]
    """Whether both agree by now."""
