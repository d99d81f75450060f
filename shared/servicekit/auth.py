"""Who asks: every handler and every query takes an actor."""

from access.actor import ANONYMOUS, Actor

__all__ = ["ANONYMOUS", "OPERATOR", "Actor", "system"]

OPERATOR = Actor(id="operator", is_system=True)
"""Whoever sits at the machine."""


def system(service: str) -> Actor:
    """Return the actor that handles events, schedules and tasks of a service."""
    return Actor(id=f"system:{service}", is_system=True)
