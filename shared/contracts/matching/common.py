"""What events of matching have in common."""

from dataclasses import dataclass, field
from uuid import UUID

from contracts.classes import Id, Organisation
from contracts.event import Event
from contracts.registration.common import Texts


@dataclass(frozen=True, kw_only=True)
class BetweenTwo(Event):
    """Who the guest and the host are, as anyone may know them."""

    mission_id: Id[UUID]
    guest_organisation_id: Id[UUID]
    host_organisation_id: Id[UUID]
    guest_names: Organisation[Texts] = field(default_factory=dict)
    guest_region: Organisation[str] = ""
    host_names: Organisation[Texts] = field(default_factory=dict)
    host_region: Organisation[str] = ""
