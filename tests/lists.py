"""Lists of organisations, made and handed in by tests."""

from contextlib import contextmanager
from urllib.parse import quote

from sqlalchemy import select

from builders.sheets import a_text
from servicekit.data.tables import journal

HEADER = ("Код", "Сторона", "Название (рус.)", "ИНН", "Предложения (рус.)", "Виды предложений")
PERSON = ("Контактное лицо (рус.)", "Почта контактного лица", "Согласие контактного лица")
CONSENT = "Бумага от 1 ноября"


def a_row(number=1, **changes):
    """Return the cells of a company by the headers of HEADER and PERSON."""
    cells = [f"klu-{number:02}", "гость", f"ООО «Ромашка {number}»", "", "Настилы\nПерила", "supplier_agreement"]
    usual = dict(zip((*HEADER, *PERSON), [*cells, f"Иванов {number}", f"p{number}@example.org", CONSENT], strict=True))
    return list((usual | changes).values())


def a_list(*rows):
    """Write a list of rows as text."""
    return a_text([(*HEADER, *PERSON), *rows])


def hand_in(desk, mission, content, query="", name="список.csv", language="ru", **headers):
    """Send a file as a browser does, its name in the form that can hold any character."""
    head = f"--x\r\nContent-Disposition: form-data; name=file; filename*=UTF-8''{quote(name, safe='')}\r\n\r\n"
    return desk.client.post(
        f"/v1/missions/{mission}/imports{query}",
        data=head.encode() + content + b"\r\n--x--\r\n",
        content_type="multipart/form-data; boundary=x",
        headers={"Accept-Language": language} | headers,
    )


@contextmanager
def nothing_but_a_note(desk):
    """Check that what happens within leaves every table as it was, but for the journal of who asked."""
    before = desk.counts()
    yield
    assert desk.counts() == before | {"journal": before["journal"] + 1}
    with desk.runtime.database.read() as session:
        assert session.scalars(select(journal.c.changes).order_by(journal.c.seq.desc())).first() == []


def report(answer):
    """Return what the answer to a list tells of its rows."""
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def refusal(desk, mission, content, **options):
    """Hand in what is to be refused without a trace; return the problem."""
    with desk.no_trace():
        answer = hand_in(desk, mission, content, **options)
    assert answer.status_code == 422, answer.get_data(as_text=True)
    assert answer.mimetype == "application/problem+json"
    return answer.get_json()
