"""The status of all services as a table of at most 80 columns."""

from collections.abc import Sequence

from rich.console import Group, RenderableType
from rich.table import Table
from rich.text import Text

from caravan.top.status import AWAY, UNREADY, ServiceStatus

OLD_SECONDS = 60.0
COLUMNS = ("outbox", "age", "queue", "unack", "sent/s", "done/s", "parked", "dead", "last")
_COLOURS = {"ready": "green", AWAY: "bold red", UNREADY: "bold red"}
_UNKNOWN = "–"
_UNITS = ((1e9, "G"), (1e6, "M"), (1e4, "k"))


def status_table(statuses: Sequence[ServiceStatus]) -> Table:
    """Return a table with one row for each service."""
    rows = Table(box=None, pad_edge=False, padding=(0, 1, 0, 0), header_style="dim")
    rows.add_column("service", no_wrap=True)
    rows.add_column("state", no_wrap=True, min_width=8)
    for name in COLUMNS:
        rows.add_column(name, justify="right", no_wrap=True, min_width=max(len(name), 5))
    for status in statuses:
        rows.add_row(*_row(status))
    return rows


def screen(statuses: Sequence[ServiceStatus], heading: str) -> RenderableType:
    """Return the table with a heading and the warnings."""
    troubles = [Text(line, style="yellow") for status in statuses for line in warnings_for(status)]
    return Group(
        Text(heading, style="dim"), Text(""), status_table(statuses), *([Text(""), *troubles] if troubles else [])
    )


def warnings_for(status: ServiceStatus) -> list[str]:
    """Return what is wrong with a service, and what to do about it."""
    lines = []
    if status.state == AWAY:
        lines.append(f"{status.service} does not answer.")
    if status.oldest is not None and status.oldest > OLD_SECONDS:
        lines.append(
            f"{status.service}: events wait for {format_age(status.oldest)}: does its worker run, and the broker?"
        )
    if status.dead:
        lines.append(f"{status.service}: {format_number(status.dead)} dead: see `caravan events dead list`.")
    return lines


def _row(status: ServiceStatus) -> list[Text]:
    is_old = (status.oldest or 0) > OLD_SECONDS
    return [
        Text(status.service),
        Text(status.state, style=_COLOURS.get(status.state, "yellow")),
        Text(format_number(status.outbox)),
        Text(format_age(status.oldest) if status.outbox else _UNKNOWN, style="bold red" if is_old else ""),
        Text(format_number(status.queue)),
        Text(format_number(status.unacked)),
        Text(format_rate(status.sent_rate)),
        Text(format_rate(status.done_rate)),
        Text(format_number(status.parked), style="yellow" if status.parked else ""),
        Text(format_number(status.dead), style="bold red" if status.dead else ""),
        Text(format_age(status.quiet)),
    ]


def format_number(value: float | None) -> str:
    """Write a number in at most five characters: 9999, 12.3k, 123k, 1.2M."""
    if value is None:
        return _UNKNOWN
    for least, unit in _UNITS:
        if value >= least:
            shown = value / (1e3 if unit == "k" else least)
            return f"{shown:.1f}{unit}" if shown < 100 else f"{shown:.0f}{unit}"
    return f"{value:.0f}"


def format_rate(value: float | None) -> str:
    """Write a rate per second."""
    return f"{value:.1f}" if value is not None and 0 < value < 100 else format_number(value)


def format_age(seconds: float | None) -> str:
    """Write an age in at most four characters: 0.3s, 12s, 5m, 3h, 12d."""
    if seconds is None:
        return _UNKNOWN
    if seconds < 10:
        return f"{seconds:.1f}s"
    for longest, unit, divisor in ((120, "s", 1), (7200, "m", 60), (172_800, "h", 3600)):
        if seconds < longest:
            return f"{seconds / divisor:.0f}{unit}"
    return f"{seconds / 86_400:.0f}d"
