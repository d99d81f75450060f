"""The walk that judges documents finds what is wrong with one."""

from dataclasses import replace

import pytest
from flask import Response, jsonify
from marshmallow import Schema, fields

import writer
from access.matrix import Deed
from fuzzed.cases import drawn
from fuzzed.walk import Walk, operations
from servicekit.app import create_app
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.schema_fields import Text, WholeInQuery


class AnswerSchema(Schema):
    """A number."""

    number = fields.Integer(required=True)


class LimitSchema(Schema):
    """A limit that nobody holds anybody to."""

    limit = WholeInQuery(metadata={"minimum": 1, "maximum": 5})


class WordsSchema(Schema):
    """Words that are said to be fewer than are taken."""

    words = Text(required=True, longest=1000, metadata={"maxLength": 200})


def lies():
    """Make an API whose document is wrong about each of its operations."""
    blueprint = ApiBlueprint("lies", __name__, url_prefix="/v1/lies", description="Lies.")

    @blueprint.get("/bug")
    @reads(Deed.LOOK)
    @blueprint.response(200, AnswerSchema)
    def bug(session, actor):
        raise ZeroDivisionError

    @blueprint.get("/text")
    @reads(Deed.LOOK)
    @blueprint.response(200, AnswerSchema)
    def text(session, actor):
        return jsonify({"number": "one"})

    @blueprint.get("/page")
    @reads(Deed.LOOK)
    @blueprint.response(200, AnswerSchema)
    def page(session, actor):
        return Response("<p>1</p>")

    @blueprint.get("/teapot")
    @reads(Deed.LOOK)
    @blueprint.response(200, AnswerSchema)
    def teapot(session, actor):
        return {"number": 1}, 418

    @blueprint.get("/lax")
    @reads(Deed.LOOK)
    @blueprint.arguments(LimitSchema, location="query")
    @blueprint.response(200, AnswerSchema)
    def lax(args, session, actor):
        return {"number": 1}

    @blueprint.get("/open")
    @blueprint.doc(security=[{"bearer": []}])
    @reads(Deed.LOOK)
    @blueprint.response(200, AnswerSchema)
    def open_to_all(session, actor):
        return {"number": 1}

    @blueprint.post("/long")
    @writes(Deed.LOOK)
    @blueprint.arguments(WordsSchema)
    @blueprint.response(200, AnswerSchema)
    def long(body, session, actor):
        return {"number": 1}

    return (blueprint,)


@pytest.fixture
def walk(sqlite_runtime_of):
    app = create_app(sqlite_runtime_of(replace(writer.SERVICE, blueprints=lies)))
    return Walk(app=app, seed=7, people=[{}], ids={}, put_back=lambda: None)


def test_walk_finds_what_a_document_is_wrong_about_and_nothing_else(walk):
    walk.go(examples=3)

    assert {(label, title) for label, title, _ in walk.findings} == {
        ("GET /v1/lies/bug", "Server error"),
        ("GET /v1/lies/bug", "Undocumented status code"),
        ("GET /v1/lies/lax", "Schema-violating request accepted"),
        ("POST /v1/lies/long", "Schema-violating request accepted"),
        ("GET /v1/lies/open", "API accepts requests without authentication"),
        ("GET /v1/lies/page", "Undocumented Content-Type"),
        ("GET /v1/lies/teapot", "Undocumented status code"),
        ("GET /v1/lies/text", "Response violates schema"),
    }


@pytest.mark.parametrize(("words", "is_found"), [("x" + " " * 300, False), ("x" * 300, True)])
def test_text_that_was_too_long_before_it_was_trimmed_is_no_finding(walk, words, is_found):
    operation = next(one for one in operations(walk.app) if one.label == "POST /v1/lies/long")
    case = drawn(operation, 1, 7)[0]
    case.body = {"words": words}

    walk.ask(case, {})

    assert bool(walk.findings) is is_found
