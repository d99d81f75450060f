"""The faults that every test run includes: kills of what carries events, a poison, disorder, an absence, no inbox.

Each takes seconds; other kinds of faults, and other points at which processes are killed, are in `make faults`.
"""

from importlib import import_module
from pathlib import Path

import pytest

from faults import (
    points,
    test_crash_points,
    test_database_faults,
    test_delivery_faults,
    test_poison_faults,
    test_sabotage,
)

ABSENCE_SECONDS = 6
MODULES = sorted(path.stem for path in Path(points.__file__).parent.glob("*.py") if path.stem != "__init__")


def the(kind, name):
    return next(point for point in points.EVERY[kind] if point.name == name)


def test_relay_killed_between_confirm_and_commit(stage):
    test_crash_points.test_relay_killed(stage, the("relay", "forgotten and not committed"))


def test_consumer_killed_between_commit_and_acknowledgement(stage):
    test_crash_points.test_consumer_killed(stage, the("consumer", "committed and not acknowledged"))


def test_pump_killed_between_effect_and_mark(embedded_stage):
    test_crash_points.test_process_killed_while_its_pump_carries(embedded_stage, the("pump", "a service has received"))


def test_states_of_many_notes_arrive_in_any_order_for_the_first_time(stage):
    test_delivery_faults.test_f14_states_of_many_notes_arrive_in_any_order_for_the_first_time(stage, seed=4)


def test_one_poison_among_two_hundred_in_hand_leaves_199_effects_at_once(runtime_of, monkeypatch):
    test_poison_faults.test_one_poison_among_two_hundred_in_hand_leaves_199_effects_at_once(runtime_of, monkeypatch)


def test_database_away_for_a_moment_makes_no_dead_letter(stage_behind_doors, doors):
    test_database_faults.away(stage_behind_doors, doors["READER_DATABASE_URL"], ABSENCE_SECONDS)


def test_every_event_has_its_effect_twice_without_the_inbox(stage):
    test_sabotage.test_event_that_comes_again_has_its_effect_twice_without_the_inbox(stage, "inbox", {"effects once"})


@pytest.mark.parametrize("kind", points.EVERY)
def test_names_of_points_are_unique(kind):
    names = [point.name for point in points.EVERY[kind]]

    assert len(set(names)) == len(names)


@pytest.mark.parametrize("module", MODULES)
def test_every_module_of_faults_can_be_imported(module):
    import_module(f"faults.{module}")


@pytest.mark.parametrize("point", [point for kind in points.EVERY.values() for point in kind], ids=str)
def test_seam_of_every_point_is_there(point):
    module, _, path = point.seam.partition(":")
    found = import_module(module)

    for name in path.split("."):
        found = getattr(found, name)

    assert found
