"""`caravan load FILE`: create the mission of a scenario file on a running platform, through the public API."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

import click
from rich.console import Console
from rich.progress import BarColumn, MofNCompleteColumn, Progress, TextColumn

from caravan.client import JsonObject, Platform, PlatformError, RefusedError, connect, idempotency_key, run_in_parallel
from caravan.scenario import reader, request_bodies, variants
from caravan.scenario.programme import Body
from caravan.scenario.reader import Scenario
from caravan.scenario.values import Row

ProgressCallback = Callable[[str, int, int], None]
"""Called with (kind of rows, how many are loaded, how many there are)."""


@dataclass(frozen=True)
class LoadedMission:
    """The platform's ids of what was loaded, by the ids of the file."""

    mission_id: str
    organisations: Mapping[str, str]
    applications: Mapping[str, str]
    """By the organisation's id in the file."""


@dataclass
class Loader:
    """Loads one scenario; loading again changes nothing, or continues where an earlier run stopped."""

    platform: Platform
    scenario: Scenario
    report: ProgressCallback = field(default=lambda _what, _done, _all: None)

    def load(self) -> LoadedMission:
        """Create everything in the order of its dependencies.

        Raises:
            PlatformError: names the row that was refused, and how many were loaded.

        """
        self._create_all("regions", self._region, self.scenario.rows("regions"))
        (mission,) = self._create_all("mission", self._mission, [self.scenario.mission])
        rows = self.scenario.rows("organisations")
        ids = [found["id"] for found in self._create_all("organisations", self._organisation, rows)]
        organisations = dict(zip((row["id"] for row in rows), ids, strict=True))
        self._create_all("opening", lambda _: self._open(mission, organisations), [mission])
        applied = self._create_all("applications", lambda row: self._apply(row, mission, organisations), rows)
        applications = dict(zip(organisations, (found["id"] for found in applied), strict=True))
        return LoadedMission(mission["id"], organisations, applications)

    def _create_all(self, what: str, work: Callable[[Row], Any], rows: Sequence[Row]) -> list[Any]:
        done: list[str] = []
        self.report(what, 0, len(rows))

        def one(row: Row) -> Any:
            try:
                found = work(row)
            except PlatformError as error:
                name = row.get("id") or row.get("code") or ""
                raise PlatformError(
                    f"Stopped at {what} {name}, {len(done)} of {len(rows)} are loaded.\n{error.message}\n"
                    "Correct the cause and load the file again: nothing is created twice."
                ) from error
            done.append(what)
            self.report(what, len(done), len(rows))
            return found

        return run_in_parallel(one, rows)

    def _region(self, row: Row) -> None:
        path = f"/v1/regions/{row['code']}"
        try:
            self.platform.registration.get(path)
        except RefusedError as error:
            if error.status != 404:
                raise
            self.platform.registration.put(path, request_bodies.region(self.scenario, row))

    def _mission(self, _row: Row) -> JsonObject:
        return self._create_or_find(
            "/v1/missions", request_bodies.mission(self.scenario), {"reference": self.scenario.id}
        )

    def _organisation(self, row: Row) -> JsonObject:
        body = request_bodies.organisation(self.scenario, row)
        return self._create_or_find("/v1/organisations", body, {"reference": row["id"]})

    def _open(self, mission: JsonObject, organisations: Mapping[str, str]) -> None:
        path = f"/v1/missions/{mission['id']}"
        registration = self.platform.registration
        if registration.get(path)["status"] == "draft":
            registration.put(f"{path}/programme", request_bodies.programme(self.scenario, organisations))
            registration.transition(f"{path}/opening")

    def _apply(self, row: Row, mission: JsonObject, organisations: Mapping[str, str]) -> JsonObject:
        body = request_bodies.application(self.scenario, row, mission["id"], organisations)
        natural_key = {"mission_id": mission["id"], "organisation_id": body["organisation_id"]}
        return self._create_or_find("/v1/applications", body, natural_key)

    def _create_or_find(self, path: str, body: Body, natural_key: Mapping[str, str]) -> JsonObject:
        """Create a resource; if it exists with the same natural key and the same facts, return that one."""
        try:
            answer: JsonObject = self.platform.registration.post(
                path, body, key=idempotency_key(path, natural_key, body)
            )
        except RefusedError as error:
            if error.status != 409:
                raise
            answer = self._find_same(path, body, natural_key, error)
        return answer

    def _find_same(self, path: str, body: Body, natural_key: Mapping[str, str], refusal: RefusedError) -> JsonObject:
        found = self._find(path, natural_key)
        if len(found) != 1 or _is_different(body, found[0]):
            raise refusal
        return found[0]

    def _find(self, path: str, natural_key: Mapping[str, str]) -> list[JsonObject]:
        return list(self.platform.registration.items(path, **natural_key))


_IDENTITY_FIELDS = ("names", "titles", "region", "guest_region", "host_region", "starts_on", "ends_on", "side")


def _is_different(body: Body, found: JsonObject) -> bool:
    """Return whether the existing resource with the same key differs from the file."""
    return any(name in body and name in found and body[name] != found[name] for name in _IDENTITY_FIELDS)


def warn_unknown_fields(scenario: Scenario) -> None:
    """Print the fields of the file that are ignored."""
    for fault in scenario.unknown:
        click.echo(f"Note: {fault}", err=True)


@click.command("load")
@click.argument("file", type=click.Path(path_type=Path, exists=True, dir_okay=False))
@click.option("--variant", help="Load the mission in one of the variants that the file describes.")
@click.option("--url", envvar="CARAVAN_URL", help="Origin of the platform.  [default: http://127.0.0.1:8000]")
def load_command(file: Path, variant: str | None, url: str | None) -> None:
    """Load the mission of FILE, in the format trade-mission-scenario/1, into a running platform.

    The whole file is checked before the first request: an invalid one is refused with place
    and cause, and nothing of it is sent. Unknown fields are listed and ignored. The mission
    stays a draft until its organisations are loaded. Loading a file again changes nothing, or
    continues where it stopped.

    REGISTRATION_URL takes the place of --url if services have different addresses.
    """
    scenario = variants.apply_variant(reader.read(file), variant)
    warn_unknown_fields(scenario)
    console = Console(stderr=True)
    columns = (TextColumn("{task.description:>14}"), BarColumn(), MofNCompleteColumn())
    with Progress(*columns, console=console) as progress:
        tasks: dict[str, Any] = {}

        def report(what: str, done: int, every: int) -> None:
            if what not in tasks:
                tasks[what] = progress.add_task(what, total=every)
            progress.update(tasks[what], completed=done)

        loaded = Loader(connect(url, scenario.language), scenario, report).load()
    people = len(scenario.staff)
    click.echo(f"{scenario.id} is in: {len(loaded.organisations)} organisations, {people} people.")
    click.echo(f"Mission {loaded.mission_id}")
