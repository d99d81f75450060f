"""The alarms under deploy/monitoring, and which of them some figures would set off."""

import operator
import re
from pathlib import Path

from prometheus_client.parser import text_string_to_metric_families

RULES = (Path(__file__).parents[1] / "deploy" / "monitoring" / "alerts.yml").read_text(encoding="utf-8")
_COMPARED = re.compile(r"(.+) (==|!=|<=|>=|<|>) ([\d.]+)")
_GROUPED = re.compile(r"(max|min|sum) by \(([\w, ]+)\) \((.+)\)")
_SERIES = re.compile(r'(?:increase\()?(\w+)(?:{(\w+)="(\w+)"})?(?:\[\w+\]\))?')
_PICK = {"max": max, "min": min, "sum": sum}
_COMPARE = {
    "==": operator.eq,
    "!=": operator.ne,
    "<=": operator.le,
    ">=": operator.ge,
    "<": operator.lt,
    ">": operator.gt,
}


def alarms():
    """Return each alarm as its lines, by name."""
    parts = re.split(r"^ +- alert: (\w+)$", RULES, flags=re.MULTILINE)
    return dict(zip(parts[1::2], parts[2::2], strict=True))


def entry(lines, name):
    """Return what an alarm says under a name, or nothing."""
    return "".join(re.findall(rf"^ +{name}: (.+)$", lines, re.MULTILINE))


def firing(expression, exposition):
    """Return the labels of what an expression finds wrong in an exposition; what increased is told as by how much.

    Raises:
        ValueError: it is more than comparisons of one figure each, or-ed.

    """
    return [found for part in expression.split(" or ") for found in _found(part, exposition)]


def _found(comparison, exposition):
    compared = _COMPARED.fullmatch(comparison)
    grouped = _GROUPED.fullmatch(compared[1]) if compared else None
    series = _SERIES.fullmatch(grouped[3] if grouped else compared[1]) if compared else None
    if series is None:
        raise ValueError(f"not a plain comparison: {comparison}")
    values = {}
    for labels, value in _samples(exposition, *series.groups()):
        kept = {name: labels[name] for name in grouped[2].split(", ")} if grouped else labels
        values.setdefault(tuple(kept.items()), []).append(value)
    compare, pick = _COMPARE[compared[2]], _PICK[grouped[1]] if grouped else max
    return [dict(labels) for labels, said in values.items() if compare(pick(said), float(compared[3]))]


def _samples(exposition, name, label, value):
    for family in text_string_to_metric_families(exposition):
        for sample in family.samples:
            if sample.name == name and (label is None or sample.labels.get(label) == value):
                yield sample.labels, sample.value
