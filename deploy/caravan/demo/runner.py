"""Run all steps of a mission in order, from the first application to the last check."""

from caravan.client import Platform
from caravan.demo import follow_up, incidents, meetings, preparation
from caravan.demo.console_output import ConsoleOutput
from caravan.demo.context import DemoContext
from caravan.demo.id_mapping import IdMapping
from caravan.demo.result import DemoResult
from caravan.demo.schedule import Schedule
from caravan.scenario.reader import Scenario
from caravan.scenario.values import text
from servicekit.texts import formats


def create_context(platform: Platform, scenario: Scenario, language: str) -> DemoContext:
    """Return the context for playing a scenario on a platform, with output in a language."""
    schedule = Schedule(scenario)
    return DemoContext(
        platform,
        scenario,
        ConsoleOutput(language, schedule.zone),
        schedule,
        IdMapping(scenario),
        DemoResult(scenario.id),
    )


def run_mission(demo: DemoContext) -> None:
    """Run all steps; refused requests are recorded in the result.

    Raises:
        PlatformError: the demo cannot continue.

    """
    preparation.prepare_platform(demo)
    _print_heading(demo)
    preparation.open_mission(demo)
    preparation.approve_applications(demo)
    preparation.publish_recommendations(demo)
    preparation.send_requests(demo)
    meetings.make_timetable(demo)
    agreements: dict[str, str] = {}
    for step in demo.schedule.steps_after_timetable():
        match step.kind:
            case "incident":
                incidents.apply_incident(demo, step.at, step.rows[0])
            case "end":
                meetings.finish_meetings(demo, step.at)
            case "signing":
                agreements |= follow_up.sign_agreements(demo, step.at, step.rows)
            case "checks":
                follow_up.record_checks(demo, step.at, step.rows, agreements)
    preparation.collect_applications(demo)
    follow_up.compare_report(demo)


def _print_heading(demo: DemoContext) -> None:
    output, schedule = demo.output, demo.schedule
    days = formats.days(schedule.starts_at.date(), schedule.ends_at.date(), language=output.language)
    zone = formats.zone_name(schedule.zone, schedule.starts_at, language=output.language)
    fictional = all(row.get("fictional") for row in demo.scenario.rows("organisations"))
    notes = [output.text("fictional")] if fictional else []
    output.print_heading(text(demo.scenario.mission, "title", output.language), f"{days} ({zone})", *notes)


def page_addresses(demo: DemoContext) -> list[tuple[str, str]]:
    """Return pages that show the mission, as (key of PAGES, URL)."""
    registration, matching, notifications = (client.base_url for client in demo.platform.services.values())
    mission = f"/missions/{demo.mission_id}"
    return [
        ("mission", f"{registration}{mission}"),
        ("recommendations", f"{matching}{mission}/recommendations"),
        ("timetable", f"{matching}{mission}/timetable"),
        ("report", f"{matching}{mission}/report"),
        ("mailbox", f"{notifications}/"),
    ]
