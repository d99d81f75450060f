"""Turns a template and its context into a subject, a text and a page, in one language."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifications.mail.contexts import CONTEXTS, MailContext, MeetingLine
from notifications.mail.times import LocalTimes

Catalogue = Callable[[str], tuple[Callable[[str], str], Callable[[str, str, int], str]]]
"""Finds, for a language, its gettext and its ngettext."""


@dataclass(frozen=True)
class RenderedMail:
    """A letter in words: `subject` is one line, `text` and `html` say the same."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, context: MailContext, *, catalogue: Catalogue) -> RenderedMail:
    """Word a letter in a language.

    Raises:
        ValueError: there is no such template.
        TypeError: the context belongs to another one.

    """
    if template not in CONTEXTS:
        raise ValueError(f"there is no template {template!r}")
    if not isinstance(context, CONTEXTS[template]):
        raise TypeError(f"the template {template!r} has no use for {type(context).__name__}")
    environment = _environment(language, catalogue)
    variables: dict[str, object] = {
        "mail": context,
        "times": LocalTimes(language, context.zones),
        "language": language,
    }
    text = environment.get_template(f"mail/{template}.txt")
    subject = _one_line("".join(text.blocks["subject"](text.new_context(variables))))
    page = environment.get_template(f"mail/{template}.html")
    return RenderedMail(
        subject=subject,
        text=_collapse_blank_lines(text.render(variables, subject=subject)),
        html=page.render(variables, subject=subject),
    )


@lru_cache(maxsize=16)
def _environment(language: str, catalogue: Catalogue) -> Environment:
    environment = Environment(
        loader=PackageLoader("notifications"),
        autoescape=select_autoescape(["html"]),
        extensions=["jinja2.ext.i18n"],
        undefined=StrictUndefined,
        trim_blocks=True,
        lstrip_blocks=True,
    )
    gettext, ngettext = catalogue(language)
    environment.install_gettext_callables(gettext, ngettext, newstyle=True)  # type: ignore[attr-defined]  # by the extension
    environment.filters["capitalize_first"] = _capitalize_first
    environment.filters["by_day"] = _group_by_day
    return environment


def _capitalize_first(text: str) -> str:
    """Write the first letter large, as at the start of a sentence, and leave the rest alone."""
    return text[:1].upper() + text[1:]


def _group_by_day(lines: Iterable[MeetingLine], times: LocalTimes) -> list[list[MeetingLine]]:
    """Group meetings by the reader's day, in the order of time."""
    in_order = sorted(lines, key=lambda line: (line.starts_at, line.meeting_id))
    return [list(group) for _, group in groupby(in_order, key=lambda line: times.day(line.starts_at))]


def _one_line(text: str) -> str:
    """Fold white space and control characters, but keep no-break spaces."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text).strip(" ")


def _collapse_blank_lines(text: str) -> str:
    """Leave at most one empty line between paragraphs, and no space at the end of a line."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip("\n") + "\n"
