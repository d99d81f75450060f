"""The acts before the mission: applications, approval, recommendations, requests."""

from collections import Counter
from collections.abc import Mapping
from itertools import groupby
from textwrap import shorten as shortened

from caravan.client import PlatformError, RefusedError, at_once
from caravan.demo import clock
from caravan.demo.context import Stage
from caravan.demo.result import Document, recommended
from caravan.scenario.loader import Loader
from caravan.scenario.values import Row, text

ANSWERS = {
    **dict.fromkeys(("accepted", "confirmed", "approved"), "acceptance"),
    **dict.fromkeys(("declined", "refused", "rejected"), "refusal"),
    **dict.fromkeys(("withdrawn", "cancelled"), "withdrawal"),
}
"""What becomes of a request, by the status that files give it."""
UNANSWERED = ("pending", "sent", "expired")
WIDTH = 70
"""How many letters of a need or an offer are told."""
TOP = 3
"""How many of the best pairs are told."""


class AlreadyThereError(PlatformError):
    """The platform knows the mission; a play needs one that does not."""


def make_ready(stage: Stage) -> None:
    """See that the platform does not know the mission, and set its clock to the opening.

    Raises:
        AlreadyThereError: it knows the mission.
        ClockStandsError: its clock does not move.

    """
    known = list(stage.platform.registration.items("/v1/missions", reference=stage.scenario.id))
    if known:
        raise AlreadyThereError(
            f"The mission {stage.scenario.id} is on this platform already; play it on one that does not know it."
        )
    clock.move(stage.platform, stage.plan.opening)


def open_mission(stage: Stage) -> None:
    """Take regions, mission and organisations in; every organisation applies."""
    with stage.teller.step(stage.plan.opening, "opening"):
        loaded = Loader(stage.platform, stage.scenario).load()
        stage.mission_id = loaded.mission_id
        stage.applications = dict(loaded.applications)
        stage.cast.meet_organisations(dict(loaded.organisations))
        delegates = stage.platform.registration.items("/v1/delegates", mission_id=stage.mission_id)
        stage.cast.meet_people(delegates)
        stage.rest()
        sides = Counter(row["side"] for row in stage.scenario.rows("organisations"))
        people = (len(stage.scenario.staff), "delegate")
        stage.teller.line("applied", guests=(sides["guest"], "guest"), hosts=(sides["host"], "host"), people=people)


def approve(stage: Stage) -> None:
    """Let each side's coordinator approve what its organisations sent."""
    with stage.step(stage.plan.approval, "approvals"):
        rows = stage.scenario.rows("organisations")
        for side in ("guest", "host"):
            applied = [row for row in rows if row["side"] == side]
            done = at_once(lambda row: stage.attempt(lambda: _approve(stage, row)), applied)
            region = _region(stage, stage.scenario.mission[f"{side}_region"])
            stage.teller.line(
                "approved", region=region, applications=(sum(one is not None for one in done), "application")
            )
    collect_applications(stage)


def _approve(stage: Stage, row: Row) -> str:
    path = f"/v1/applications/{stage.applications[row['id']]}/approval"
    stage.platform.registration.act(path)
    return path


def _region(stage: Stage, code: str) -> str:
    row = next(row for row in stage.scenario.rows("regions") if row["code"] == code)
    return text(row, "name", stage.teller.language)


def collect_applications(stage: Stage) -> None:
    """Count the applications by side and status."""
    counts: dict[str, Counter[str]] = {"guest": Counter(), "host": Counter()}
    for row in stage.platform.registration.items("/v1/applications", mission_id=stage.mission_id):
        counts[row["side"]][row["status"]] += 1
    stage.record.applications = {side: dict(found) for side, found in counts.items()}


