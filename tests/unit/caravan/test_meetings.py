from types import SimpleNamespace
from zoneinfo import ZoneInfo

from caravan.demo.console_output import ConsoleOutput
from caravan.demo.meetings import record_no_show


def test_a_no_show_without_a_meeting_is_noted_and_no_trouble():
    notes = []
    demo = SimpleNamespace(
        meetings=list,
        ids=SimpleNamespace(references={}),
        output=ConsoleOutput("en", ZoneInfo("UTC")),
        note=notes.append,
    )

    record_no_show(demo, {"organisation": "o", "at": "2026-03-02T11:10:00+05:00"}, "")

    assert notes == ["There is no meeting that anybody missed"]
