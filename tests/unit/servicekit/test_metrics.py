"""What a process counts: right, apart from its neighbours, and cheap."""

import errno
from pathlib import Path
from uuid import uuid4

from prometheus_client.parser import text_string_to_metric_families

from called import modules_called_by
from instances import wait_for
from servicekit import identifiers
from servicekit.operations import metrics_endpoint
from servicekit.telemetry import metrics as sharing
from servicekit.telemetry.metrics import Metrics, SharedFolder

KEY = ("caravan.note.written.v1", "reaction", "ok")


def samples(metrics, name):
    """Return the values of a sample by its labels."""
    text = metrics_endpoint.generate_latest(metrics_endpoint._Named("writer", metrics.collect())).decode()
    return {
        tuple(sorted((label, said) for label, said in sample.labels.items() if label != "service")): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
        if sample.name == name
    }


def test_bucket_counts_what_is_at_most_its_bound():
    metrics = Metrics()

    for seconds in (0.001, 0.0011, 99.0):
        metrics.handler_seconds.observe(seconds, KEY)

    buckets = {
        dict(labels)["le"]: value for labels, value in samples(metrics, "caravan_handler_seconds_bucket").items()
    }
    assert (buckets["0.0005"], buckets["0.001"], buckets["0.0025"], buckets["10.0"], buckets["+Inf"]) == (0, 1, 2, 2, 3)
    assert next(iter(samples(metrics, "caravan_handler_seconds_sum").values())) == 99.0021


def test_duplicates_are_what_came_and_was_not_new():
    metrics = Metrics()

    metrics.took_effect(10, 7, identifiers.fresh())

    assert samples(metrics, "caravan_events_handled_total") == {(): 7}
    assert samples(metrics, "caravan_duplicates_dropped_total") == {(): 3}


def test_lag_is_the_age_of_the_first_event_and_of_nothing_that_tells_no_time():
    metrics = Metrics()

    metrics.took_effect(1, 1, identifiers.fresh())
    metrics.took_effect(1, 1, uuid4())

    assert samples(metrics, "caravan_consumer_lag_seconds_count") == {(): 1}
    assert samples(metrics, "caravan_consumer_lag_seconds_sum")[()] < 1


def test_history_is_progress_and_no_batch():
    metrics = Metrics()

    metrics.took_effect(0, 0, None)

    assert samples(metrics, "caravan_consumer_last_progress_timestamp_seconds")[()] > 1_700_000_000
    assert samples(metrics, "caravan_batch_events_count") == {}


def test_events_that_came_back_are_not_published():
    metrics = Metrics()

    metrics.sent(5, 3, 0.01)

    assert samples(metrics, "caravan_events_published_total") == {(): 3}
    assert samples(metrics, "caravan_unroutable_total") == {(): 2}


def test_two_services_of_one_process_count_apart():
    one, other = Metrics(), Metrics()

    one.redelivered.add(4)

    assert samples(one, "caravan_redelivered_total") == {(): 4}
    assert samples(other, "caravan_redelivered_total") == {(): 0}


def test_observation_is_one_call():
    observe = Metrics().handler_seconds.observe

    assert modules_called_by(lambda: observe(0.003, KEY)) == {__name__: 1, "servicekit.telemetry.metrics": 1}


def test_full_disk_ends_no_sharing(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(sharing, "WRITE_SECONDS", 0.01)
    metrics, full = Metrics(), True
    replace = Path.replace

    def failing(draft, target):
        if full:
            raise OSError(errno.ENOSPC, "no space left")
        return replace(draft, target)

    monkeypatch.setattr(Path, "replace", failing)
    metrics.share(tmp_path)
    wait_for(lambda: "figures cannot be shared" in caplog.messages)
    full = False

    wait_for(lambda: list(tmp_path.glob("*.json")))


def test_processes_that_share_a_folder_count_together(tmp_path):
    asked, other = Metrics(), Metrics()
    asked.share(tmp_path)
    neighbour = SharedFolder(tmp_path, other._own)
    neighbour._own = tmp_path / "neighbour.json"
    asked.http_seconds.observe(0.1, ("GET", "/a", "2xx"))
    other.http_seconds.observe(0.1, ("GET", "/a", "2xx"))
    other.http_seconds.observe(0.1, ("GET", "/b", "5xx"))

    neighbour.write()

    counts = samples(asked, "caravan_http_request_seconds_count")
    assert counts == {
        (("method", "GET"), ("route", "/a"), ("status", "2xx")): 2,
        (("method", "GET"), ("route", "/b"), ("status", "5xx")): 1,
    }


def test_levels_of_other_processes_are_not_added(tmp_path):
    asked, other = Metrics(), Metrics()
    asked.share(tmp_path)
    neighbour = SharedFolder(tmp_path, other._own)
    neighbour._own = tmp_path / "neighbour.json"
    for metrics in (asked, other):
        metrics.connected.set(1, ("relay",))

    neighbour.write()

    assert samples(asked, "caravan_broker_connected") == {(("part", "relay"),): 1}
