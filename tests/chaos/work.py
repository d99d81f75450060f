"""What an organiser does before a mission: each wish goes to the model first, then as a request into a lane."""

import time
from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta

from chaos import bodies
from chaos.lanes import Lanes
from chaos.model import Mission, Model, Organisation
from chaos.organiser import Organiser


class TimeIsUpError(KeyboardInterrupt):
    """The run is over; the one kind of end that Hypothesis takes for no finding."""


@dataclass
class Work:
    """One client at work; `lane` is that of the mission which is being played."""

    model: Model
    organiser: Organiser
    lanes: Lanes
    ends_at: float
    """When to begin nothing more, by the monotonic clock."""
    lane: int = 0

    def begin(self) -> None:
        """Go on in the next lane: another mission, beside those that are still under way."""
        self.lane += 1

    def end(self) -> None:
        """Bring forward by a moment what time brings, now that everything was asked for."""
        matching = self.organiser.matching
        at = datetime.fromisoformat(matching.get("/v1/clock")["now"])
        matching.put("/v1/clock", {"now": (at + timedelta(seconds=1)).isoformat()})

    def go_on(self) -> None:
        """Raise TimeIsUpError once the time is up."""
        if time.monotonic() > self.ends_at:
            raise TimeIsUpError

    def plan_mission(self, key: str) -> None:
        """Plan a mission and open it."""
        self.model.missions[key] = Mission(key)

        def work() -> None:
            registration = self.organiser.registration
            made = self.organiser.create(registration, "/v1/missions", key, bodies.mission(key))
            registration.transition(f"/v1/missions/{made['id']}/opening")
            self.organiser.ledger.promised("registration", "mission", reference=key)

        self._do("mission announced", key, work)

    def close_mission(self, key: str) -> None:
        """Close a mission once everybody who was approved has been decided on, as an organiser would."""
        mission = self.model.missions[key]
        was_open, mission.is_open = mission.is_open, False
        mission.told += was_open
        awaited = [one.key for one in self.model.applications.values() if one.mission == key and one.participant]

        def work() -> None:
            for application in awaited:
                self.await_participant(application)
            self._step(f"/v1/missions/{self.organiser.ids[key]}/closing", {}, granted=was_open)

        self._do("mission closed", key, work)

    def register_organisation(self, key: str, side: str) -> None:
        """Register a company."""
        self.model.organisations[key] = Organisation(key, side)

        def work() -> None:
            body = bodies.organisation(key, side)
            self.organiser.create(self.organiser.registration, "/v1/organisations", key, body)
            self.organiser.ledger.promised("registration", "organisation", reference=key)

        self._do("organisation registered", key, work)

    def rename_organisation(self, key: str, number: int) -> None:
        """Correct a company's name; the same name again is no news."""
        organisation = self.model.organisations[key]
        organisation.told += organisation.name != number
        organisation.name = number

        def work() -> None:
            self.organiser.registration.patch(f"/v1/organisations/{self.organiser.ids[key]}", bodies.named(key, number))

        self._do("organisation changed", key, work)

    def apply(self, key: str, mission: str, organisation: str, people: int, *, submit: bool) -> bool:
        """Apply to a mission; tell whether that has to be taken."""
        names = [f"{key}-p{number}" for number in range(people)]
        granted = self.model.apply(key, mission, organisation, names, submit=submit)
        side = self.model.organisations[organisation].side

        def work() -> None:
            ids = self.organiser.ids
            body = bodies.application(ids[mission], ids[organisation], side, names, submit=submit)
            if not granted:
                self.organiser.registration.refused("POST", "/v1/applications", body)
                return
            made = self.organiser.create(self.organiser.registration, "/v1/applications", key, body)
            ids.update({one["reference"]: one["id"] for one in made["delegates"]})
            natural = {"mission_id": ids[mission], "organisation_id": ids[organisation]}
            self.organiser.ledger.promised("registration", "application", **natural)

        self._do("applied", key, work)
        return granted

    def submit(self, key: str) -> None:
        """Hand an application in."""
        granted = self.model.submit(key)
        self._do("submitted", key, lambda: self._step(self._application(key, "submission"), {}, granted=granted))

    def review(self, key: str, verdict: str, *, late: bool = False) -> None:
        """Decide on an application."""
        granted = self.model.review(key, verdict, late=late)
        step, body = {
            "approved": ("approval", {"late": late}),
            "rejected": ("rejection", {"reason": "no"}),
            "changes_requested": ("changes-request", {"reason": "more"}),
            "waitlisted": ("waitlisting", {"reason": "full"}),
        }[verdict]
        self._do(verdict, key, lambda: self._step(self._application(key, step), body, granted=granted))

    def withdraw(self, key: str) -> None:
        """Take an application back."""
        granted = self.model.withdraw(key)
        self._do("withdrawn", key, lambda: self._step(self._application(key, "withdrawal"), {}, granted=granted))

    def publish(self, key: str) -> None:
        """Publish a new profile."""
        number = self.model.publish(key)

        def work() -> None:
            path, client = self._application(key, "profile"), self.organiser.registration
            if number is None:
                client.refused("PUT", path, bodies.profile(0))
            else:
                self.organiser.replace(client, path, f"profile {key}", bodies.profile(number))

        self._do("profile published", key, work)

    def dismiss(self, key: str) -> None:
        """Take an organisation out of a mission, once the mission has decided on it."""
        if not self.model.dismiss(key):
            return

        def work() -> None:
            path = f"/v1/participants/{self.await_participant(key)}/withdrawal"
            self.organiser.registration.transition(path, {"reason": "left"})

        self._do("participant withdrawn", key, work)

    def check_in(self, key: str) -> None:
        """Note that an organisation that takes part has arrived."""
        application = self.model.applications[key]
        if application.participant != "admitted":
            return
        application.has_arrived = True

        def work() -> None:
            self.organiser.registration.transition(f"/v1/participants/{self.await_participant(key)}/check-in")

        self._do("checked in", key, work)

    def await_participant(self, key: str) -> str:
        """Wait until the mission has decided on an organisation; return the participant's id."""
        application, ids = self.model.applications[key], self.organiser.ids
        query = {"mission_id": ids[application.mission], "organisation_id": ids[application.organisation]}
        found: list[str] = []

        def is_decided() -> bool:
            found[:] = [row["id"] for row in self.organiser.registration.items("/v1/participants", **query)]
            return bool(found)

        self.organiser.until(is_decided, f"the mission decides on {key}")
        return found[0]

    def _application(self, key: str, step: str) -> str:
        return f"/v1/applications/{self.organiser.ids[key]}/{step}"

    def _step(self, path: str, body: bodies.Body, *, granted: bool) -> None:
        client = self.organiser.registration
        if granted:
            client.transition(path, body)
        else:
            client.refused("POST", path, body)

    def _do(self, kind: str, what: str, work: Callable[[], None]) -> None:
        """Put a request into the lane."""
        self.lanes.submit(self.lane, kind, f"{kind} {what}", work)
