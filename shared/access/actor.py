"""Who asks: a person, a client of the API or a part of the platform, with the roles that each was given."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from access.matrix import FOR_ANYBODY, IN_A_NAME, MATRIX, Deed
from access.roles import EVERYTHING, Role, Standing

Claims = Mapping[Role, frozenset[str]]
"""Each role with the scopes in which it holds."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """Whoever asks or commands, as audit entries and idempotency keys name it, about to do one deed."""

    id: str
    claims: Claims = field(default_factory=dict)
    deeds: frozenset[Deed] | None = None
    """What a key to the API was made for; None: all that the roles allow."""
    deed: Deed | None = None
    """What the actor is about to do; a part of the platform does what it does."""
    session: str = ""
    """The session or the key that the request came with."""
    persons: frozenset[UUID] = frozenset()
    """Whom organisations have named with the address that the actor signed in with: the actor's own records."""
    is_system: bool = False
    """Whether it is a part of the platform, or sits at the machine."""

    @property
    def is_known(self) -> bool:
        """Whether anybody has signed in."""
        return bool(self.id)

    @property
    def account_id(self) -> UUID | None:
        """The account of a person; None for whoever else asks."""
        kind, _, id_ = self.id.partition(":")
        return UUID(id_) if kind == "person" else None

    def doing(self, deed: Deed) -> "Actor":
        """Return the actor, about to do something."""
        return replace(self, deed=deed)

    def scopes(self, role: Role) -> frozenset[str]:
        """Return where the actor holds a role."""
        return self.claims.get(role, frozenset())

    def may_everywhere(self, deed: Deed | None = None) -> bool:
        """Tell whether the actor may do a deed (the one it is about to do) to anything at all."""
        wanted = deed or self.deed
        if self.is_system:
            return True
        if wanted is None or not self._was_let(wanted):
            return False
        return Standing.PLATFORM in MATRIX[wanted] and EVERYTHING in self.scopes(Role.ADMIN)

    def may_somewhere(self, deed: Deed | None = None) -> bool:
        """Tell whether there can be anything to which the actor may do a deed (the one it is about to do)."""
        wanted = deed or self.deed
        if self.is_system:
            return True
        if wanted is None or not self.is_known or not self._was_let(wanted):
            return False
        return wanted in FOR_ANYBODY or any(self.scopes(standing.role) for standing in MATRIX[wanted])

    def stands(self, standing: Standing, deed: Deed | None = None) -> frozenset[str]:
        """Return the scopes in which the actor may do a deed (the one it is about to do) by a standing."""
        wanted = deed or self.deed
        if wanted is None or standing not in MATRIX[wanted] or not self._was_let(wanted):
            return frozenset()
        return self.scopes(standing.role)

    def held(self, role: Role) -> frozenset[str]:
        """Return the scopes in which a role lets the actor do what it is about to do, whatever it stands towards."""
        found = (self.stands(standing) for standing in Standing if standing.role is role)
        return frozenset[str]().union(*found)

    def acts_for(self, organisation: UUID | None) -> str:
        """Return the organisation in whose name the actor does its deed; empty for its own, or for nobody's."""
        if organisation is None or self.is_system or self.deed not in IN_A_NAME:
            return ""
        return "" if str(organisation) in self.scopes(Role.DELEGATE) else str(organisation)

    def _was_let(self, deed: Deed) -> bool:
        return self.deeds is None or deed in self.deeds


ANONYMOUS = Actor(id="")
"""Whoever has not signed in."""


def ids(scopes: frozenset[str]) -> list[UUID]:
    """Return the scopes that are ids."""
    return [UUID(scope) for scope in sorted(scopes) if len(scope) == 36]


def codes(scopes: frozenset[str]) -> list[str]:
    """Return the scopes that are codes of regions."""
    return sorted(scope for scope in scopes if len(scope) != 36 and scope != EVERYTHING)
