"""The figures of a run as one table in Markdown."""

from bench.bus import results
from bench.bus.results import Report


def markdown(report: Report) -> str:
    """Return the whole table: a line for each figure of each row."""
    lines = ["| what | figure | median | min | max | runs |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    group = ""
    for row in report.rows:
        if row.group != group:
            group = row.group
            lines.append(f"| **{group}** | | | | | |")
        title = f"{row.title} ({row.note})" if row.note else row.title
        if row.missing or row.failed:
            lines.append(f"| {title} | {row.missing or row.failed.splitlines()[0]} | | | | |")
            continue
        for figure, of in results.summary(row).items():
            shown = " | ".join(number(of[name]) for name in ("median", "min", "max"))
            lines.append(f"| {title} | {figure} | {shown} | {len(row.values(figure))} |")
            title = ""
    return "\n".join(lines)


def number(value: float) -> str:
    """Write a number as people read it: three digits that count, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"
