"""Take a picture of each main page: in Russian, on a desk and on a phone, light and dark.

    make screenshots

They are laid into build/screenshots: NAME-desk.png, NAME-phone.png, NAME-dark.png. A page that speaks of an error in
its console, asks elsewhere or is wider than its screen ends the run.
"""

import os
import shutil
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from playwright.sync_api import sync_playwright

import platforms
import plays
import signed_in
from access.roles import Role
from chromium import DESK, PHONE, fresh, running
from commanding import CARAVAN, Child
from servers.ports import free_port

OUT = Path("build") / "screenshots"
DURING = "2024-12-11T03:00:00+00:00"
"""The second day of the mission, 10:00 in Krasnoyarsk."""
COMPANY = "klu-03"
LOOKS: dict[str, dict[str, Any]] = {
    "desk": {"viewport": DESK},
    "phone": {"viewport": PHONE, "is_mobile": True, "has_touch": True},
    "dark": {"viewport": DESK, "color_scheme": "dark"},
}


@dataclass(frozen=True, kw_only=True)
class Shot:
    """One page: its name, its address, and whether a company looks at it or an organiser."""

    name: str
    path: str
    of_company: bool = False


SHOTS = (
    Shot(name="missions", path="/registration/"),
    Shot(name="new-mission", path="/registration/missions/new"),
    Shot(name="overview", path="/registration/missions/{mission}"),
    Shot(name="applications", path="/registration/missions/{mission}/applications"),
    Shot(name="review", path="/registration/missions/{mission}/review"),
    Shot(name="programme", path="/registration/missions/{mission}/programme"),
    Shot(name="sessions", path="/registration/missions/{mission}/programme?view=slots"),
    Shot(name="settings", path="/registration/missions/{mission}/settings"),
    Shot(name="members", path="/registration/missions/{mission}/members"),
    Shot(name="recommendations", path="/matching/missions/{mission}/recommendations?organisation_id={company}"),
    Shot(name="map", path="/matching/missions/{mission}/map"),
    Shot(name="timetable", path="/matching/missions/{mission}/timetable"),
    Shot(name="day", path="/matching/missions/{mission}/day"),
    Shot(name="report", path="/matching/missions/{mission}/report"),
    Shot(name="messages", path="/notifications/?mission_id={mission}"),
    Shot(name="write", path="/notifications/missions/{mission}/messages/new"),
    Shot(name="about", path="/registration/missions/{mission}/about", of_company=True),
    Shot(name="mine", path="/registration/missions/{mission}/mine", of_company=True),
    Shot(name="application", path="/registration/missions/{mission}/application", of_company=True),
    Shot(name="partners", path="/matching/missions/{mission}/partners", of_company=True),
    Shot(name="my-timetable", path="/matching/missions/{mission}/my-timetable", of_company=True),
)


def main() -> int:
    """Play Kaluga's mission, move the clock into it, and take the pictures; those named alone, if any is."""
    wanted = set(sys.argv[1:])
    signed_in.prepare()
    os.environ.setdefault("MATCHING_RECOMMENDATION_MODEL", "true")
    data = _played()
    with platforms.in_threads(data) as platform, sync_playwright() as playwright, running(playwright) as browser:
        ids = _ids(platform.origin)
        for look, options in LOOKS.items():
            with fresh(browser, platform.origin) as read:
                for shot in SHOTS:
                    if not wanted or shot.name in wanted:
                        _take(read, shot, ids | {"origin": platform.origin}, look, options)
    return 0


def _played() -> Path:
    """Return data of the played mission; played once, as long as build/ is kept."""
    data = OUT / "data"
    if not data.exists():
        OUT.mkdir(parents=True, exist_ok=True)
        fresh_data = OUT / "playing"
        shutil.rmtree(fresh_data, ignore_errors=True)
        command = [*CARAVAN, "demo", "--no-keep", "--data", str(fresh_data), "--port", str(free_port()), "--lang", "ru"]
        environ = {name: value for name, value in os.environ.items() if not name.endswith("_URL")}
        log = OUT / "play.log"
        if Child(command, environ, log, log).wait(plays.PLAY_SECONDS) != 0:
            raise SystemExit(log.read_text(encoding="utf-8"))
        fresh_data.rename(data)
    return data


def _ids(origin: str) -> dict[str, str]:
    """Find the mission and the company, and move the clock into the mission."""
    import requests  # noqa: PLC0415  # after `prepare`, which lets it show a token

    with requests.Session() as session:
        session.put(f"{origin}/registration/v1/clock", json={"now": DURING}, timeout=30).raise_for_status()
        mission = session.get(f"{origin}/registration/v1/missions", timeout=30).json()["items"][0]["id"]
        found = session.get(f"{origin}/registration/v1/organisations", params={"reference": COMPANY}, timeout=30)
        return {"mission": mission, "company": found.json()["items"][0]["id"]}


def _take(read: Any, shot: Shot, ids: dict[str, str], look: str, options: dict[str, Any]) -> None:
    page = read(as_admin=not shot.of_company, **options)
    if shot.of_company:
        token = signed_in.token({Role.DELEGATE: [ids["company"]]})
        page.context.add_cookies([{"name": "caravan-token", "value": token, "url": ids["origin"]}])
    page.goto(shot.path.format(**ids))
    page.wait_for_load_state("networkidle")
    page.screenshot(path=OUT / f"{shot.name}-{look}.png", full_page=True)
    wide = page.evaluate("document.documentElement.scrollWidth - document.documentElement.clientWidth")
    if wide > 0:
        raise SystemExit(f"{shot.name} is {wide} px wider than the screen ({look})")
    page.context.close()


if __name__ == "__main__":
    sys.exit(main())
