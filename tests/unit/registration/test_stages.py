from datetime import UTC, datetime, timedelta

import pytest

from contracts.registration import Window
from registration.domain.statuses import MissionStage, MissionStatus, stage_of

BEGINS = datetime(2024, 12, 9, 17, tzinfo=UTC)
DAYS = Window(starts_at=BEGINS, ends_at=BEGINS + timedelta(days=3))


@pytest.mark.parametrize("status", [MissionStatus.OPEN, MissionStatus.CLOSED])
def test_a_mission_is_under_way_on_its_days_and_over_after_them(status):
    instants = [BEGINS, DAYS.ends_at - timedelta(seconds=1), DAYS.ends_at]

    stages = [stage_of(status, DAYS, now) for now in instants]

    assert stages == [MissionStage.UNDER_WAY, MissionStage.UNDER_WAY, MissionStage.OVER]


def test_a_mission_goes_by_its_status_before_its_first_day():
    now = BEGINS - timedelta(seconds=1)

    stages = [stage_of(status, DAYS, now) for status in MissionStatus]

    assert stages == [MissionStage.PREPARED, MissionStage.OPEN, MissionStage.CLOSED]


def test_a_draft_stays_in_preparation_when_its_days_are_over():
    later = DAYS.ends_at + timedelta(days=1)

    assert stage_of(MissionStatus.DRAFT, DAYS, later) is MissionStage.PREPARED
