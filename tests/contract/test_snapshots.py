"""Whatever a service keeps of another's events, the owner can tell again as it now is."""

import pytest

from caravan import discovery
from contracts.event import REGISTRY, entity_of

SERVICES = discovery.services()
KEPT = sorted({(service.name, kept) for service in SERVICES.values() for kept in service.state_handlers})


def owner_of(type_):
    """Return the service that publishes a type; the clock of an instance belongs to each of them."""
    publisher = REGISTRY[type_].publisher
    return SERVICES["registration" if publisher == "instance" else publisher]


@pytest.mark.parametrize(("reader", "type_"), KEPT, ids=lambda value: value)
def test_what_is_kept_as_a_copy_can_be_told_again(reader, type_):
    assert entity_of(type_) in owner_of(type_).all_snapshots


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_snapshot_is_of_an_entity_that_the_service_publishes(service):
    assert set(service.all_snapshots) <= service.entities()


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_whatever_a_service_publishes_it_can_tell_again(service):
    """But that it was installed: that is no state, and is told at every healing."""
    assert service.entities() - {"service"} <= set(service.all_snapshots)


@pytest.mark.parametrize("service", SERVICES.values(), ids=lambda service: service.name)
def test_who_publishes_what_is_private_tells_a_new_service_of_it(service):
    private = {entity_of(type_) for type_, one in REGISTRY.items() if one.private and one.publisher == service.name}

    assert private <= set(service.all_snapshots)
    assert bool(private) <= ("caravan.service.installed.v1" in service.reaction_handlers)
