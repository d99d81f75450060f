"""Organisations as they look to somebody: whole, or without what only those may know who may know of its people."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from sqlalchemy import ColumnElement, or_, select
from sqlalchemy.orm import Session

from access.matrix import Deed
from contracts.registration import Texts
from registration.models import Organisation
from registration.scope import SCOPE
from servicekit.auth.actors import Actor


@dataclass(frozen=True)
class Outward:
    """An organisation; unless it is known, its contacts and a sole trader's numbers and unpublished names are empty."""

    organisation: Organisation
    is_known: bool

    def __getattr__(self, name: str) -> Any:
        return getattr(self.organisation, name)

    @property
    def names(self) -> Texts:
        """Its names; a sole trader's reference in their place."""
        return self.organisation.names if self.is_known else self.organisation.public_names

    @property
    def legal_name(self) -> Texts:
        """Its name in full."""
        hidden = self.organisation.is_sole_trader and not self.organisation.may_be_named
        return {} if hidden and not self.is_known else self.organisation.legal_name

    @property
    def inn(self) -> str | None:
        """Its number as a taxpayer."""
        return self._number("inn")

    @property
    def ogrn(self) -> str | None:
        """Its number in the state's register."""
        return self._number("ogrn")

    @property
    def ogrnip(self) -> str | None:
        """The number of a sole trader in the state's register."""
        return self._number("ogrnip")

    @property
    def tax_id(self) -> str | None:
        """Its number where it is no Russian one."""
        return self._number("tax_id")

    @property
    def email(self) -> str:
        """Where it is written to."""
        return self.organisation.email if self.is_known else ""

    @property
    def phone(self) -> str:
        """Where it is called."""
        return self.organisation.phone if self.is_known else ""

    @property
    def contact(self) -> dict[str, str]:
        """How to reach it."""
        return {"email": self.email, "phone": self.phone}

    def _number(self, name: str) -> str | None:
        is_told = self.is_known or not self.organisation.is_sole_trader
        return getattr(self.organisation, name) if is_told else None


def to(session: Session, actor: Actor, organisations: Iterable[Organisation]) -> list[Outward]:
    """Return some organisations as they look to somebody, in their order."""
    found = list(organisations)
    mine = select(Organisation.id).where(Organisation.id.in_([one.id for one in found]), known_to(actor))
    known = set(session.scalars(mine))
    return [Outward(one, one.id in known) for one in found]


def known_to(actor: Actor) -> ColumnElement[bool]:
    """Select the organisations that somebody may know whole: who may know of their people, or speak for them."""
    return or_(*(SCOPE.rows(actor, Organisation, deed) for deed in (Deed.PEOPLE_READ, Deed.ORGANISATIONS_WRITE)))
