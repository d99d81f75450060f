"""A page is told when what it shows has changed, and asks by itself where no stream is left."""

from uuid import UUID

import pytest
from flask import Flask

from access.matrix import Deed
from servicekit.web import live

THING = UUID("01a20ae9-5e1d-7154-8725-002a51e82150")


class Reading:
    """A database of one number."""

    def __init__(self):
        self.number = 1

    def read(self):
        return self

    def __enter__(self):
        return self

    def __exit__(self, *_):
        return None


@pytest.fixture
def shown(monkeypatch):
    made, database = Flask("library"), Reading()
    made.extensions["caravan.runtime"] = type("Runtime", (), {"database": database})()
    monkeypatch.setattr(live.authentication, "admitted", lambda *_: None)
    monkeypatch.setattr(live, "LOOKS_EVERY_SECONDS", 0.01)
    monkeypatch.setattr(live, "LASTS_SECONDS", 0.2)
    followed = {"shelf": live.Followed(deed=Deed.LOOK, state=lambda session, _actor, _id: session.number)}
    made.register_blueprint(live.blueprint(followed, most=1))
    return made, database


def states(answer):
    return [line.removeprefix("data: ") for line in answer.text.splitlines() if line.startswith("data: ")]


def test_stream_tells_the_state_and_each_change_once(shown):
    app, database = shown
    answer = app.test_client().get(f"/live/shelf/{THING}", buffered=False)
    pieces = iter(answer.response)
    told = [next(pieces), next(pieces)]
    database.number = 2
    told += list(pieces)

    found = [line for piece in told for line in piece.decode().splitlines() if line.startswith("data: ")]
    assert len(found) == len(set(found)) == 2
    assert answer.mimetype == "text/event-stream"


def test_state_that_the_page_shows_is_not_told_again(shown):
    app, _database = shown
    first = states(app.test_client().get(f"/live/shelf/{THING}"))

    assert states(app.test_client().get(f"/live/shelf/{THING}?seen={first[0]}")) == []


def test_stream_too_many_says_that_there_is_nothing_to_follow_and_an_ended_one_makes_room(shown):
    app, _database = shown
    open_one = app.test_client().get(f"/live/shelf/{THING}", buffered=False)

    assert app.test_client().get(f"/live/shelf/{THING}").status_code == 204
    open_one.close()
    assert app.test_client().get(f"/live/shelf/{THING}").status_code == 200
