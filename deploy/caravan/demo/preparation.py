"""The steps before the mission: applications, approval, recommendations, meeting requests."""

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from textwrap import shorten

from caravan.client import PlatformError, RefusedError, run_in_parallel
from caravan.demo import clock
from caravan.demo.context import DemoContext
from caravan.demo.result import Document, partner_documents
from caravan.scenario.loader import Loader
from caravan.scenario.values import Row, text

REQUEST_ANSWERS = {
    **dict.fromkeys(("accepted", "confirmed", "approved"), "acceptance"),
    **dict.fromkeys(("declined", "refused", "rejected"), "refusal"),
    **dict.fromkeys(("withdrawn", "cancelled"), "withdrawal"),
}
"""The answer to a request, by its status in the file."""
UNANSWERED = ("pending", "sent", "expired")
TEXT_WIDTH = 70
"""Length at which needs and offers are cut in the output."""
BEST_PAIRS = 3
"""How many of the best pairs are printed."""


class MissionExistsError(PlatformError):
    """The mission is on the platform already."""


def prepare_platform(demo: DemoContext) -> None:
    """Check that the mission is not on the platform, and set the clock to the opening.

    Raises:
        MissionExistsError: it is.
        ClockNotMovableError: the clock cannot be set.

    """
    known = list(demo.platform.registration.items("/v1/missions", reference=demo.scenario.id))
    if known:
        raise MissionExistsError(
            f"The mission {demo.scenario.id} is on this platform already; play it on one that does not know it."
        )
    clock.set_time(demo.platform, demo.schedule.opening)


def open_mission(demo: DemoContext) -> None:
    """Load regions, mission and organisations with their applications."""
    with demo.output.step(demo.schedule.opening, "opening"):
        loaded = Loader(demo.platform, demo.scenario).load()
        demo.mission_id = loaded.mission_id
        demo.applications = dict(loaded.applications)
        demo.ids.set_organisations(dict(loaded.organisations))
        delegates = demo.platform.registration.items("/v1/delegates", mission_id=demo.mission_id)
        demo.ids.set_people(delegates)
        demo.wait_until_idle()
        sides = Counter(row["side"] for row in demo.scenario.rows("organisations"))
        people = (len(demo.scenario.staff), "delegate")
        demo.output.add_line("applied", guests=(sides["guest"], "guest"), hosts=(sides["host"], "host"), people=people)


def approve_applications(demo: DemoContext) -> None:
    """Approve the applications of both sides."""
    with demo.step(demo.schedule.approval, "approvals"):
        rows = demo.scenario.rows("organisations")
        for side in ("guest", "host"):
            applied = [row for row in rows if row["side"] == side]
            done = run_in_parallel(lambda row: demo.attempt(lambda: _approve(demo, row)), applied)
            region = _region(demo, demo.scenario.mission[f"{side}_region"])
            demo.output.add_line(
                "approved", region=region, applications=(sum(one is not None for one in done), "application")
            )
    collect_applications(demo)


def _approve(demo: DemoContext, row: Row) -> str:
    path = f"/v1/applications/{demo.applications[row['id']]}/approval"
    demo.platform.registration.transition(path)
    return path


def _region(demo: DemoContext, code: str) -> str:
    row = next(row for row in demo.scenario.rows("regions") if row["code"] == code)
    return text(row, "name", demo.output.language)


def collect_applications(demo: DemoContext) -> None:
    """Record the number of applications by side and status."""
    counts: dict[str, Counter[str]] = {"guest": Counter(), "host": Counter()}
    for row in demo.platform.registration.items("/v1/applications", mission_id=demo.mission_id):
        counts[row["side"]][row["status"]] += 1
    demo.result.applications = {side: dict(found) for side, found in counts.items()}


def publish_recommendations(demo: DemoContext) -> None:
    """Publish the recommendations, and print the best pairs."""
    with demo.step(demo.schedule.recommendation, "recommendations"):
        collect_recommendations(demo)
        demo.platform.matching.transition(f"{demo.mission_path}/recommendations/publication")
        lists = demo.result.recommendations
        pairs = sum(len(partners) for partners in lists.values())
        demo.output.add_line("recommended", pairs=(pairs, "pair"))
        for guest, partner in _best_pairs(lists):
            demo.output.add_line(
                "best", indent=2, guest=demo.organisation_name(guest), host=demo.organisation_name(partner["with"])
            )
            for reason in partner["reasons"][:1]:
                demo.output.add_line(
                    _REASON_LINES.get(reason["direction"], "reason"),
                    indent=4,
                    **{end: shorten(reason[end], TEXT_WIDTH, placeholder="…") for end in ("need", "offer")},
                )


