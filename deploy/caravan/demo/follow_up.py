"""The acts after the mission: agreements, their checks, and the report."""

from collections import Counter
from datetime import datetime, timedelta
from typing import Any

from caravan.client import Answer, at_once
from caravan.demo import quiescence
from caravan.demo.context import Stage
from caravan.demo.meetings import hold_meetings
from caravan.report import figures, table
from caravan.scenario.values import Row, amount, text
from servicekit import formats

DEFAULT_CURRENCY = "RUB"
STATUSES = ("realised", "partially_realised", "in_progress", "not_realised", "no_response")
"""What a check can find."""


def sign(stage: Stage, at: datetime, rows: tuple[Row, ...]) -> dict[str, str]:
    """Record the agreements of a day; return the platform's ids by the file's."""
    with stage.step(at, "signing"):
        hold_meetings(stage)
        signed = at_once(lambda row: stage.attempt(lambda: _sign(stage, row)), rows)
        _tell_signed(stage, [row for row, done in zip(rows, signed, strict=True) if done])
    return {row["id"]: found["id"] for row, found in zip(rows, signed, strict=True) if found}


def _sign(stage: Stage, row: Row) -> Answer:
    expected, currency = amount(row, "expected_amount")
    body = {
        "mission_id": stage.mission_id,
        "guest_id": stage.cast.organisations[row["guest"]],
        "host_id": stage.cast.organisations[row["host"]],
        "type": row["type"],
        "subject": text(row, "subject", stage.scenario.language) or row["type"],
        "expected_amount": expected,
        "currency": currency or _currency(stage, row),
        "signed_at": row["signed_at"],
    }
    answer: Answer = stage.platform.matching.post("/v1/agreements", body)
    return answer


def _currency(stage: Stage, row: Row) -> str:
    """Return the currency of an agreement that names none: that of its checks, else of the file's others."""
    checked = (amount(check, "realised_amount")[1] for check in row.get("follow_up") or ())
    others = (amount(other, "expected_amount")[1] for other in stage.scenario.rows("agreements"))
    return next(filter(None, (*checked, *others)), DEFAULT_CURRENCY)


def _tell_signed(stage: Stage, rows: list[Row]) -> None:
    found = [amount(row, "expected_amount") for row in rows]
    sums = [(value, currency) for value, currency in found if value is not None]
    agreements = (len(rows), "agreement")
    if sums:
        total = _total(stage, sums)
        stage.teller.line("signed", agreements=agreements, amounts=len(sums), total=total)
    else:
        stage.teller.line("signed_plain", agreements=agreements)


def _total(stage: Stage, sums: list[tuple[int, str | None]]) -> str:
    """Add up amounts, each currency for itself."""
    totals = Counter[str]()
    for value, currency in sums:
        totals[currency or DEFAULT_CURRENCY] += value
    language = stage.teller.language
    return ", ".join(formats.money(value, currency, language=language) for currency, value in totals.items())


def check(stage: Stage, at: datetime, rows: tuple[Row, ...], agreements: dict[str, str]) -> None:
    """Let the checks of a day fall due, and record their answers."""
    signed = [row for row in rows if row["agreement"] in agreements]
    known = [row for row in signed if row["status"] in STATUSES]
    with stage.step(at, "checks"):
        for row in signed:
            if row not in known:
                facts = {"agreement": row["agreement"], "status": row["status"]}
                stage.note(stage.teller.say("check_unclear", **facts))
        _await_due(stage, at, {agreements[row["agreement"]] for row in known})
        at_once(lambda row: stage.attempt(lambda: _answer(stage, row, agreements)), known)
        for months in sorted({row["check_months"] for row in known}):
            _tell_checked(stage, months, [row for row in known if row["check_months"] == months])


def _await_due(stage: Stage, at: datetime, ids: set[str]) -> None:
    """Wait until every check whose day has come was asked for, and the letters are out."""
    tomorrow = (at + timedelta(days=1)).date().isoformat()

    def open_things() -> list[str]:
        rows = stage.platform.matching.items("/v1/agreements", mission_id=stage.mission_id)
        checks = [one for row in rows if row["id"] in ids for one in row.get("checks") or ()]
        late = [one for one in checks if one["due_on"] < tomorrow and one["announced_at"] is None]
        return [f"{len(late)} checks have not been asked for"] if late else []

    quiescence.until(open_things, limit_seconds=quiescence.LIMIT_SECONDS)
    stage.rest()


def _answer(stage: Stage, row: Row, agreements: dict[str, str]) -> Any:
    realised, _ = amount(row, "realised_amount")
    body = {
        "checked_on": row["checked_on"],
        "status": row["status"],
        "realised_amount": realised,
        "note": text(row, "note", stage.scenario.language),
    }
    path = f"/v1/agreements/{agreements[row['agreement']]}/checks/{row['check_months']}"
    return stage.platform.matching.post(path, body)


def _tell_checked(stage: Stage, months: int, rows: list[Row]) -> None:
    statuses = Counter(row["status"] for row in rows)
    stage.teller.line(
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
        stage.teller.line("sum", indent=2, total=_total(stage, sums))


def report(stage: Stage) -> None:
    """Compare the report with what the file expects, figure by figure, and count the letters."""
    notifications, record = stage.platform.notifications, stage.record
    record.deliveries = notifications.get("/v1/deliveries/summary", mission_id=stage.mission_id)
    found = stage.platform.matching.get(f"{stage.mission}/report")
    record.expected_report = stage.scenario.document.get("expected_report") or None
    expected = record.expected_report or {}
    record.report = figures.under_names_of(expected, found) if expected else figures.under_usual_names(found)
    _compare(stage, figures.without_words(expected), figures.without_words(record.report))
    letters = sum(quiescence.states_of(record.deliveries).values())
    stage.teller.console.print(stage.teller.say("letters", letters=(letters, "letter")))


def _compare(stage: Stage, expected: figures.Figures, found: figures.Figures) -> None:
    """Set figures beside each other, and say how many differ."""
    record, teller = stage.record, stage.teller
    record.differences = list(figures.differences(expected, found))
    teller.console.print(table.table(found, expected or None, teller.language))
    teller.console.print()
    key = {True: "equal", False: "unequal", None: "nothing_expected"}[record.report_equal]
    compared = sum(1 for _ in figures.leaves(expected))
    number = len(record.differences) if record.report_equal is False else compared
    teller.console.print(teller.say(key, figures=(number, "figure")))
