"""What the contracts say, for machines and for people who know nothing of this code.

Everything here is read from the declared dataclasses: their properties, docstrings and data classes.
"""

import pkgutil
from importlib import import_module

import contracts
from contracts.event import REGISTRY, Event

OURS = "contracts."


def every_event() -> list[type[Event]]:
    """Return every event that is known: all that `contracts` declares, and those of other packages that are loaded."""
    for module in pkgutil.walk_packages(contracts.__path__, OURS):
        import_module(module.name)
    return [REGISTRY[type_] for type_ in sorted(REGISTRY)]


def our_events() -> list[type[Event]]:
    """Return the events that the platform itself declares."""
    return [event for event in every_event() if event.__module__.startswith(OURS)]
