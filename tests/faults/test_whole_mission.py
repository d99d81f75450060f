"""The mission that comes along, in six processes under kills: the small one of every test run is played so, too."""

from plays import SCENARIO, kaluga_on_sqlite, told_in
from under_kills import check_under_kills


def test_kaluga_mission_under_kills_ends_as_it_does_on_sqlite(tmp_path_factory, postgres_url, tmp_path):
    check_under_kills(SCENARIO, told_in(kaluga_on_sqlite(tmp_path_factory)), postgres_url, tmp_path)
