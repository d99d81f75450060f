"""What an organiser does with people and meetings: delegates, requests, timetables, agreements."""

import time

from caravan.client import RefusedError
from chaos import bodies
from chaos.model import Request
from chaos.organiser import LOOK_SECONDS, SurpriseError
from chaos.work import Work

TIME_LIMIT_SECONDS = 2.0
"""How long the solver may think."""
RUN_SECONDS = 240.0


class Meetings(Work):
    """The second half of a client's work."""

    def name_delegate(self, key: str, application: str) -> bool:
        """Name one more person; tell whether that has to be taken."""
        granted = self.model.name_delegate(key, application)

        def work() -> None:
            path, client = self._application(application, "delegates"), self.organiser.registration
            if not granted:
                client.refused("POST", path, bodies.delegate(key))
                return
            made = self.organiser.create(client, path, key, bodies.delegate(key))
            self.organiser.ledger.promised("registration", "delegate", id=made["id"])

        self._do("delegate came", key, work)
        return granted

    def change_delegate(self, key: str, *, is_online: bool | None = None, mailbox: int | None = None) -> None:
        """Correct how a person takes part, which all may know, or an address, which hardly anybody may."""
        delegate = self.model.delegates[key]
        changes: bodies.Body = {}
        if is_online is not None:
            changes["attendance"] = "online" if is_online else "in_person"
        if mailbox is not None:
            changes["email"] = bodies.address(key, mailbox)
        granted = not delegate.is_removed
        if granted:
            public = is_online is not None and is_online != delegate.is_online
            private = mailbox is not None and mailbox != delegate.mailbox
            self.model.tell_of(key, public=public, private=private)
            delegate.is_online = delegate.is_online if is_online is None else is_online
            delegate.mailbox = delegate.mailbox if mailbox is None else mailbox

        def work() -> None:
            path, client = f"/v1/delegates/{self.organiser.ids[key]}", self.organiser.registration
            if granted:
                client.patch(path, changes)
            else:
                client.refused("PATCH", path, changes)

        self._do("delegate changed", key, work)

    def report_absence(self, key: str, slot: int) -> None:
        """Report hours in which a person is away."""
        delegate = self.model.delegates[key]
        granted = not delegate.is_removed
        if granted:
            self.model.tell_of(key, public=slot not in delegate.absent)
            delegate.absent.add(slot)

        def work() -> None:
            path, client = f"/v1/delegates/{self.organiser.ids[key]}/absences", self.organiser.registration
            if granted:
                client.post(path, bodies.absence(slot))
            else:
                client.refused("POST", path, bodies.absence(slot))

        self._do("absence reported", key, work)

    def remove_delegate(self, key: str) -> None:
        """Take a person off the list."""
        granted = self.model.remove(key)

        def work() -> None:
            path, client = f"/v1/delegates/{self.organiser.ids[key]}", self.organiser.registration
            if granted:
                client.delete(path)
            else:
                client.refused("DELETE", path, None)

        self._do("delegate went", key, work)

    def ask(self, key: str, one: str, other: str) -> bool:
        """Ask for a meeting of two that take part; tell whether that has to be taken."""
        asker, asked = self.model.applications[one], self.model.applications[other]
        both_are_in = asker.participant == asked.participant == "admitted"
        if one == other or asker.mission != asked.mission or not both_are_in:
            return False
        refusal = self.model.may_ask(one, other)
        if refusal is None:
            self.model.requests[key] = Request(key, frozenset((one, other)))

        def work() -> None:
            ids, matching = self.organiser.ids, self.organiser.matching
            ends = {"from": ids[asker.organisation], "to": ids[asked.organisation]}
            body = {f"{end}_organisation_id": id_ for end, id_ in ends.items()} | {"mission_id": ids[asker.mission]}
            if refusal:
                self.organiser.eventually(lambda: matching.refused("POST", "/v1/meeting-requests", body, refusal))
                return
            made = self.organiser.eventually(lambda: self.organiser.create(matching, "/v1/meeting-requests", key, body))
            self.organiser.ledger.promised("matching", "meeting_request", id=made["id"])

        self._do("request sent", key, work)
        return refusal is None

    def answer(self, key: str, step: str) -> None:
        """Answer a request or take it back."""
        granted = self.model.answer(key, step)

        def work() -> None:
            path, matching = f"/v1/meeting-requests/{self.organiser.ids[key]}/{step}", self.organiser.matching
            if granted:
                matching.transition(path)
            else:
                matching.refused("POST", path, {})

        self._do(f"request: {step}", key, work)

    def recommend(self, mission: str) -> None:
        """Tell everybody whom to meet."""

        def work() -> None:
            path = f"/v1/missions/{self.organiser.ids[mission]}/recommendations/publication"
            self.organiser.eventually(lambda: self.organiser.matching.transition(path))

        self._do("recommendations", mission, work)

    def make_timetable(self, key: str, mission: str) -> None:
        """Let a timetable be made and publish it, where there is anybody to meet."""
        if not all(self.model.admitted(mission, side) for side in ("guest", "host")):
            return
        self.model.timetables[mission] = self.model.timetables.get(mission, 0) + 1

        def work() -> None:
            path = f"/v1/missions/{self.organiser.ids[mission]}/timetable-runs"
            body = {"time_limit_seconds": TIME_LIMIT_SECONDS}
            run = self.organiser.eventually(lambda: self.organiser.create(self.organiser.matching, path, key, body))
            self._until_published(f"/v1/timetable-runs/{run['id']}")

        self._do("timetable", key, work)

    def call_off(self, mission: str, number: int) -> None:
        """Call one of the standing meetings off, if any stands."""
        if mission not in self.model.timetables:
            return

        def work() -> None:
            matching = self.organiser.matching
            rows = matching.items(f"/v1/missions/{self.organiser.ids[mission]}/meetings")
            standing = sorted(row["id"] for row in rows if row["status"] in ("scheduled", "moved"))
            if not standing:
                return
            path = f"/v1/meetings/{standing[number % len(standing)]}/cancellation"
            try:
                matching.transition(path, {"reason": "called off"})
            except RefusedError as error:
                if error.kind != "meeting-settled":  # a repair was faster
                    raise

        self._do("meeting called off", mission, work)

    def sign(self, key: str, one: str, other: str) -> None:
        """Note an agreement of a guest and a host that take part."""
        ends = {self.model.applications[end].side: self.model.applications[end] for end in (one, other)}
        are_in = all(end.participant == "admitted" for end in ends.values())
        if len(ends) < 2 or not are_in or ends["guest"].mission != ends["host"].mission:
            return
        self.model.agreements[key] = ends["guest"].mission

        def work() -> None:
            ids, matching = self.organiser.ids, self.organiser.matching
            sides = (ids[ends[side].organisation] for side in ("guest", "host"))
            body = bodies.agreement(ids[ends["guest"].mission], *sides, key)
            self.organiser.eventually(lambda: self.organiser.create(matching, "/v1/agreements", key, body))
            self.organiser.ledger.promised("matching", "agreement", subject=key)

        self._do("agreement signed", key, work)

    def _until_published(self, path: str) -> None:
        matching, end = self.organiser.matching, time.monotonic() + RUN_SECONDS
        while (status := (run := matching.get(path))["status"]) != "published":
            if status == "failed" or time.monotonic() > end:
                raise SurpriseError(f"{path} is {status}: {run['error']}")
            if status == "solved":
                matching.transition(f"{path}/publication")
            time.sleep(LOOK_SECONDS)