_REASON_LINES = {"both_seek": "shared"}
"""Key of the line for a reason, by its direction; the default is `reason`."""


def _best_pairs(lists: Mapping[str, list[Document]]) -> list[tuple[str, Document]]:
    """Return the guests with the highest scores of their first partners, with that partner."""
    firsts = [(guest, partners[0]) for guest, partners in lists.items() if partners]
    return sorted(firsts, key=lambda first: (-first[1]["score"], first[0]))[:BEST_PAIRS]


def collect_recommendations(demo: DemoContext) -> None:
    """Record the list of every guest, best partner first."""
    found = demo.platform.matching.get(f"{demo.mission_path}/recommendations")["items"]
    lists = {demo.ids.reference(row["organisation_id"]): partner_documents(row["partners"], demo.ids) for row in found}
    guests = [row["id"] for row in demo.scenario.rows("organisations") if row["side"] == "guest"]
    demo.result.recommendations = {guest: lists.get(guest, []) for guest in guests}


def send_requests(demo: DemoContext) -> None:
    """Send the meeting requests of the file day by day, and answer them."""
    days = list(demo.schedule.requests_by_day())
    if not days:
        return
    with demo.step(days[0][0], "requests"):
        crossed: list[Row] = []
        for at, rows in days:
            demo.move_clock(at)
            crossed += [
                row
                for found in run_in_parallel(lambda pair: _send_requests_of_pair(demo, pair), _group_by_pair(rows))
                for row in found
            ]
        statuses = Counter(row["status"] for day in days for row in day[1])
        demo.output.add_line("requested", requests=(statuses.total(), "request"), **_count_answers(statuses))
        for row in crossed:
            demo.output.add_line("crossed", indent=2, **_pair_names(demo, row))


def _pair_names(demo: DemoContext, row: Row) -> dict[str, str]:
    return {"one": demo.organisation_name(row["from"]), "other": demo.organisation_name(row["to"])}


def _count_answers(statuses: Counter[str]) -> dict[str, int]:
    answers = Counter({"acceptance": 0, "refusal": 0})
    for status, number in statuses.items():
        answers[REQUEST_ANSWERS.get(status, "")] += number
    accepted, declined = answers["acceptance"], answers["refusal"]
    return {"accepted": accepted, "declined": declined, "pending": answers.total() - accepted - declined}


def _group_by_pair(rows: list[Row]) -> list[list[Row]]:
    """Group requests by pair: those of a pair are sent in order, different pairs in parallel."""
    by_pair = sorted(rows, key=_pair)
    return [list(together) for _, together in groupby(by_pair, key=_pair)]


def _pair(row: Row) -> tuple[str, ...]:
    return tuple(sorted((row["from"], row["to"])))


def _send_requests_of_pair(demo: DemoContext, rows: list[Row]) -> list[Row]:
    """Send and answer the requests of a pair; return those refused because the pair has another request."""
    crossed: list[Row] = []
    for row in rows:
        try:
            _send(demo, row)
        except RefusedError as error:
            if error.status != 409:
                demo.report_failure(demo.output.text("refused", cause=error.message))
            else:
                crossed.append(row)
    return crossed


def _send(demo: DemoContext, row: Row) -> None:
    matching = demo.platform.matching
    body = {
        "mission_id": demo.mission_id,
        "from_organisation_id": demo.ids.organisations[row["from"]],
        "to_organisation_id": demo.ids.organisations[row["to"]],
        "message": text(row, "message", demo.scenario.language),
    }
    sent = matching.post("/v1/meeting-requests", body)
    if row["status"] in REQUEST_ANSWERS:
        matching.transition(f"/v1/meeting-requests/{sent['id']}/{REQUEST_ANSWERS[row['status']]}")
    elif row["status"] not in UNANSWERED:
        demo.note(demo.output.text("request_unclear", **_pair_names(demo, row), status=row["status"]))
