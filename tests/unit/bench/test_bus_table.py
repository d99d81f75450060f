"""The table of `make bench-bus` says what was measured: its arithmetic, its file, its page."""

import json

import pytest

from bench.bus import claims, publish_table, results, table
from bench.bus.measures import Case, NotHereError, Row, TrialError, in_turns, percentiles
from bench.bus.results import Report

FACTS = {"cores": 2, "commits_per_second": 3000, "load_before": 0.1, "libraries": {"kombu": "5.7"}}


def a_row(key, *values, figure="events/s", **rest):
    return Row("publish", key, f"the {key}", trials=[{figure: value} for value in values], **rest)


def a_report(*rows):
    return Report(environment=FACTS, runs=3, scale=1.0, rows=list(rows))


def test_cases_are_run_in_turns_that_start_at_another_one_each_time():
    order = []
    cases = [Case("group", key, key, lambda key=key: order.append(key) or {"events/s": 1.0}) for key in "abc"]

    in_turns(cases, 3, lambda _: None)

    assert "".join(order) == "abc" + "bca" + "cab"


def test_what_trials_share_is_taken_away_after_the_last_one_and_after_a_failure():
    order = []
    cases = [Case("g", "a", "a", lambda: order.append("run") or {"s": 1.0}, close=lambda: order.append("close"))]

    in_turns(cases, 2, lambda _: None)
    with pytest.raises(ZeroDivisionError):
        in_turns([Case("g", "a", "a", lambda: {"s": 1 / 0}, close=lambda: order.append("close"))], 2, lambda _: None)

    assert order == ["run", "run", "close", "close"]


@pytest.mark.parametrize(("error", "field"), [(NotHereError("no C"), "missing"), (TrialError("lost"), "failed")])
def test_a_case_that_cannot_be_measured_says_why_and_stops_no_other(error, field):
    def fail():
        raise error

    rows = in_turns([Case("g", "a", "a", fail), Case("g", "b", "b", lambda: {"s": 2.0})], 2, lambda _: None)

    assert str(error) in getattr(rows[0], field)
    assert rows[1].values("s") == [2.0, 2.0]


def test_a_row_of_parts_becomes_a_row_for_each():
    case = Case("latency", "apart", "apart", lambda: {"10/s|p50 ms": 1.0, "100/s|p50 ms": 2.0, "100/s|p99 ms": 3.0})

    rows = in_turns([case], 1, lambda _: None)

    assert {row.key: row.trials for row in rows} == {
        "apart-10": [{"p50 ms": 1.0}],
        "apart-100": [{"p50 ms": 2.0, "p99 ms": 3.0}],
    }


def test_summary_gives_least_middle_and_greatest():
    row = a_row("ours", 30.0, 10.0, 20.0)

    assert results.summary(row) == {"events/s": {"min": 10.0, "median": 20.0, "max": 30.0}}


def test_report_reads_back_as_it_was_written(tmp_path):
    report = a_report(a_row("ours", 1.0, 3.0), a_row("c-window", missing="not here: a compiler"))

    path = results.write(report, tmp_path, [{"words": "so"}])

    assert results.read(path) == report
    written = json.loads(path.read_text())
    assert written["rows"][0]["figures"] == {"events/s": {"min": 1.0, "median": 2.0, "max": 3.0}}


def test_report_of_another_format_is_refused(tmp_path):
    path = results.write(a_report(), tmp_path)
    path.write_text(path.read_text().replace('"format": 1', '"format": 99'))

    with pytest.raises(ValueError, match="format"):
        results.read(path)


def test_ratio_is_that_of_the_medians():
    report = a_report(a_row("ours", 400.0, 100.0, 10_000.0), a_row("c-window", 1_000.0, 1_000.0, 1.0))

    [verdict] = claims.verdicts(report)

    assert verdict.value == pytest.approx(0.4)
    assert not verdict.reached


@pytest.mark.parametrize(("milliseconds", "reached"), [(29.9, True), (30.0, False)])
def test_time_is_reached_below_its_bound_alone(milliseconds, reached):
    report = a_report(a_row("latency-apart-100", milliseconds, figure="p50 ms"))

    [verdict] = claims.verdicts(report)

    assert verdict.reached is reached


def test_row_that_is_missing_or_failed_proves_nothing():
    report = a_report(
        a_row("ours", 10.0), a_row("c-window", missing="not here"), a_row("kombu-one", 1.0, failed="lost")
    )

    assert claims.verdicts(report) == []


def test_table_shows_each_figure_and_puts_percentiles_together():
    trial = {"p50 ms": 1.234, "p99 ms": 45.67, "p99.9 ms": 1234.5, "commits/s": 99.0}
    report = a_report(Row("latency", "apart", "apart", "a note", [trial]), a_row("c-window", missing="not here: cc"))

    lines = table.markdown(report).splitlines()

    assert (
        "| apart; a note | p50 / p99 / p99.9 ms | 1.23 / 45.7 / 1,234 | 1.23 / 45.7 / 1,234 | 1.23 / 45.7 / 1,234 | 1 |"
        in lines
    )
    assert "|  | commits/s | 99.0 | 99.0 | 99.0 | 1 |" in lines
    assert "| the c-window | not here: cc | | | | |" in lines


def test_percentiles_are_those_of_the_values():
    found = percentiles([float(value) for value in range(1001)])

    assert found == {"p50": 500.0, "p99": 990.0, "p99.9": 999.0}


def test_page_gets_new_content_between_its_marks_alone():
    page = f"before\n{publish_table.BEGIN}\nold\n{publish_table.END}\nafter\n"

    assert publish_table.placed(page, "new") == f"before\n{publish_table.BEGIN}\n\nnew\n\n{publish_table.END}\nafter\n"


def test_page_without_marks_is_refused():
    with pytest.raises(ValueError, match="has no"):
        publish_table.placed("a page", "new")
