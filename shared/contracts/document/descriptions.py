"""Descriptions of events and their properties, read from docstrings."""

import ast
import inspect
import textwrap
from collections.abc import Mapping
from functools import cache
from itertools import pairwise

from contracts.document.glossary import TERMS
from contracts.event import Event


def class_description(declared: type) -> str:
    """Return the docstring of a class as plain text; empty if the class itself has none."""
    text = declared.__dict__.get("__doc__") or ""
    is_generated = text.startswith(f"{declared.__name__}(")  # by the dataclass decorator
    return "" if is_generated else inspect.cleandoc(text)


def event_description(event: type[Event]) -> str:
    """Return the docstring of an event, followed by that of its base class with the shared properties."""
    texts = [class_description(cls) for cls in event.__mro__[:2] if cls is not Event]
    return "\n\n".join(dict.fromkeys(text for text in texts if text))


def event_summary(event: type[Event]) -> str:
    """Return the first line of the description of an event."""
    return event_description(event).partition("\n")[0]


def property_description(declared: type, name: str) -> str:
    """Return the docstring of a property, or its meaning in the glossary; empty if it has neither."""
    texts = (_property_docstrings(cls).get(name) for cls in declared.__mro__)
    docstring = next((text for text in texts if text), "")
    return docstring or (TERMS[name].meaning if name in TERMS else "")


@cache
def _property_docstrings(declared: type) -> Mapping[str, str]:
    """Read the docstrings below the properties of a class from its source; empty if the source is not available."""
    try:
        source = textwrap.dedent(inspect.getsource(declared))
    except (OSError, TypeError):
        return {}
    (statement,) = ast.parse(source).body
    assert isinstance(statement, ast.ClassDef)
    docstrings = {}
    for declaration, following in pairwise(statement.body):
        is_docstring = isinstance(following, ast.Expr) and isinstance(following.value, ast.Constant)
        if is_docstring and isinstance(declaration, ast.AnnAssign) and isinstance(declaration.target, ast.Name):
            docstrings[declaration.target.id] = inspect.cleandoc(str(following.value.value))  # type: ignore[attr-defined]
    return docstrings
