"""Documents generated from the event contracts: JSON Schemas, an AsyncAPI document, examples, descriptions.

Everything is derived from the event dataclasses: their properties, docstrings and data classes. Also here: the check
that a contract changes only compatibly. Import the functions below and the submodules except `glossary`.
"""

import pkgutil
from importlib import import_module

import contracts
from contracts.event import REGISTRY, Event

_PREFIX = "contracts."


def every_event() -> list[type[Event]]:
    """Return all event classes by type: those of `contracts`, and those of other packages that are imported."""
    for module in pkgutil.walk_packages(contracts.__path__, _PREFIX):
        import_module(module.name)
    return [REGISTRY[type_] for type_ in sorted(REGISTRY)]


def platform_events() -> list[type[Event]]:
    """Return the event classes that `contracts` declares, without those of other packages."""
    return [event for event in every_event() if event.__module__.startswith(_PREFIX)]
