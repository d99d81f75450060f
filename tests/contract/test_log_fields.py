"""Every field that the source gives to a log line is a known one: else the line would lose it."""

import ast
import re
import textwrap
from functools import cache
from pathlib import Path

import pytest

from servicekit.telemetry.logs import FIELDS

ROOT = Path(__file__).parents[2]
OWN_ARGUMENTS = {"name", "kind", "parent", "links"}
"""What `tracing.step` takes beside the facts that it binds to log lines."""


@cache
def modules():
    files = [path for part in ("services", "shared", "deploy/caravan") for path in sorted((ROOT / part).rglob("*.py"))]
    texts = {path.relative_to(ROOT): path.read_text(encoding="utf-8") for path in files}
    return {path: ast.parse(text) for path, text in texts.items() if re.search(r"extra=|bound\(|logs|tracing", text)}


def functions(tree):
    return [node for node in ast.walk(tree) if isinstance(node, ast.FunctionDef)]


@cache
def returned():
    """What the functions that may name fields return, by their names."""
    found = {}
    for function in (each for tree in modules().values() for each in functions(tree)):
        found[function.name] = [node.value for node in ast.walk(function) if isinstance(node, ast.Return)]
    return found


def given(tree):
    """Yield the fields that a module gives to log lines, and the source of what they cannot be read from."""
    for function in functions(tree):
        for call in (node for node in ast.walk(function) if isinstance(node, ast.Call)):
            callee = ast.unparse(call.func)
            own = {None} | (OWN_ARGUMENTS if callee.endswith("tracing.step") else set())
            if callee in {"bound", "logs.bound"} or callee.endswith("tracing.step"):
                yield from {argument.arg for argument in call.keywords} - own
            said = [argument.value for argument in call.keywords if argument.arg == "extra"]
            said += [argument for argument in call.args if callee == "logs.bind" and isinstance(argument, ast.Dict)]
            for facts in said:
                yield from fields_of(facts, function)


def fields_of(node, function):
    if isinstance(node, ast.Dict):
        for key, value in zip(node.keys, node.values, strict=True):
            yield from [key.value] if isinstance(key, ast.Constant) else fields_of(value, function)
        return
    parts = parts_of(node, function)
    if not parts:
        yield ast.unparse(node)
    for part in parts:
        yield from fields_of(part, function)


def parts_of(node, function):
    """Return the expressions that make up one that is no dict; nothing where they cannot be found."""
    match node:
        case ast.BinOp(op=ast.BitOr()):
            return [node.left, node.right]
        case ast.IfExp():
            return [node.body, node.orelse]
        case ast.Name():
            assigned = [each for each in ast.walk(function) if isinstance(each, ast.Assign)]
            return [each.value for each in assigned if node.id in map(ast.unparse, each.targets)]
        case ast.Call():
            return returned().get(ast.unparse(node.func).rpartition(".")[2], [])
    return []


def test_every_field_of_a_log_line_in_the_source_is_known():
    unknown = {f"{path}: {field}" for path, tree in modules().items() for field in given(tree) if field not in FIELDS}

    assert unknown == set()


def test_every_known_field_is_given_by_some_line():
    assert {field for tree in modules().values() for field in given(tree)} == FIELDS


def test_no_line_quotes_an_error_as_it_is():
    lines = [ast.unparse(node) for tree in modules().values() for node in ast.walk(tree) if isinstance(node, ast.Dict)]

    assert not [line for line in lines if re.search(r"(cause|error)': (repr|str)\(", line)]


@pytest.mark.parametrize(
    "line",
    [
        'log.info("done", extra={"surname": 1})',
        'log.info("done", extra={**facts, "id": 1})',
        'facts = {"surname": 1}\nlog.info("done", extra=facts)',
        'log.info("done", extra=facts_of(person))',
        'log.info("done", extra={"id": 1} | {"surname": 2})',
        "bound(surname=1)",
        'logs.bind({"surname": 1})',
        'runtime.tracing.step("work", kind, surname=1)',
    ],
)
def test_unknown_field_is_found(line):
    function = "def work():\n" + textwrap.indent(line, " ")

    assert set(given(ast.parse(function))) - FIELDS
