"""Only one publisher may declare events of an entity."""

import pytest

from contracts.event import REGISTRY, Event
from contracts.registration import MissionClosed


def declare(type_, module):
    return type("Foreign", (Event,), {"__module__": module}, type=type_)


@pytest.fixture(autouse=True)
def registry():
    before = dict(REGISTRY)
    yield
    REGISTRY.clear()
    REGISTRY.update(before)


def test_publisher_is_the_package_of_a_service_from_elsewhere():
    assert declare("caravan.parcel.sent.v1", "parcels.events").publisher == "parcels"


@pytest.mark.parametrize("type_", [MissionClosed.type, "caravan.mission.stolen.v1", "caravan.service.installed.v1"])
def test_word_of_another_package_is_refused(type_):
    with pytest.raises(TypeError, match="is already declared by contracts"):
        declare(type_, "parcels.events")

    assert type_ not in REGISTRY or REGISTRY[type_].__module__.startswith("contracts.")


def test_further_fact_of_ones_own_entity_is_let_in():
    declare("caravan.parcel.sent.v1", "parcels.events")

    assert declare("caravan.parcel.lost.v1", "parcels.facts").publisher == "parcels"
