"""The page that tells what an API takes and answers, read from its OpenAPI 3.1 document."""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any

from flask import render_template

from servicekit.api_fields import Field, Schema, fields, resolved, type_of
from servicekit.api_refusals import MEDIA_TYPE
from servicekit.pages import Frame

METHODS = ("get", "post", "put", "patch", "delete")


@dataclass(frozen=True, kw_only=True)
class Answer:
    """One answer: its status or "default", what it says, and its fields; those of a problem are the same everywhere."""

    status: str
    phrase: str
    description: str
    type: str
    fields: tuple[Field, ...]
    is_problem: bool = False


@dataclass(frozen=True, kw_only=True)
class Operation:
    """One method on one path; `anchor` is its place on the page."""

    anchor: str
    method: str
    path: str
    summary: str
    description: tuple[str, ...]
    deprecated: bool
    parameters: tuple[Field, ...]
    body_type: str
    body: tuple[Field, ...]
    answers: tuple[Answer, ...]


@dataclass(frozen=True, kw_only=True)
class Group:
    """The operations under one tag."""

    name: str
    anchor: str
    description: str
    operations: tuple[Operation, ...]


def page(
    document: Mapping[str, Any], frame: Frame | None = None, source: str = "openapi.json", events: str = ""
) -> str:
    """Render the reference; `source` is the address of the document itself, `events` that of the events' catalogue."""
    told = document.get("info", {})
    return render_template(
        "api_reference.html",
        frame=frame or Frame(str(told.get("title", "API"))),
        told=told,
        paragraphs=_paragraphs(told.get("description", "")),
        groups=groups(document),
        source=source,
        events=events,
    )


def groups(document: Schema) -> list[Group]:
    """Sort the operations of a document under their first tags, in the order in which the document lists the tags."""
    told = {tag["name"]: str(tag.get("description", "")) for tag in document.get("tags", ())}
    found: dict[str, list[Operation]] = {name: [] for name in told}
    for tag, operation in _operations(document):
        found.setdefault(tag, []).append(operation)
    return [
        Group(name=name, anchor=_anchor("tag", name), description=told.get(name, ""), operations=tuple(operations))
        for name, operations in found.items()
        if operations
    ]


def _operations(document: Schema) -> Iterator[tuple[str, Operation]]:
    for path, shared in document.get("paths", {}).items():
        for method in METHODS:
            if method in shared:
                tag = next(iter(shared[method].get("tags", ())), "API")
                yield tag, _operation(path, method, shared, document)


def _operation(path: str, method: str, shared: Schema, document: Schema) -> Operation:
    said = shared[method]
    body = _schema(resolved(said.get("requestBody", {}), document))
    return Operation(
        anchor=_anchor(method, path),
        method=method.upper(),
        path=path,
        summary=str(said.get("summary", "")),
        description=_paragraphs(said.get("description", "")),
        deprecated=bool(said.get("deprecated")),
        parameters=tuple(_parameters([*shared.get("parameters", ()), *said.get("parameters", ())], document)),
        body_type=_type(body, document),
        body=tuple(fields(body, document, without="readOnly")),
        answers=tuple(_answers(said.get("responses", {}), document)),
    )


def _parameters(nodes: list[Schema], document: Schema) -> Iterator[Field]:
    for node in nodes:
        said = resolved(node, document)
        wrapped = {"properties": {said["name"]: {"description": said.get("description", ""), **said.get("schema", {})}}}
        one = next(fields(wrapped, document, without="readOnly"))
        yield Field(
            name=one.name,
            type=one.type,
            required=said.get("required") is True,
            description=one.description or str(said.get("description", "")),
            limits=one.limits,
            place=str(said["in"]),
        )


def _answers(responses: Schema, document: Schema) -> Iterator[Answer]:
    for status, node in sorted(responses.items()):
        said = resolved(node, document)
        schema = _schema(said)
        phrase = HTTPStatus(int(status)).phrase if status.isdecimal() else ""
        description = str(said.get("description", ""))
        yield Answer(
            status=status,
            phrase=phrase,
            description="" if description == phrase else description,
            type=_type(schema, document),
            fields=tuple(fields(schema, document, without="writeOnly")),
            is_problem=list(said.get("content", ())) == [MEDIA_TYPE],
        )


def _schema(node: Schema) -> Schema:
    """Take the schema of the first media type of a body."""
    return next((media.get("schema", {}) for media in node.get("content", {}).values()), {})


def _type(schema: Schema, document: Schema) -> str:
    return type_of(schema, document) if schema else ""


def _anchor(*parts: str) -> str:
    return "-".join(re.findall(r"\w+", "-".join(parts).lower()))


def _paragraphs(text: str) -> tuple[str, ...]:
    return tuple(" ".join(part.split()) for part in re.split(r"\n\s*\n", text) if part.strip())
