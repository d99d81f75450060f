"""How far somebody may look through what a service keeps of everything: its events, its journal."""

from dataclasses import dataclass

from sqlalchemy.orm import Session

from access.actor import codes
from access.roles import Relation
from servicekit.auth import Actor
from servicekit.service import Service


@dataclass(frozen=True, kw_only=True)
class Bounds:
    """What is there for somebody: what is kept together by one of some ids, and what is at one of some homes."""

    contexts: frozenset[str] = frozenset()
    homes: frozenset[str] = frozenset()

    def hold(self, context: object, home: str) -> bool:
        """Tell whether something is there; homes are told apart without regard to case."""
        return context in self.contexts or home.upper() in self.homes


def of(session: Session, actor: Actor, service: Service) -> Bounds | None:
    """Return how far the actor may look by the deed that it is about to do; None: everywhere."""
    if actor.may_everywhere():
        return None
    held = frozenset().union(*(actor.scopes_for(relation) for relation in Relation))
    contexts = service.contexts(session, actor) if service.contexts else frozenset()
    return Bounds(contexts=contexts, homes=frozenset(codes(held)))
