"""A look at all services as a table that fits 80 columns."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from caravan.top.status import AWAY, UNREADY, Look

OLD_SECONDS = 60.0
COLUMNS = ("outbox", "age", "queue", "unack", "sent/s", "done/s", "parked", "dead", "last")
_COLOURS = {"ready": "green", AWAY: "bold red", UNREADY: "bold red"}
_UNKNOWN = "–"
_STEPS = ((1e9, "G"), (1e6, "M"), (1e4, "k"))


def table(looks: Sequence[Look]) -> Table:
    """Return one row a service."""
    made = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    made.add_column("service", no_wrap=True)
    made.add_column("state", no_wrap=True, min_width=8)
    for name in COLUMNS:
        made.add_column(name, justify="right", no_wrap=True, min_width=max(len(name), 5))
    for look in looks:
        made.add_row(*_row(look))
    return made


def screen(looks: Sequence[Look], heading: str) -> RenderableType:
    """Return the table with a heading and a line for each thing that a person must look at."""
    troubles = [Text(line, style="yellow") for look in looks for line in troubles_of(look)]
    return Group(Text(heading, style="dim"), Text(""), table(looks), *([Text(""), *troubles] if troubles else []))


def troubles_of(look: Look) -> list[str]:
    """Say what is wrong with a service, and what to do about it."""
    lines = []
    if look.state == AWAY:
        lines.append(f"{look.service} does not answer.")
    if look.oldest is not None and look.oldest > OLD_SECONDS:
        lines.append(f"{look.service}: events wait for {age(look.oldest)}: does its worker run, and the broker?")
    if look.dead:
        lines.append(f"{look.service}: {number(look.dead)} dead: see `caravan events dead list`.")
    return lines


def _row(look: Look) -> list[Text]:
    is_old = (look.oldest or 0) > OLD_SECONDS
    return [
        Text(look.service),
        Text(look.state, style=_COLOURS.get(look.state, "yellow")),
        Text(number(look.outbox)),
        Text(age(look.oldest) if look.outbox else _UNKNOWN, style="bold red" if is_old else ""),
        Text(number(look.queue)),
        Text(number(look.unacked)),
        Text(rate(look.sent_rate)),
        Text(rate(look.done_rate)),
        Text(number(look.parked), style="yellow" if look.parked else ""),
        Text(number(look.dead), style="bold red" if look.dead else ""),
        Text(age(look.quiet)),
    ]


def number(value: float | None) -> str:
    """Write a number in at most five characters: 9999, 12.3k, 123k, 1.2M."""
    if value is None:
        return _UNKNOWN
    for least, unit in _STEPS:
        if value >= least:
            shown = value / (1e3 if unit == "k" else least)
            return f"{shown:.1f}{unit}" if shown < 100 else f"{shown:.0f}{unit}"
    return f"{value:.0f}"


def rate(value: float | None) -> str:
    """Write how many come each second."""
    return f"{value:.1f}" if value is not None and 0 < value < 100 else number(value)


def age(seconds: float | None) -> str:
    """Write an age in at most four characters: 0.3s, 12s, 5m, 3h, 12d."""
    if seconds is None:
        return _UNKNOWN
    if seconds < 10:
        return f"{seconds:.1f}s"
    for longest, unit, divisor in ((120, "s", 1), (7200, "m", 60), (172_800, "h", 3600)):
        if seconds < longest:
            return f"{seconds / divisor:.0f}{unit}"
    return f"{seconds / 86_400:.0f}d"
