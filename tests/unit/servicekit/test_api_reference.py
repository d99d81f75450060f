import pytest

from servicekit.reference import api
from servicekit.reference.api import fields, resolved, type_of

BOOK = {
    "type": "object",
    "required": ["title", "authors"],
    "properties": {
        "title": {"type": "string", "minLength": 1, "maxLength": 200, "description": "As on the <cover>"},
        "pages": {"type": ["integer", "null"], "minimum": 1},
        "state": {"type": "string", "enum": ["here", "lent"], "default": "here"},
        "authors": {"type": "array", "minItems": 1, "items": {"$ref": "#/components/schemas/Author"}},
    },
}
AUTHOR = {
    "type": "object",
    "required": ["name"],
    "properties": {
        "name": {"type": "string"},
        "wrote": {"type": "array", "items": {"$ref": "#/components/schemas/Book"}},
    },
}


@pytest.fixture
def document():
    book = {"application/json": {"schema": {"$ref": "#/components/schemas/Book"}}}
    number = {"in": "path", "name": "book_id", "required": True, "schema": {"type": "string", "format": "uuid"}}
    return {
        "openapi": "3.1.0",
        "info": {"title": "Library", "version": "1", "description": "Lends.\n\nTimes are\nin UTC."},
        "tags": [{"name": "loans"}, {"name": "books", "description": "On the shelves"}, {"name": "unused"}],
        "paths": {
            "/books": {
                "post": {
                    "tags": ["books"],
                    "summary": "Add a book",
                    "requestBody": {"content": book},
                    "responses": {
                        "201": {"description": "Created", "content": book},
                        "default": {"$ref": "#/components/responses/No"},
                    },
                }
            },
            "/books/{book_id}": {
                "parameters": [number],
                "delete": {"tags": ["books"], "deprecated": True, "responses": {}},
            },
            "/loans": {"get": {"tags": ["loans"], "summary": "List", "parameters": [LIMIT], "responses": {}}},
        },
        "components": {
            "schemas": {"Book": BOOK, "Author": AUTHOR},
            "responses": {"No": {"description": "Refused"}},
        },
    }


LIMIT = {
    "in": "query",
    "name": "limit",
    "description": "A page",
    "schema": {"type": "integer", "minimum": 1, "maximum": 100},
}


def test_operations_are_grouped_by_tag_in_the_order_of_the_tags(document):
    groups = api.groups(document)

    assert [group.name for group in groups] == ["loans", "books"]
    assert [operation.method for operation in groups[1].operations] == ["POST", "DELETE"]
    assert groups[1].operations[1].anchor == "delete-books-book_id"


def test_a_parameter_of_the_path_belongs_to_each_of_its_operations(document):
    delete = api.groups(document)[1].operations[1]

    (number,) = delete.parameters

    assert (number.name, number.place, number.type, number.required) == ("book_id", "path", "string (uuid)", True)
    assert delete.deprecated


def test_a_parameter_tells_its_limits(document):
    (limit,) = api.groups(document)[0].operations[0].parameters

    assert limit.limits == (("value", "1–100"),)
    assert not limit.required
    assert limit.description == "A page"


def test_the_fields_of_a_body_tell_type_duty_and_limits(document):
    told = {field.name: field for field in api.groups(document)[1].operations[0].body}

    assert told["title"].required
    assert told["title"].limits == (("characters", "1–200"),)
    assert told["pages"].type == "integer or null"
    assert told["pages"].limits == (("value", "≥ 1"),)
    assert told["state"].limits == (("one of", "here, lent"), ("default", "here"))
    assert told["authors"].type == "list of object"
    assert told["authors[].name"].required


def test_schemas_that_refer_to_each_other_are_told_to_a_depth(document):
    names = [field.name for field in fields(BOOK, document, without="readOnly")]

    assert "authors[].wrote[].authors[].name" in names
    assert max(name.count("[]") for name in names) == 3


def test_what_only_the_server_writes_is_no_field_of_a_request(document):
    node = {"properties": {"id": {"type": "string", "readOnly": True}, "secret": {"type": "string", "writeOnly": True}}}

    asked = [field.name for field in fields(node, document, without="readOnly")]
    answered = [field.name for field in fields(node, document, without="writeOnly")]

    assert asked == ["secret"]
    assert answered == ["id"]


def test_the_fields_of_an_object_that_may_be_null_are_told(document):
    node = {"properties": {"by": {"oneOf": [{"$ref": "#/components/schemas/Author"}, {"type": "null"}]}}}

    told = [field.name for field in fields(node, document, without="readOnly")]

    assert told[:2] == ["by", "by.name"]


def test_all_of_is_merged(document):
    node = {
        "allOf": [{"$ref": "#/components/schemas/Author"}, {"properties": {"born": {"type": "string"}}}],
        "title": "x",
    }

    whole = resolved(node, document)

    assert list(whole["properties"]) == ["name", "wrote", "born"]
    assert whole["required"] == ["name"]
    assert whole["title"] == "x"


def test_choices_of_types_are_named_once_each(document):
    node = {"anyOf": [{"type": "string"}, {"type": "string"}, {"type": "null"}]}

    assert type_of(node, document) == "string or null"


def test_answers_are_told_with_their_fields_and_a_reference_is_followed(document):
    created, refused = api.groups(document)[1].operations[0].answers

    assert (created.status, created.phrase) == ("201", "Created")
    assert created.fields
    assert (refused.status, refused.description) == ("default", "Refused")


def test_the_page_shows_every_operation_and_links_the_document(app, document):
    with app.test_request_context("/"):
        page = api.page(document, source="/library/openapi.json")

    assert 'href="/library/openapi.json"' in page
    assert '<article class="op" id="post-books">' in page
    assert "<code>/books/{book_id}</code>" in page
    assert "As on the &lt;cover&gt;" in page
    assert "<p>Times are in UTC.</p>" in page
    assert "<script" not in page.partition("</head>")[2]


def test_every_link_within_the_page_has_its_place(app, document):
    with app.test_request_context("/"):
        page = api.page(document)

    links = {part.split('"')[0] for part in page.split('href="#')[1:]}
    assert all(f'id="{link}"' in page for link in links)
