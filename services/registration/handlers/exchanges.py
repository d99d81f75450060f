"""State handler: who lets whom know whom to reach, as the two of a meeting have agreed."""

from typing import Any

from contracts.event import Envelope
from contracts.matching import ContactsExchanged, ContactsState
from registration.models import ContactExchange
from servicekit.copies import Keep


def exchange(envelope: Envelope[ContactsState]) -> dict[str, Any]:
    """Return who agreed with whom, and whether both do."""
    said = envelope.data
    names = (
        "mission_id",
        "meeting_id",
        "guest_organisation_id",
        "host_organisation_id",
        "guest_person_id",
        "host_person_id",
    )
    return {name: getattr(said, name) for name in names} | {"is_mutual": isinstance(said, ContactsExchanged)}


EXCHANGE = Keep(ContactExchange, exchange)
