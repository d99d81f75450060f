"""Renders a mail template in one language to subject, plain text and HTML."""

import re
from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache
from itertools import groupby

from jinja2 import Environment, PackageLoader, StrictUndefined, select_autoescape

from notifications.mail.contexts import CONTEXTS, MailContext, MeetingLine
from notifications.mail.times import LocalTimes

Catalogue = Callable[[str], tuple[Callable[[str], str], Callable[[str, str, int], str]]]
"""Returns gettext and ngettext for a language."""


@dataclass(frozen=True)
class RenderedMail:
    """A rendered mail: `subject` is one line; `text` and `html` have the same content."""

    subject: str
    text: str
    html: str


def render(template: str, language: str, context: MailContext, *, catalogue: Catalogue) -> RenderedMail:
    """Render a template in a language.

    Raises:
        ValueError: the template does not exist.
        TypeError: the context belongs to another template.

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
    """Capitalise the first letter only; `str.capitalize` would also lower-case the rest."""
    return text[:1].upper() + text[1:]


def _group_by_day(lines: Iterable[MeetingLine], times: LocalTimes) -> list[list[MeetingLine]]:
    """Sort meetings by time and group them by day in the recipient's time zone."""
    in_order = sorted(lines, key=lambda line: (line.starts_at, line.meeting_id))
    return [list(group) for _, group in groupby(in_order, key=lambda line: times.day(line.starts_at))]


def _one_line(text: str) -> str:
    """Replace white space and control characters by single spaces; keep no-break spaces."""
    return re.sub(r"[\x00-\x20\x7f-\x9f\u2028\u2029]+", " ", text).strip(" ")


def _collapse_blank_lines(text: str) -> str:
    """Reduce empty lines to one and remove trailing spaces, which template tags leave behind."""
    return re.sub(r"\n{3,}", "\n\n", re.sub(r"[ \t]+\n", "\n", text)).strip("\n") + "\n"
