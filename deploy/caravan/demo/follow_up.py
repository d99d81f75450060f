"""The steps after the mission: agreements, their follow-up checks, and the report."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from caravan.client import JsonObject, run_in_parallel
from caravan.demo import quiescence
from caravan.demo.context import DemoContext
from caravan.demo.meetings import mark_meetings_held
from caravan.report import figures, table
from caravan.scenario.values import Row, amount, text
from servicekit.texts import formats

DEFAULT_CURRENCY = "RUB"
STATUSES = ("realised", "partially_realised", "in_progress", "not_realised", "no_response")
"""Possible results of a check."""


def sign_agreements(demo: DemoContext, at: datetime, rows: tuple[Row, ...]) -> dict[str, str]:
    """Record the agreements of a day; return their ids on the platform by those of the file."""
    with demo.step(at, "signing"):
        mark_meetings_held(demo)
        signed = run_in_parallel(lambda row: demo.attempt(lambda: _sign(demo, row)), rows)
        _print_signed(demo, [row for row, done in zip(rows, signed, strict=True) if done])
    return {row["id"]: found["id"] for row, found in zip(rows, signed, strict=True) if found}


def _sign(demo: DemoContext, row: Row) -> JsonObject:
    expected, currency = amount(row, "expected_amount")
    body = {
        "mission_id": demo.mission_id,
        "guest_id": demo.ids.organisations[row["guest"]],
        "host_id": demo.ids.organisations[row["host"]],
        "type": row["type"],
        "subject": text(row, "subject", demo.scenario.language) or row["type"],
        "expected_amount": expected,
        "currency": currency or _currency(demo, row),
        "signed_at": row["signed_at"],
    }
    answer: JsonObject = demo.platform.matching.post("/v1/agreements", body)
    return answer


def _currency(demo: DemoContext, row: Row) -> str:
    """Return the currency of an agreement without one: that of its checks, else of other agreements."""
    checked = (amount(check, "realised_amount")[1] for check in row.get("follow_up") or ())
    others = (amount(other, "expected_amount")[1] for other in demo.scenario.rows("agreements"))
    return next(filter(None, (*checked, *others)), DEFAULT_CURRENCY)


def _print_signed(demo: DemoContext, rows: list[Row]) -> None:
    found = [amount(row, "expected_amount") for row in rows]
    sums = [(value, currency) for value, currency in found if value is not None]
    agreements = (len(rows), "agreement")
    if sums:
        total = _total(demo, sums)
        demo.output.add_line("signed", agreements=agreements, amounts=len(sums), total=total)
    else:
        demo.output.add_line("signed_plain", agreements=agreements)


def _total(demo: DemoContext, sums: list[tuple[int, str | None]]) -> str:
    """Return the sums of amounts by currency, as text."""
    totals = Counter[str]()
    for value, currency in sums:
        totals[currency or DEFAULT_CURRENCY] += value
    language = demo.output.language
    return ", ".join(formats.money(value, currency, language=language) for currency, value in totals.items())


def record_checks(demo: DemoContext, at: datetime, rows: tuple[Row, ...], agreements: dict[str, str]) -> None:
    """Wait until the checks of a day are due, and record their answers."""
    signed = [row for row in rows if row["agreement"] in agreements]
    known = [row for row in signed if row["status"] in STATUSES]
    with demo.step(at, "checks"):
        for row in signed:
            if row not in known:
                facts = {"agreement": row["agreement"], "status": row["status"]}
                demo.note(demo.output.text("check_unclear", **facts))
        _wait_until_due(demo, at, {agreements[row["agreement"]] for row in known})
        run_in_parallel(lambda row: demo.attempt(lambda: _post_answer(demo, row, agreements)), known)
        for months in sorted({row["check_months"] for row in known}):
            _print_checked(demo, months, [row for row in known if row["check_months"] == months])


def _wait_until_due(demo: DemoContext, at: datetime, ids: set[str]) -> None:
    """Wait until every check that is due was announced, and the mail is sent."""
    tomorrow = (at + timedelta(days=1)).date().isoformat()

    def pending() -> list[str]:
        rows = demo.platform.matching.items("/v1/agreements", mission_id=demo.mission_id)
        checks = [one for row in rows if row["id"] in ids for one in row.get("checks") or ()]
        late = [one for one in checks if one["due_on"] < tomorrow and one["announced_at"] is None]
        return [f"{len(late)} checks have not been asked for"] if late else []

    quiescence.wait_until_none(pending)
    demo.wait_until_idle()


def _post_answer(demo: DemoContext, row: Row, agreements: dict[str, str]) -> Any:
    realised, _ = amount(row, "realised_amount")
    body = {
        "checked_on": row["checked_on"],
        "status": row["status"],
        "realised_amount": realised,
        "note": text(row, "note", demo.scenario.language),
    }
    path = f"/v1/agreements/{agreements[row['agreement']]}/checks/{row['check_months']}"
    return demo.platform.matching.post(path, body)


def _print_checked(demo: DemoContext, months: int, rows: list[Row]) -> None:
    statuses = Counter(row["status"] for row in rows)
    demo.output.add_line(
        "checked",
        months=months,
        realised=statuses["realised"],
        partially=statuses["partially_realised"],
        progress=statuses["in_progress"],
        not_realised=statuses["not_realised"],
        no_response=statuses["no_response"],
    )
    found = [amount(row, "realised_amount") for row in rows]
    sums = [(value, currency) for value, currency in found if value]
    if sums:
        demo.output.add_line("sum", indent=2, total=_total(demo, sums))


def compare_report(demo: DemoContext) -> None:
    """Compare the report with the figures that the file expects, and count the mails."""
    notifications, result = demo.platform.notifications, demo.result
    result.deliveries = notifications.get("/v1/deliveries/summary", mission_id=demo.mission_id)
    found = demo.platform.matching.get(f"{demo.mission_path}/report")
    result.expected_report = demo.scenario.document.get("expected_report") or None
    expected = result.expected_report or {}
    result.report = figures.with_names_of(expected, found) if expected else figures.with_default_names(found)
    _compare(demo, figures.numbers_only(expected), figures.numbers_only(result.report))
    letters = sum(quiescence.deliveries_by_state(result.deliveries).values())
    demo.output.console.print(demo.output.text("letters", letters=(letters, "letter")))


def _compare(demo: DemoContext, expected: figures.Figures, found: figures.Figures) -> None:
    """Print the figures next to the expected ones, and how many differ."""
    result, output = demo.result, demo.output
    result.differences = list(figures.differences(expected, found))
    output.console.print(table.report_table(found, expected or None, output.language))
    output.console.print()
    key = {True: "equal", False: "unequal", None: "nothing_expected"}[result.report_equal]
    compared = sum(1 for _ in figures.leaves(expected))
    number = len(result.differences) if result.report_equal is False else compared
    output.console.print(output.text(key, figures=(number, "figure")))
