"""Whatever a service keeps of another's events, the owner can tell again as it now is.

But what passes: who asks to sign in is written to at once or not at all, and what is kept of it, an address, comes
again with the next request. There is no present state to tell, and to tell an old one would write letters late.
"""

import pytest

from caravan import discovery
from contracts.event import REGISTRY, entity_of
from servicekit.bus import snapshots, subscriptions

SERVICES = discovery.services()
PASSING = {"sign_in"}
"""Entities that are requests, and have no state."""
KEPT = sorted(
    (service.name, kept)
    for service in SERVICES.values()
    for kept in subscriptions.state_handlers(service)
    if entity_of(kept) not in PASSING
)


def owner_of(type_):
    """Return the service that publishes a type; the clock of an instance belongs to each of them."""
    publisher = REGISTRY[type_].publisher
    return SERVICES["registration" if publisher == "instance" else publisher]


@pytest.mark.parametrize(("reader", "type_"), KEPT, ids=lambda value: value)
def test_what_is_kept_as_a_copy_can_be_told_again(reader, type_):
    assert entity_of(type_) in snapshots.snapshots_of(owner_of(type_))


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_snapshot_is_of_an_entity_that_the_service_publishes(service):
    assert set(snapshots.snapshots_of(service)) <= service.entities()


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_whatever_a_service_publishes_it_can_tell_again(service):
    """But that it was installed: that is no state, and is told at every healing."""
    assert service.entities() - {"service"} - PASSING <= set(snapshots.snapshots_of(service))


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_who_publishes_what_is_private_tells_a_new_service_of_it(service):
    private = {entity_of(type_) for type_, one in REGISTRY.items() if one.private and one.publisher == service.name}
    private -= PASSING

    assert private <= set(snapshots.snapshots_of(service))
    assert bool(private) <= ("caravan.service.installed.v1" in subscriptions.reaction_handlers(service))


def test_what_passes_is_told_by_nobody_again():
    told = {entity for service in SERVICES.values() for entity in snapshots.snapshots_of(service)}

    assert PASSING & told == set()
    assert SERVICES["registration"].entities() >= PASSING
