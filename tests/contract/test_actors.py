"""Every entry point of a service takes the actor of the request."""

import ast
from pathlib import Path

import pytest

SERVICES = Path(__file__).parents[2] / "services"
EDGES = ("api.py", "api/*.py", "pages.py", "service.py")
"""The modules that receive requests."""
ENTRY_POINTS = ("handlers/*.py", "queries.py", "queries/*.py", "page_queries.py")
"""The modules with the functions that the edges call."""


def modules(service, patterns):
    return [path for pattern in patterns for path in sorted((SERVICES / service).glob(pattern))]


def dotted(path):
    parts = path.relative_to(SERVICES).with_suffix("").parts
    return ".".join(parts[:-1] if parts[-1] == "__init__" else parts)


def parsed(path):
    return ast.parse(path.read_text(encoding="utf-8"))


def imported(tree):
    """Return local name -> full name of the `from` imports of a module."""
    return {
        alias.asname or alias.name: f"{node.module}.{alias.name}"
        for node in ast.walk(tree)
        if isinstance(node, ast.ImportFrom)
        for alias in node.names
    }


def used(tree):
    """Return the full names that a module may call: its imports, and attributes of them."""
    names = imported(tree)
    attributes = {
        f"{names[node.value.id]}.{node.attr}"
        for node in ast.walk(tree)
        if isinstance(node, ast.Attribute) and isinstance(node.value, ast.Name) and node.value.id in names
    }
    return set(names.values()) | attributes


def arguments(function):
    return [argument.arg for argument in (*function.args.posonlyargs, *function.args.args, *function.args.kwonlyargs)]


def entry_points(service):
    """Return full name -> arguments of the functions with a session that the edges of a service use."""
    trees = {dotted(path): parsed(path) for path in modules(service, ENTRY_POINTS)}
    known = {
        f"{module}.{node.name}": arguments(node)
        for module, tree in trees.items()
        for node in tree.body
        if isinstance(node, ast.FunctionDef) and not node.name.startswith("_")
    }
    passed_on = {f"{module}.{name}": full for module, tree in trees.items() for name, full in imported(tree).items()}
    asked = set().union(*(used(parsed(path)) for path in modules(service, EDGES)))
    asked = {passed_on.get(name, name) for name in asked}
    return {name: known[name] for name in asked & known.keys() if known[name][:1] == ["session"]}


@pytest.mark.parametrize("service", ["matching", "notifications", "registration"])
def test_every_entry_point_takes_the_actor(service):
    found = entry_points(service)

    assert len(found) >= 5, found
    assert sorted(name for name, given in found.items() if "actor" not in given) == []
