"""Who asks: every handler and every query takes an actor.

Until sign-in exists, whoever reaches the instance is its operator: `caravan up` therefore
listens on 127.0.0.1 alone.
"""

from dataclasses import dataclass


@dataclass(frozen=True, kw_only=True)
class Actor:
    """A person, an API client or a part of the platform, as audit entries and idempotency keys name it."""

    id: str
    is_operator: bool = False


OPERATOR = Actor(id="operator", is_operator=True)
"""Whoever sits at the machine."""


def system(service: str) -> Actor:
    """Return the actor that handles events, schedules and tasks of a service."""
    return Actor(id=f"system:{service}", is_operator=True)


def of_request() -> Actor:
    """Return who sent the current request."""
    return OPERATOR
