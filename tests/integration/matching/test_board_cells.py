"""What the cells of the hall's board say, in Russian."""

from datetime import UTC, date, datetime, timedelta
from uuid import UUID, uuid4

import pytest

from matching.models import MissionCopy
from matching.pages.organiser import board_by_tables
from matching.queries.boards import Board, Column, Row

NOON = datetime(2024, 12, 10, 7, tzinfo=UTC)
GUEST, HOST = uuid4(), uuid4()
NAMES = {GUEST: "ООО «Жгут-Авто»", HOST: "ИП Журавина Инга Павловна"}


def a_cell(meeting="m-1", **changes):
    made = {"meeting_id": meeting, "guest_id": str(GUEST), "host_id": str(HOST), "starts_at": NOON.isoformat()}
    made["ends_at"] = NOON.isoformat()
    return made | {"slot": "s1", "table": "T1", "status": "held", "is_locked": False, "is_online": False} | changes


def a_board(*cells):
    row = Row(slot="s1", starts_at=NOON, ends_at=NOON + timedelta(minutes=30), cells=cells)
    columns = tuple(Column(id=f"T{number}", video_kit=False) for number, _cell in enumerate(cells, 1))
    return Board(day=date(2024, 12, 10), columns=columns, rows=(row,))


@pytest.fixture
def told(desk):
    def tell(*cells, moved=(), dropped=()):
        changes = {"moved": moved, "dropped": dropped}
        mission = MissionCopy(id=UUID(int=1), timezone="Asia/Krasnoyarsk", agenda=[])
        telling = board_by_tables.Telling.of_version(mission, NAMES, changes, NOON)
        with desk.client.application.test_request_context("/", headers={"Accept-Language": "ru"}):
            desk.client.application.preprocess_request()
            return board_by_tables.rows(a_board(*cells), telling)[0]["cells"]

    return tell


def tags(cell):
    return [tag["text"].replace("\u00a0", " ") for tag in cell["tags"]]


def test_a_cell_names_organisations_without_legal_forms(told):
    (cell,) = told(a_cell())

    assert (cell["title"], cell["text"].replace("\u00a0", " ")) == ("Жгут-Авто", "ИП Журавина И. П.")


def test_a_cell_says_held_only_while_the_day_goes_on(told):
    held, ahead = told(a_cell(), a_cell("m-2", status="scheduled"))
    (over,) = told(a_cell())

    assert (tags(held), tags(ahead), tags(over)) == (["прошла"], [], [])


def test_a_cell_says_that_somebody_did_not_come_when_the_day_is_over(told):
    held, missed = told(a_cell(), a_cell("m-2", status="no_show"))

    assert (tags(held), tags(missed)) == ([], ["кто-то не пришёл"])


def test_a_moved_meeting_says_where_it_was_as_far_as_it_differs(told):
    earlier = {"starts_at": NOON - timedelta(hours=1), "table": "T1"}
    yesterday = {"starts_at": NOON - timedelta(days=1), "table": "T9"}
    moved = ({"meeting_id": "m-1", "from": earlier}, {"meeting_id": "m-2", "from": yesterday})

    first, second = told(a_cell(), a_cell("m-2"), moved=moved)

    assert tags(first) == ["было: 13:00"]
    assert tags(second) == ["было: понедельник, 9 декабря, 14:00, стол T9"]


def test_a_place_that_a_version_set_free_says_so(told):
    _held, freed, free, shut = told(a_cell(), None, None, False, dropped=({"slot": "s1", "table": "T2"},))

    assert [freed["text"], free["text"], shut["text"]] == ["освободилось", "", "закрыт"]
    assert [freed["state"], free["state"], shut["state"]] == ["gap", "gap", "shut"]
