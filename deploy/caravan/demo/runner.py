"""Play a mission from the first application to the last check."""

from rich.console import Console

from caravan.client import Platform
from caravan.demo import follow_up, incidents, meetings, preparation
from caravan.demo.console_output import Teller
from caravan.demo.context import Stage
from caravan.demo.id_mapping import Cast
from caravan.demo.result import Record
from caravan.demo.schedule import Plan
from caravan.scenario.reader import Scenario
from caravan.scenario.values import text
from servicekit import formats


def set_stage(platform: Platform, scenario: Scenario, language: str, console: Console | None = None) -> Stage:
    """Make ready to play a scenario on a platform, telling it in a language."""
    plan = Plan(scenario)
    return Stage(platform, scenario, Teller(language, plan.zone, console), plan, Cast(scenario), Record(scenario.id))


def play(stage: Stage) -> None:
    """Play all acts; what is refused on the way is kept in the record.

    Raises:
        PlatformError: the play cannot go on.

    """
    preparation.make_ready(stage)
    _introduce(stage)
    preparation.open_mission(stage)
    preparation.approve(stage)
    preparation.recommend(stage)
    preparation.request(stage)
    meetings.make_timetable(stage)
    agreements: dict[str, str] = {}
    for happening in stage.plan.happenings():
        match happening.kind:
            case "incident":
                incidents.upset(stage, happening.at, happening.rows[0])
            case "end":
                meetings.end_meetings(stage, happening.at)
            case "signing":
                agreements |= follow_up.sign(stage, happening.at, happening.rows)
            case "checks":
                follow_up.check(stage, happening.at, happening.rows, agreements)
    preparation.collect_applications(stage)
    follow_up.report(stage)


def _introduce(stage: Stage) -> None:
    teller, plan = stage.teller, stage.plan
    days = formats.days(plan.starts_at.date(), plan.ends_at.date(), language=teller.language)
    zone = formats.zone_name(plan.zone, plan.starts_at, language=teller.language)
    fictional = all(row.get("fictional") for row in stage.scenario.rows("organisations"))
    notes = [teller.say("fictional")] if fictional else []
    teller.head(text(stage.scenario.mission, "title", teller.language), f"{days} ({zone})", *notes)


def addresses(stage: Stage) -> list[tuple[str, str]]:
    """Return the pages on which to look at what was played."""
    registration, matching, notifications = (client.base for client in stage.platform.services.values())
    mission = f"/missions/{stage.mission_id}"
    return [
        ("mission", f"{registration}{mission}"),
        ("recommendations", f"{matching}{mission}/recommendations"),
        ("timetable", f"{matching}{mission}/timetable"),
        ("report", f"{matching}{mission}/report"),
        ("mailbox", f"{notifications}/"),
    ]
