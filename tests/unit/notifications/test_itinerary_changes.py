from datetime import UTC, datetime, timedelta

import pytest

from notifications.domain.itinerary_changes import LastNotified, count_unchanged, find_changes, is_urgent

NOON = datetime(2024, 12, 10, 9, 0, tzinfo=UTC)


def a_line(key="m", *, hours=0, **values):
    usual = {
        "meeting_id": key,
        "partner_id": "partner",
        "person_id": "me",
        "starts_at": (NOON + timedelta(hours=hours)).isoformat(),
        "ends_at": (NOON + timedelta(hours=hours, minutes=30)).isoformat(),
        "table": "T1",
        "is_online": False,
        "status": "scheduled",
        "reason": "",
    }
    return {**usual, **values}


def known(line, *, is_cancelled=False, sequence=0):
    return {line["meeting_id"]: LastNotified(line=line, is_cancelled=is_cancelled, sequence=sequence)}


def kinds(*arguments):
    return [(change.kind, change.sequence) for change in find_changes("me", *arguments)]


def test_unknown_meeting_is_new():
    assert kinds([a_line()], {}) == [("new", 0)]


def test_known_meeting_at_its_place_is_no_news():
    assert kinds([a_line(status="moved", reason="other words")], known(a_line())) == []


def test_same_instant_written_with_another_offset_is_no_news():
    moscow = a_line(starts_at="2024-12-10T12:00:00+03:00", ends_at="2024-12-10T12:30:00+03:00")

    assert kinds([moscow], known(a_line())) == []


@pytest.mark.parametrize("change", [{"hours": 1}, {"table": "T2"}, {"is_online": True}, {"partner_id": "other"}])
def test_other_place_partner_or_time_is_a_move(change):
    assert kinds([a_line(**change)], known(a_line())) == [("moved", 1)]


def test_cancelled_meeting_that_is_scheduled_again_is_new_under_a_higher_number():
    assert kinds([a_line()], known(a_line(), is_cancelled=True, sequence=2)) == [("new", 3)]


def test_meeting_that_is_no_longer_listed_is_cancelled():
    assert kinds([], known(a_line())) == [("cancelled", 1)]


def test_meeting_that_a_colleague_takes_over_is_cancelled_at_the_place_that_was_told():
    (change,) = find_changes("me", [a_line(person_id="colleague", hours=2)], known(a_line()))

    assert (change.kind, change.line["starts_at"]) == ("cancelled", NOON.isoformat())


@pytest.mark.parametrize("status", ["held", "no_show"])
def test_what_is_over_is_no_news(status):
    assert kinds([a_line(status=status)], {}) == []
    assert kinds([a_line(status=status)], known(a_line(hours=1))) == []
    assert kinds([a_line(status=status, person_id="colleague")], known(a_line())) == []


def test_changes_come_in_the_order_of_time():
    lines = [a_line("late", hours=3), a_line("early", hours=1)]

    assert [change.line["meeting_id"] for change in find_changes("me", lines, {})] == ["early", "late"]


def test_unchanged_counts_only_ones_own_meetings_ahead():
    lines = [a_line("a"), a_line("b", hours=1), a_line("held", status="held"), a_line("theirs", person_id="colleague")]
    news = find_changes("me", lines, known(a_line("a")))

    assert count_unchanged("me", lines, news) == 1


@pytest.mark.parametrize(("hours", "urgent"), [(-1, False), (1, True), (23, True), (25, False)])
def test_move_is_urgent_within_a_day(hours, urgent):
    news = find_changes("me", [a_line(hours=hours, table="T2")], known(a_line(hours=hours)))

    assert is_urgent(news, NOON) is urgent


def test_new_meeting_is_never_urgent():
    assert not is_urgent(find_changes("me", [a_line(hours=1)], {}), NOON)
