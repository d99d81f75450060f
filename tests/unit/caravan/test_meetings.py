from types import SimpleNamespace
from zoneinfo import ZoneInfo

from caravan.demo.console_output import Teller
from caravan.demo.meetings import miss_meeting


def test_a_no_show_without_a_meeting_is_noted_and_no_trouble():
    notes = []
    stage = SimpleNamespace(
        meetings=list,
        cast=SimpleNamespace(references={}),
        teller=Teller("en", ZoneInfo("UTC")),
        note=notes.append,
    )

    miss_meeting(stage, {"organisation": "o", "at": "2026-03-02T11:10:00+05:00"}, "")

    assert notes == ["There is no meeting that anybody missed"]
