"""The command on files of timetables: what it writes, what it accepts, what it refuses."""

import json
import random
import re

import pytest
from click.testing import CliRunner

from matching.timetabling.command import timetable
from timetable_files import a_given, a_mission


def run(*arguments):
    return CliRunner().invoke(timetable, [str(one) for one in arguments])


def written(tmp_path, name, body):
    path = tmp_path / name
    path.write_text(json.dumps(body), encoding="utf-8")
    return path


def test_command_solves_a_mission_of_dozens_near_its_bound_and_tells_of_it_on_the_way(tmp_path):
    chance = random.Random(3)
    pairs = [(guest, 30 + host, chance.randint(1, 99)) for guest in range(30) for host in chance.sample(range(30), 9)]
    away = [chance.sample(range(8), 3) for _ in range(60)]
    body = a_mission(pairs, 30, 60, slots=8, tables=12, forbidden=away, min_meetings=[2] * 60, max_meetings=[4] * 60)
    instance, schedule = written(tmp_path, "instance.json", body), tmp_path / "schedule.json"

    made = run("solve", instance, "--time-limit", "2", "-o", schedule)
    checked = run("check", instance, schedule)

    found = json.loads(schedule.read_text())
    assert (made.exit_code, checked.exit_code) == (0, 0), made.output + checked.output
    assert found["bound"] * 0.98 < found["objective"] <= found["bound"]
    assert re.search(r"\d\.\d s  value \d+  bound \d+", made.stderr)


def test_command_writes_a_schedule_that_the_command_accepts(tmp_path):
    instance = written(tmp_path, "instance.json", a_given([(0, 1), (1, 2), (0, 2)]))
    schedule = tmp_path / "schedule.json"

    made = run("solve", instance, "-o", schedule)
    checked = run("check", instance, schedule, schedule)

    assert (made.exit_code, checked.exit_code) == (0, 0)
    assert "optimal: 1, gap 0" in made.stderr
    assert set(json.loads(checked.stdout)["change"].values()) == {0}


def test_command_tells_what_is_broken_and_what_has_changed(tmp_path):
    instance = written(tmp_path, "instance.json", a_given([(0, 1), (1, 2)]))
    schedule = written(tmp_path, "schedule.json", {"meetings": [[0, 0], [1, 0]]})
    previous = written(tmp_path, "previous.json", {"meetings": [[0, 0], [1, 1]]})

    checked = run("check", instance, schedule, previous)

    assert checked.exit_code == 1 and "broken: participant 1: 2 meetings in slot 0" in checked.stdout
    assert '"moved": 1' in checked.stdout and '"participants_touched": 2' in checked.stdout


def test_command_refuses_a_schedule_of_another_instance(tmp_path):
    instance = written(tmp_path, "instance.json", a_given([(0, 1)]))
    schedule = written(tmp_path, "schedule.json", {"instance": "another", "meetings": []})

    assert run("check", instance, schedule).exit_code == 2
    assert "another" in run("check", instance, schedule).stderr


@pytest.mark.parametrize("row", [[0, None], [None, 0], [0]])
def test_command_refuses_a_schedule_with_a_row_that_places_no_meeting(tmp_path, row):
    instance = written(tmp_path, "instance.json", a_given([(0, 1)]))
    schedule = written(tmp_path, "schedule.json", {"meetings": [row]})

    checked, mended = run("check", instance, schedule), run("solve", instance, "--previous", schedule)

    assert (checked.exit_code, mended.exit_code) == (2, 1)
    assert "/meetings/0" in checked.stderr and "/meetings/0" in mended.stderr


def test_command_refuses_a_schedule_before_that_has_a_meeting_twice(tmp_path):
    instance = written(tmp_path, "instance.json", a_mission([(0, 1, 5)], 1, 2))
    schedule = written(tmp_path, "schedule.json", {"meetings": [[0, 0], [0, 1]]})

    mended, checked = run("solve", instance, "--previous", schedule), run("check", instance, schedule)

    assert mended.exit_code == 1 and "/meetings/1: meeting 0 stands there before" in mended.stderr
    assert checked.exit_code == 1 and "broken" in checked.stdout


def test_command_refuses_a_file_that_is_no_instance(tmp_path):
    failed = run("solve", written(tmp_path, "instance.json", []))

    assert failed.exit_code == 1 and "no JSON object" in failed.stderr


def test_command_mends_a_timetable_and_says_what_has_changed(tmp_path):
    body = a_given([(0, 1), (1, 2), (0, 2), (0, 3)], slots=5)
    previous = written(tmp_path, "previous.json", {"meetings": [[0, 0, 0], [1, 1, 0], [2, 2, 0], [3, 3, 0]]})
    instance = written(tmp_path, "now.json", body | {"forbidden": [[0, 1, 2], [], [], []]})
    schedule = tmp_path / "schedule.json"

    made = run("solve", instance, "--previous", previous, "-o", schedule)
    checked = run("check", instance, schedule, previous)

    found = json.loads(schedule.read_text())
    assert (made.exit_code, checked.exit_code) == (0, 0), made.output + checked.output
    assert [entry["reason"] for entry in found["dropped"]] == ["too_few_slots"]
    assert (len(found["moved"]), len(found["told"])) == (1, 3)
    assert "1 moved, 1 dropped, 0 added, 3 told" in made.stderr
    assert json.loads(checked.stdout)["change"]["participants_touched"] == 3


def test_command_mends_a_timetable_of_which_meetings_are_no_more(tmp_path):
    body = a_mission([(0, 2, 5), (0, 3, 4), (1, 2, 3)], 2, 4)
    previous = written(tmp_path, "previous.json", {"meetings": [[0, 0], [1, 1], [2, 1], [7, 2]]})
    instance = written(tmp_path, "now.json", body | {"cancelled": [1]})
    schedule = tmp_path / "schedule.json"

    run("solve", instance, "--previous", previous, "-o", schedule)
    checked = run("check", instance, schedule, previous)

    assert json.loads(schedule.read_text())["dropped"] == [
        {"meeting": 1, "reason": "cancelled"},
        {"meeting": 7, "reason": "cancelled"},
    ]
    assert checked.exit_code == 0, checked.output
