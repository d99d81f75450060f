"""What a contract says in words: the docstrings of its classes, and of their properties."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from contracts.document.glossary import TERMS
from contracts.event import Event


def of_class(declared: type) -> str:
    """Return the docstring of a class as plain text; empty where it has none of its own."""
    written = declared.__dict__.get("__doc__") or ""
    return "" if written.startswith(f"{declared.__name__}(") else inspect.cleandoc(written)


def of_event(event: type[Event]) -> str:
    """Say what an event tells, then whose state it carries: its own docstring, and that of the shape that it shares."""
    told = [of_class(cls) for cls in event.__mro__[:2] if cls is not Event]
    return "\n\n".join(dict.fromkeys(text for text in told if text))


def summary_of(event: type[Event]) -> str:
    """Say what an event tells in one line."""
    return of_event(event).partition("\n")[0]


def of_property(declared: type, name: str) -> str:
    """Say what a property means: its docstring, else what the glossary says of its name."""
    written = (_of_properties(cls).get(name) for cls in declared.__mro__)
    found = next((text for text in written if text), "")
    return found or (TERMS[name].meaning if name in TERMS else "")


@cache
def _of_properties(declared: type) -> Mapping[str, str]:
    """Read the docstrings that stand behind the properties of a class; none where there is no source."""
    try:
        source = textwrap.dedent(inspect.getsource(declared))
    except (OSError, TypeError):
        return {}
    (statement,) = ast.parse(source).body
    assert isinstance(statement, ast.ClassDef)
    found = {}
    for said, after in pairwise(statement.body):
        is_text = isinstance(after, ast.Expr) and isinstance(after.value, ast.Constant)
        if is_text and isinstance(said, ast.AnnAssign) and isinstance(said.target, ast.Name):
            found[said.target.id] = inspect.cleandoc(str(after.value.value))  # type: ignore[attr-defined]
    return found
