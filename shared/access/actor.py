"""The actor of a request or command: a person, an API client or a part of the platform, with its roles."""

from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from uuid import UUID

from access.matrix import FOR_ANY_USER, MATRIX, ON_BEHALF, Deed
from access.roles import EVERYTHING, Relation, Role

Claims = Mapping[Role, frozenset[str]]
"""The scopes in which each role is held."""


@dataclass(frozen=True, kw_only=True)
class Actor:
    """The actor of a request or command, with the permission that it needs. `id` is the name in the audit log."""

    id: str
    claims: Claims = field(default_factory=dict)
    deeds: frozenset[Deed] | None = None
    """Permissions that an API key is limited to; None: all that the roles grant."""
    deed: Deed | None = None
    """The permission that the current request needs; None for a part of the platform."""
    session: str = ""
    """The session or API key of the request."""
    persons: frozenset[UUID] = frozenset()
    """Ids of the delegates registered with the email address that the actor signed in with: the actor's own records."""
    is_system: bool = False
    """Whether it is a part of the platform or a user of the command line."""

    @property
    def is_known(self) -> bool:
        """Whether the actor has signed in."""
        return bool(self.id)

    @property
    def account_id(self) -> UUID | None:
        """The account id of a person; None for other actors."""
        kind, _, id_ = self.id.partition(":")
        return UUID(id_) if kind == "person" else None

    def doing(self, deed: Deed) -> "Actor":
        """Return the actor with another current permission."""
        return replace(self, deed=deed)

    def scopes(self, role: Role) -> frozenset[str]:
        """Return the scopes in which the actor holds a role."""
        return self.claims.get(role, frozenset())

    def may_everywhere(self, deed: Deed | None = None) -> bool:
        """Return whether the actor has a permission (default: the current one) on all records."""
        wanted = deed or self.deed
        if self.is_system:
            return True
        if wanted is None or not self._key_allows(wanted):
            return False
        return Relation.PLATFORM in MATRIX[wanted] and EVERYTHING in self.scopes(Role.ADMIN)

    def may_somewhere(self, deed: Deed | None = None) -> bool:
        """Return whether the actor can have a permission (default: the current one) on any record."""
        wanted = deed or self.deed
        if self.is_system:
            return True
        if wanted is None or not self.is_known or not self._key_allows(wanted):
            return False
        return wanted in FOR_ANY_USER or any(self.scopes(relation.role) for relation in MATRIX[wanted])

    def scopes_for(self, relation: Relation, deed: Deed | None = None) -> frozenset[str]:
        """Return the scopes in which a relation grants the actor a permission (default: the current one)."""
        wanted = deed or self.deed
        if wanted is None or relation not in MATRIX[wanted] or not self._key_allows(wanted):
            return frozenset()
        return self.scopes(relation.role)

    def effective_scopes(self, role: Role) -> frozenset[str]:
        """Return the scopes in which a role grants the actor the current permission, by any relation."""
        scopes = (self.scopes_for(relation) for relation in Relation if relation.role is role)
        return frozenset[str]().union(*scopes)

    def acts_for(self, organisation: UUID | None) -> str:
        """Return the organisation on whose behalf the actor acts; empty for its own organisation, or for none."""
        if organisation is None or self.is_system or self.deed not in ON_BEHALF:
            return ""
        return "" if str(organisation) in self.scopes(Role.DELEGATE) else str(organisation)

    def _key_allows(self, deed: Deed) -> bool:
        return self.deeds is None or deed in self.deeds


ANONYMOUS = Actor(id="")
"""An actor that has not signed in."""


def ids(scopes: frozenset[str]) -> list[UUID]:
    """Return the ids among some scopes."""
    return [UUID(scope) for scope in sorted(scopes) if len(scope) == 36]


def codes(scopes: frozenset[str]) -> list[str]:
    """Return the region codes among some scopes, sorted."""
    return sorted(scope for scope in scopes if len(scope) != 36 and scope != EVERYTHING)
