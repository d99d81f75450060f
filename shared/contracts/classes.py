"""Data classes of event properties: who may see what a property holds.

Every property of an event names one, as in `name: Organisation[str]`; a contract
test refuses a property that names none, or a personal one on the public exchange.
"""

from enum import StrEnum
from typing import Annotated, TypeVar

T = TypeVar("T")


class DataClass(StrEnum):
    """What a property tells, and so where it may travel."""

    ID = "id"
    """An opaque identifier."""
    ORGANISATION = "organisation"
    """About an organisation, a region or a mission: public by nature."""
    PUBLISHED = "published"
    """Text that its author consented to publish: offers, needs, messages to partners."""
    TECHNICAL = "technical"
    """States, counts, instants, versions."""
    PERSON = "person"
    """About a person: travels on the private exchange only."""


Id = Annotated[T, DataClass.ID]
Organisation = Annotated[T, DataClass.ORGANISATION]
Published = Annotated[T, DataClass.PUBLISHED]
Technical = Annotated[T, DataClass.TECHNICAL]
Person = Annotated[T, DataClass.PERSON]