def recommend(stage: Stage) -> None:
    """Publish whom everyone should meet."""
    with stage.step(stage.plan.recommendation, "recommendations"):
        collect_recommendations(stage)
        stage.platform.matching.act(f"{stage.mission}/recommendations/publication")
        lists = stage.record.recommendations
        pairs = sum(len(partners) for partners in lists.values())
        stage.teller.line("recommended", pairs=(pairs, "pair"))
        for guest, partner in _closest(lists):
            stage.teller.line("best", indent=2, guest=stage.name(guest), host=stage.name(partner["with"]))
            for reason in partner["reasons"][:1]:
                stage.teller.line(
                    _WORDS.get(reason["direction"], "reason"),
                    indent=4,
                    **{end: shortened(reason[end], WIDTH, placeholder="…") for end in ("need", "offer")},
                )


_WORDS = {"both_seek": "shared"}
"""How a reason is told, by its direction; all others are told as what one seeks and the other offers."""


def _closest(lists: Mapping[str, list[Document]]) -> list[tuple[str, Document]]:
    """Return the guests whose first partner is the closest, with that partner."""
    firsts = [(guest, partners[0]) for guest, partners in lists.items() if partners]
    return sorted(firsts, key=lambda first: (-first[1]["score"], first[0]))[:TOP]


def collect_recommendations(stage: Stage) -> None:
    """Read every guest's list, best first."""
    found = stage.platform.matching.get(f"{stage.mission}/recommendations")["items"]
    lists = {stage.cast.reference(row["organisation_id"]): recommended(row["partners"], stage.cast) for row in found}
    guests = [row["id"] for row in stage.scenario.rows("organisations") if row["side"] == "guest"]
    stage.record.recommendations = {guest: lists.get(guest, []) for guest in guests}


def request(stage: Stage) -> None:
    """Send the wishes of the file day by day, and let each be answered."""
    days = list(stage.plan.wishes())
    if not days:
        return
    with stage.step(days[0][0], "requests"):
        crossed: list[Row] = []
        for at, rows in days:
            stage.move_clock(at)
            crossed += [row for found in at_once(lambda pair: _of_pair(stage, pair), _pairs(rows)) for row in found]
        statuses = Counter(row["status"] for day in days for row in day[1])
        stage.teller.line("requested", requests=(statuses.total(), "request"), **_answered(statuses))
        for row in crossed:
            stage.teller.line("crossed", indent=2, **_ends(stage, row))


def _ends(stage: Stage, row: Row) -> dict[str, str]:
    return {"one": stage.name(row["from"]), "other": stage.name(row["to"])}


def _answered(statuses: Counter[str]) -> dict[str, int]:
    answers = Counter({"acceptance": 0, "refusal": 0})
    for status, number in statuses.items():
        answers[ANSWERS.get(status, "")] += number
    accepted, declined = answers["acceptance"], answers["refusal"]
    return {"accepted": accepted, "declined": declined, "pending": answers.total() - accepted - declined}


def _pairs(rows: list[Row]) -> list[list[Row]]:
    """Put the wishes of one pair together: they go one after another, pairs go side by side."""
    by_pair = sorted(rows, key=_pair)
    return [list(together) for _, together in groupby(by_pair, key=_pair)]


def _pair(row: Row) -> tuple[str, ...]:
    return tuple(sorted((row["from"], row["to"])))


def _of_pair(stage: Stage, rows: list[Row]) -> list[Row]:
    """Send and answer a pair's wishes; return those that another wish of the two made needless."""
    crossed: list[Row] = []
    for row in rows:
        try:
            _send(stage, row)
        except RefusedError as error:
            if error.status != 409:
                stage.trouble(stage.teller.say("refused", cause=error.message))
            else:
                crossed.append(row)
    return crossed


def _send(stage: Stage, row: Row) -> None:
    matching = stage.platform.matching
    body = {
        "mission_id": stage.mission_id,
        "from_organisation_id": stage.cast.organisations[row["from"]],
        "to_organisation_id": stage.cast.organisations[row["to"]],
        "message": text(row, "message", stage.scenario.language),
    }
    sent = matching.post("/v1/meeting-requests", body)
    if row["status"] in ANSWERS:
        matching.act(f"/v1/meeting-requests/{sent['id']}/{ANSWERS[row['status']]}")
    elif row["status"] not in UNANSWERED:
        stage.note(stage.teller.say("request_unclear", **_ends(stage, row), status=row["status"]))
