"""Routes that were compiled for the first app of this process: each test makes an app of its own."""

from dataclasses import dataclass
from typing import Any

from werkzeug.routing import Rule

_COMPILED: dict[tuple[object, ...], "_Compiled"] = {}


@dataclass
class _Compiled:
    """What compiling makes of the words of a route; nothing in it belongs to one app."""

    parts: list[Any]
    trace: list[tuple[bool, str]]
    converters: dict[str, Any]
    """They hold the routes of the first app and look at none."""
    build: Any
    build_unknown: Any


class QuickRule(Rule):
    """A route that compiles nothing anew that was compiled for the same words; half of the time of making an app."""

    def compile(self) -> None:
        """Take what was compiled for the same words, or compile."""
        if self.defaults:
            super().compile()
            return
        key = (self.rule, self.subdomain, self.host, self.merge_slashes)
        if known := _COMPILED.get(key):
            self._parts, self._trace, self._converters = known.parts, known.trace, known.converters
            self.arguments |= known.converters.keys()
            self._build, self._build_unknown = known.build.__get__(self), known.build_unknown.__get__(self)
            return
        super().compile()
        builders = self._build.__func__, self._build_unknown.__func__  # type: ignore[attr-defined]  # bound methods
        _COMPILED[key] = _Compiled(self._parts, self._trace, self._converters, *builders)
