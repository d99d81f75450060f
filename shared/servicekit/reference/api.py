"""Reference page.

The fields of a JSON Schema inside an OpenAPI document, each told in one line.

The page that tells what an API takes and answers, read from its OpenAPI 3.1 document.
"""

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from http import HTTPStatus
from typing import Any, TypeAlias

from flask import render_template

from servicekit.service import Frame
from servicekit.web.openapi import MEDIA_TYPE

Schema: TypeAlias = Mapping[str, Any]

DEEPEST = 4
"""Levels of nesting that a page still shows."""


@dataclass(frozen=True, kw_only=True)
class Field:
    """One field or parameter; `limits` pairs the word for a limit with its value, `place` is empty in a body.

    `data_class` is that of an event's property.
    """

    name: str
    type: str
    required: bool
    description: str
    limits: tuple[tuple[str, str], ...]
    place: str = ""
    data_class: str = ""


def resolved(node: Schema, document: Schema) -> Schema:
    """Follow references inside the document, keep what stands beside them, and merge `allOf`."""
    merged: dict[str, Any] = {}
    for part in [*_referred(node, document), *(resolved(part, document) for part in node.get("allOf", ()))]:
        merged = {
            **merged,
            **part,
            "properties": {**merged.get("properties", {}), **part.get("properties", {})},
            "required": [*merged.get("required", ()), *_listed(part.get("required"))],
        }
    own = {key: value for key, value in node.items() if key not in {"$ref", "allOf"}}
    return {**merged, **own} if merged else own


def fields(schema: Schema, document: Schema, *, without: str, prefix: str = "", level: int = 1) -> Iterator[Field]:
    """Tell the fields of an object, those of objects within it under dotted names, `[]` for the items of a list.

    `without` leaves out what goes the other way: `readOnly` for a request, `writeOnly` for an answer.
    """
    whole = _of_items(schema, document)
    required = _listed(whole.get("required"))
    for name, node in whole.get("properties", {}).items():
        part = resolved(node, document)
        if part.get(without):
            continue
        yield Field(
            name=prefix + name,
            type=type_of(node, document),
            required=name in required,
            description=str(part.get("description", part.get("title", ""))),
            limits=tuple(_limits(part, document)),
            data_class=str(part.get("x-data-class", "")),
        )
        if level < DEEPEST:
            dots = "[]." if _is_list(part) else "."
            inner = f"{prefix}{name}{dots}"
            yield from fields(part, document, without=without, prefix=inner, level=level + 1)


def type_of(node: Schema, document: Schema) -> str:
    """Name a type: `string (uuid)`, `list of string`, `integer or null`, or the name of a referred schema."""
    part = resolved(node, document)
    choices = [choice for key in ("anyOf", "oneOf") for choice in part.get(key, ())]
    if choices:
        return " or ".join(dict.fromkeys(type_of(choice, document) for choice in choices))
    names = _listed(part.get("type", "object" if part.get("properties") else "any"))
    return " or ".join(_named(name, part, document) for name in names)


def _named(name: str, part: Schema, document: Schema) -> str:
    if name == "array":
        return f"list of {type_of(part.get('items', {}), document)}"
    if name == "object" and isinstance(part.get("additionalProperties"), dict) and part["additionalProperties"]:
        return f"object of {type_of(part['additionalProperties'], document)}"
    return f"{name} ({part['format']})" if "format" in part and name != "null" else name


def _limits(part: Schema, document: Schema) -> Iterator[tuple[str, str]]:
    items = resolved(part.get("items", {}), document)
    choices = part.get("enum", items.get("enum"))
    if choices:
        yield "one of", ", ".join(str(choice) for choice in choices if choice is not None)
    for word, least, most in RANGES:
        if least in part or most in part:
            yield word, _range(part.get(least), part.get(most))
    for word, key in VALUES:
        if key in part:
            yield word, str(part[key])


RANGES = (
    ("characters", "minLength", "maxLength"),
    ("entries", "minItems", "maxItems"),
    ("value", "minimum", "maximum"),
    ("value between", "exclusiveMinimum", "exclusiveMaximum"),
)
VALUES = (("pattern", "pattern"), ("default", "default"), ("always", "const"), ("multiple of", "multipleOf"))


def _range(least: object, most: object) -> str:
    if least == most:
        return str(least)
    if most is None:
        return f"≥ {least}"
    return f"≤ {most}" if least is None else f"{least}–{most}"


def _referred(node: Schema, document: Schema) -> list[Schema]:
    if "$ref" not in node:
        return []
    found: Any = document
    for step in str(node["$ref"]).removeprefix("#/").split("/"):
        found = found.get(step.replace("~1", "/").replace("~0", "~"), {})
    return [resolved(found, document)]


def _of_items(schema: Schema, document: Schema) -> Schema:
    """Step into a list to what its items are, and into a choice between one thing and null."""
    whole = resolved(schema, document)
    choices = [choice for key in ("anyOf", "oneOf") for choice in whole.get(key, ()) if choice.get("type") != "null"]
    if len(choices) == 1:
        return _of_items(choices[0], document)
    return _of_items(whole.get("items", {}), document) if _is_list(whole) else whole


def _is_list(part: Schema) -> bool:
    return "array" in _listed(part.get("type"))


def _listed(value: object) -> list[str]:
    if value is None or isinstance(value, bool):
        return []
    return [value] if isinstance(value, str) else list(value)  # type: ignore[call-overload]  # a list, by JSON Schema


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
