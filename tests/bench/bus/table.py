"""A run in Markdown: one table of what was measured, one of what should be reached, and on what machine."""

import re

from bench.bus import claims, results
from bench.bus.measures import Row
from bench.bus.results import Report

_PERCENTILE = re.compile(r"^(p[0-9.]+) (.+)$")


def markdown(report: Report) -> str:
    """Return all of it."""
    return "\n\n".join(part for part in (_measured(report), _reached(report), _machine(report)) if part)


def number(value: float) -> str:
    """Write a number as people read it: three digits that count, thousands apart."""
    if abs(value) >= 100:
        return f"{value:,.0f}"
    return f"{value:.1f}" if abs(value) >= 10 else f"{value:.2f}"


def _measured(report: Report) -> str:
    lines = ["| what | figure | median | min | max | runs |", "| --- | --- | ---: | ---: | ---: | ---: |"]
    group = ""
    for row in report.rows:
        if row.group != group:
            group = row.group
            lines.append(f"| **{group}** | | | | | |")
        lines += _lines(row)
    return "\n".join(lines)


def _lines(row: Row) -> list[str]:
    title = f"{row.title}; {row.note}" if row.note else row.title
    if row.missing or row.failed:
        return [f"| {title} | {row.missing or row.failed.splitlines()[0]} | | | | |"]
    lines, summary = [], results.summary(row)
    for name, figures in _together(list(summary)):
        shown = " | ".join(
            " / ".join(number(summary[figure][of]) for figure in figures) for of in ("median", "min", "max")
        )
        lines.append(f"| {title} | {name} | {shown} | {len(row.values(figures[0]))} |")
        title = ""
    return lines


def _together(figures: list[str]) -> list[tuple[str, list[str]]]:
    """Put percentiles of the same thing in one line: p50 / p99 / p99.9."""
    lines: dict[str, list[str]] = {}
    for figure in figures:
        percentile = _PERCENTILE.match(figure)
        lines.setdefault(f"percentiles of {percentile[2]}" if percentile else figure, []).append(figure)
    named = {name: " / ".join(_part(figure) for figure in of) + f" {_rest(of[0])}" for name, of in lines.items()}
    return [(named[name] if name.startswith("percentiles of") else name, of) for name, of in lines.items()]


def _part(figure: str) -> str:
    return figure.partition(" ")[0]


def _rest(figure: str) -> str:
    return figure.partition(" ")[2]


def _reached(report: Report) -> str:
    verdicts = claims.verdicts(report)
    if not verdicts:
        return ""
    lines = ["| what it should show | bound | measured | |", "| --- | ---: | ---: | --- |"]
    for verdict in verdicts:
        outcome = "reached" if verdict.reached else "**not reached**"
        lines.append(
            f"| {verdict.words} | {verdict.bound} {verdict.unit} | {number(verdict.value)} {verdict.unit} | {outcome} |"
        )
    return "\n".join(lines)


def _machine(report: Report) -> str:
    facts = report.environment
    libraries = ", ".join(f"{name} {version}" for name, version in facts.get("libraries", {}).items())
    scale = "" if report.scale == 1 else f" A try with {report.scale:g} of the events: no result."
    return (
        f"{facts.get('cores')} cores ({facts.get('processor')}), {facts.get('memory_gib')} GiB, shared by broker,"
        f" databases and clients; RabbitMQ {facts.get('rabbitmq')}, PostgreSQL {facts.get('postgresql')},"
        f" Python {facts.get('python')}; {libraries}. One connection commits {facts.get('commits_per_second'):,}"
        f" single rows per second on PostgreSQL. Commit {facts.get('commit')}, {facts.get('measured_at')},"
        f" load {facts.get('load_before'):.1f} before the run.{scale}"
    )
