"""Dashboard and alarms ask for nothing that the services do not tell."""

import json
import re
from pathlib import Path

import pytest
from prometheus_client.parser import text_string_to_metric_families

from alarm_rules import alarms, entry
from builders.registration import Desk
from instances import set_up, wait_for, working
from matching.service import SERVICE as MATCHING
from notifications.service import SERVICE as NOTIFICATIONS
from registration.service import SERVICE as REGISTRATION
from servicekit.bus.history import install
from servicekit.operations import metrics_endpoint

FOLDER = Path(__file__).parents[2] / "deploy" / "monitoring"
OPERATIONS = (FOLDER.parents[1] / "docs" / "operations.md").read_text(encoding="utf-8")
PROMETHEUS = (FOLDER / "prometheus.yml").read_text(encoding="utf-8")
DASHBOARD = json.loads((FOLDER / "grafana-dashboard.json").read_text(encoding="utf-8"))
SERVICES = (REGISTRATION, MATCHING, NOTIFICATIONS)
SCRAPERS = {"instance", "job", "le"}
"""Labels that Prometheus itself adds, or a histogram has."""


def expressions():
    shown = [target["expr"] for panel in DASHBOARD["panels"] for target in panel.get("targets", ())]
    return [*shown, *(entry(lines, "expr") for lines in alarms().values())]


def names_in(expression):
    return set(re.findall(r"\bcaravan_\w+", expression))


def labels_in(expression):
    grouped = re.findall(r"\b(?:by|on) \(([^)]*)\)", expression)
    matched = re.findall(r"{([^}]*)}", expression)
    asked = [label for group in grouped for label in group.split(",")]
    asked += [pair for match in matched for pair in re.findall(r"(\w+)\s*=~?", match)]
    return {label.strip() for label in asked}


@pytest.fixture
def told(vhost, sqlite_runtime_of, tmp_path):
    """What each of the three services says once an organisation was approved."""
    addresses = set_up(vhost, SERVICES)
    runtimes = []
    for service in SERVICES:
        extra = {"mailbox_dir": tmp_path / "mailbox"} if service is NOTIFICATIONS else {}
        runtimes.append(sqlite_runtime_of(service, broker_url=addresses[service.name], **extra))
        install(runtimes[-1])
    desk = Desk(runtimes[0])
    with working(*runtimes):
        application = desk.applied(desk.open_mission())
        desk.made("POST", f"/v1/applications/{application['id']}/approval", {})
        told_last = ("caravan_delivery_total{", "caravan_task_seconds_count{")
        wait_for(lambda: all(name in metrics_endpoint.expose(runtimes[2]).decode() for name in told_last), 60)
        return [metrics_endpoint.expose(runtime).decode() for runtime in runtimes]


def test_every_figure_asked_for_is_told_and_none_is_told_in_vain(told):
    samples, families = {}, set()
    for text in told:
        for family in text_string_to_metric_families(text):
            families.add(family.name)
            for sample in family.samples:
                samples.setdefault(sample.name, set()).update(sample.labels)

    asked = set().union(*map(names_in, expressions()))
    assert asked <= set(samples), asked - set(samples)
    for expression in expressions():
        for label in labels_in(expression) - SCRAPERS:
            assert all(label in samples[name] for name in names_in(expression)), (label, expression)
    shown = {re.sub(r"_(bucket|sum|count|total)$", "", name) for name in asked}
    assert families == shown


def test_whatever_is_scraped_differs_in_a_label_that_prometheus_keeps():
    found = re.findall(r"- targets: \[([^]]*)\]\n[ #]*labels: {([^}]*)}", PROMETHEUS)
    kept = [(place, re.sub(r"__\w+__: [^,}]+,? ?", "", labels)) for place, labels in found]

    assert len(found) == PROMETHEUS.count("- targets:") >= 6  # with the workers of the example
    assert len(set(kept)) == len(kept)
    assert all(re.fullmatch(r"target: [\w ]+", labels) for _, labels in kept)
    assert "$labels.target" in alarms()["CaravanAway"]


def test_dashboard_can_be_imported_anywhere():
    (source, service) = DASHBOARD["templating"]["list"]
    panels = [panel for panel in DASHBOARD["panels"] if panel["type"] != "row"]

    assert (source["name"], source["type"]) == ("datasource", "datasource")
    assert service["name"] == "service"
    assert {panel["datasource"]["uid"] for panel in panels} == {"${datasource}"}
    assert len({panel["id"] for panel in DASHBOARD["panels"]}) == len(DASHBOARD["panels"])
    assert all(panel["title"] and panel["targets"] for panel in panels)
    assert not overlapping(panels)


def overlapping(panels):
    cells = [
        (x, y)
        for panel in panels
        for x in range(panel["gridPos"]["x"], panel["gridPos"]["x"] + panel["gridPos"]["w"])
        for y in range(panel["gridPos"]["y"], panel["gridPos"]["y"] + panel["gridPos"]["h"])
    ]
    return len(cells) != len(set(cells)) or max(x for x, _ in cells) > 23


@pytest.mark.parametrize("name", alarms())
def test_alarm_says_how_urgent_it_is_and_what_to_do(name):
    lines = alarms()[name]

    assert re.search(r"severity: (page|ticket)\b", lines)
    assert "summary: " in lines
    assert "description: " in lines
    assert f"### {name}\n" in OPERATIONS


def test_alarm_for_no_progress_sees_what_a_worker_has_in_hand_where_one_tells():
    expression = entry(alarms()["CaravanNoProgress"], "expr")

    waiting = "max by (service) (caravan_queue_waiting)"  # every process says the same of the queue
    in_hand = f"(sum by (service) (caravan_events_in_hand) or 0 * {waiting})"  # and each worker its own, if it is asked
    quiet = "time() - max by (service) (caravan_consumer_last_progress_timestamp_seconds)"
    assert expression == f"({waiting} + {in_hand}) > 0 unless on (service) ({quiet} <= 120)"


def test_every_explained_alarm_exists():
    assert set(re.findall(r"^### (Caravan\w+)$", OPERATIONS, re.MULTILINE)) == set(alarms())


@pytest.mark.parametrize("expression", expressions())
def test_brackets_of_an_expression_close(expression):
    for opening, closing in ("()", "{}", "[]"):
        assert expression.count(opening) == expression.count(closing)
