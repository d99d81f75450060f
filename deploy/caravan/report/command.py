"""`caravan report MISSION`: print the report of a mission as a table, with the definitions of its rates."""

import json
from uuid import UUID

import click
from rich.console import Console
from rich.text import Text

from caravan.client import Platform, PlatformError, connect
from caravan.report import figures, table
from servicekit.texts import languages


class UnknownMissionError(PlatformError):
    """The platform has no such mission."""


def find_mission(platform: Platform, mission: str) -> tuple[str, dict[str, str]]:
    """Return the id and the titles of a mission, given its id or its reference (the organiser's short name).

    Raises:
        UnknownMissionError: there is none.

    """
    try:
        found = [platform.registration.get(f"/v1/missions/{UUID(mission)}")]
    except ValueError:
        found = list(platform.registration.items("/v1/missions", reference=mission))
    if not found:
        raise UnknownMissionError(f"There is no mission {mission} at {platform.registration.base_url}.")
    return str(found[0]["id"]), dict(found[0]["titles"])


@click.command("report")
@click.argument("mission")
@click.option("--url", envvar="CARAVAN_URL", help="Origin of the platform.  [default: http://127.0.0.1:8000]")
@click.option("--lang", type=click.Choice(languages.SUPPORTED), default="ru", show_default=True)
@click.option("--json", "as_json", is_flag=True, help="Print the report as the API answers it.")
def report_command(mission: str, url: str | None, lang: str, *, as_json: bool) -> None:
    """Print the report of MISSION, an id or the organiser's short name, with the definition of each rate.

    MATCHING_URL and REGISTRATION_URL take the place of --url where services stand at
    addresses of their own.
    """
    platform = connect(url, lang)
    mission_id, titles = find_mission(platform, mission)
    found = platform.matching.get(f"/v1/missions/{mission_id}/report")
    if as_json:
        click.echo(json.dumps(found, ensure_ascii=False, indent=2))
        return
    console = Console(highlight=False)
    console.print(Text(languages.pick(titles, lang), style="bold"))
    console.print(table.report_table(figures.with_default_names(found), None, lang))
    for definition in table.definitions(found):
        console.print(Text(definition, style="dim"))
