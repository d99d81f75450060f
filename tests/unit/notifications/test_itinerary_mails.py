"""Itinerary mails name each change with time and place, in the recipient's and the mission's time zone."""

from datetime import timedelta

import pytest

from letters import (
    HALF_HOUR,
    KRASNOYARSK,
    NOON,
    PARTNER,
    a_cancelled_meeting,
    a_meeting,
    a_moved_meeting,
    an_itinerary,
    plain,
    worded,
)


@pytest.mark.parametrize(
    ("changes", "subject"),
    [
        (
            {"moved": (a_moved_meeting(),)},
            "Встреча перенесена: 10 декабря, 12:00 в Москве, 16:00 в Красноярске (было 11:00 в Москве)",
        ),
        (
            {"moved": (a_moved_meeting(old_starts_at=NOON - timedelta(days=1)),)},
            "Встреча перенесена: 10 декабря, 12:00 в Москве, 16:00 в Красноярске (было 9 декабря, 12:00 в Москве)",
        ),
        (
            {"moved": (a_moved_meeting(old_starts_at=NOON, old_table="4"),)},
            "Встреча за другим столом: 10 декабря, 12:00 в Москве, 16:00 в Красноярске, стол 5",
        ),
        ({"cancelled": (a_cancelled_meeting(),)}, "Встреча отменена: 10 декабря, 12:00 в Москве, 16:00 в Красноярске"),
        ({"new": (a_meeting(),)}, "Новая встреча: 10 декабря, 12:00 в Москве, 16:00 в Красноярске"),
        (
            {"new": (a_meeting(), a_meeting(meeting_id="m-2", starts_at=NOON + timedelta(days=1)))},
            "Ваше расписание: 2 встречи, 10–11 декабря 2024",
        ),
        (
            {"moved": (a_moved_meeting(),) * 5, "cancelled": (a_cancelled_meeting(),), "new": (a_meeting(),) * 2},
            "Расписание изменилось: 5 перенесено, 1 отменена, 2 новые",
        ),
    ],
)
def test_subject_of_an_itinerary_carries_the_change(changes, subject):
    letter = worded(an_itinerary(**changes))

    assert plain(letter.subject) == subject


def test_old_time_is_struck_through_after_was():
    letter = worded(an_itinerary(moved=(a_moved_meeting(),)))

    assert "было <s>11:00</s>" in letter.html
    assert "было <s>15:00</s>" in letter.html
    assert "Было: 11:00 в Москве, 15:00 в Красноярске" in letter.text


def test_one_time_is_shown_to_a_reader_in_the_missions_zone():
    letter = worded(an_itinerary(moved=(a_moved_meeting(),), zones=(KRASNOYARSK, KRASNOYARSK)))

    assert letter.text.count("Красноярске") == letter.text.count("16:00") + letter.text.count("15:00")
    assert "Москве" not in letter.text
    assert "у вас" not in letter.html


def test_itinerary_lists_days_and_times_in_order():
    times = [NOON + timedelta(days=1), NOON + HALF_HOUR, NOON]
    meetings = tuple(a_meeting(meeting_id=str(n), starts_at=at) for n, at in enumerate(times))

    text = plain(worded(an_itinerary(new=meetings)).text)

    order = [text.index(words) for words in ("Вторник, 10 декабря", "12:00–", "12:30–", "Среда, 11 декабря")]
    assert order == sorted(order)


def test_itinerary_says_who_is_online_and_where():
    online = a_meeting(meeting_id="a", is_online=True, reader_is_online=True)
    hall = a_meeting(meeting_id="b", is_online=True)

    text = plain(worded(an_itinerary(new=(online, hall))).text)

    assert f"{PARTNER}, онлайн (в зале — стол 5)" in text
    assert f"{PARTNER}, стол 5, партнёр онлайн" in text


def test_itinerary_counts_what_stays():
    letter = worded(an_itinerary(new=(a_meeting(),), unchanged_count=5))

    assert "Ещё 5 ваших встреч не изменились." in plain(letter.text)


def test_itinerary_without_a_change_is_refused():
    with pytest.raises(ValueError, match="no news"):
        an_itinerary(unchanged_count=3)
