"""Erasures: who asked to be forgotten, and which services have answered."""

from datetime import datetime
from typing import ClassVar
from uuid import UUID

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column

from registration.models.base import Base
from servicekit import identifiers
from servicekit.data.tables import Aggregate
from servicekit.texts.languages import noop as _


class Erasure(Aggregate, Base):
    """One person who is to be forgotten by every service.

    It has an id of its own, so that no reader takes its states for those of the delegate or the organisation.
    """

    __tablename__ = "erasure"
    missing: ClassVar[str] = _("Nobody has asked to forget person %(id)s.")

    person_id: Mapped[UUID] = mapped_column(unique=True)
    requested_at: Mapped[datetime]
    """By the machine's clock, as all times here."""

    @staticmethod
    def id_of(person_id: UUID) -> UUID:
        """Return the id of a person's erasure."""
        return identifiers.derived("erasure", "request", person_id)


class ErasureAnswer(Base):
    """A service's word that it holds nothing more of a person."""

    __tablename__ = "erasure_answer"

    person_id: Mapped[UUID] = mapped_column(ForeignKey("erasure.person_id"), primary_key=True)
    service: Mapped[str] = mapped_column(String(64), primary_key=True)
    answered_at: Mapped[datetime]


class KnownService(Base):
    """A service of the instance that has announced itself, and so has to answer."""

    __tablename__ = "known_service"

    name: Mapped[str] = mapped_column(String(64), primary_key=True)
    heard_at: Mapped[datetime]
    """When it was first heard of: what was asked before need not be answered."""
