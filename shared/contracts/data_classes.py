"""Data classes of event properties: the sensitivity of a property, and so where it may be published.

Every property of an event must have one, for example `name: Organisation[str]`. A contract test fails for a
property without one, and for a personal property of a public event.
"""

from enum import StrEnum
from typing import Annotated, TypeVar

T = TypeVar("T")


class DataClass(StrEnum):
    """The sensitivity of a property."""

    ID = "id"
    """An opaque identifier."""
    ORGANISATION = "organisation"
    """Public data about an organisation, a region or a mission."""
    PUBLISHED = "published"
    """Text that its author agreed to publish: offers, needs, messages to partners."""
    TECHNICAL = "technical"
    """Statuses, counts, timestamps, versions."""
    PERSON = "person"
    """Personal data: published on the private exchange only."""


Id = Annotated[T, DataClass.ID]
Organisation = Annotated[T, DataClass.ORGANISATION]
Published = Annotated[T, DataClass.PUBLISHED]
Technical = Annotated[T, DataClass.TECHNICAL]
Person = Annotated[T, DataClass.PERSON]
