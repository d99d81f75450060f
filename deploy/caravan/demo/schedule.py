"""The times of all steps of the demo, computed from the scenario."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import date, datetime, time, timedelta
from itertools import groupby
from zoneinfo import ZoneInfo

from caravan.scenario.reader import Scenario
from caravan.scenario.values import Row, instant

MORNING, NOON = time(9), time(12)
OPENING_DAYS, APPROVAL_DAYS, RECOMMENDATION_DAYS = 14, 7, 1
"""Days before the first request at which the mission opens, reviews applications, and recommends."""


@dataclass(frozen=True)
class ScheduledStep:
    """A step after the first timetable: an incident, the end, a signing or checks."""

    at: datetime
    kind: str
    rows: tuple[Row, ...] = ()


_KINDS = ("incident", "end", "signing", "checks")
"""The order of steps at the same instant."""


class Schedule:
    """The times of one scenario, in the zone of the mission."""

    def __init__(self, scenario: Scenario) -> None:
        self._scenario = scenario
        self.zone = ZoneInfo(scenario.mission["timezone"])
        self.starts_at = min(instant(slot["start"]) for slot in scenario.rows("slots")).astimezone(self.zone)
        self.ends_at = max(instant(slot["end"]) for slot in scenario.rows("slots")).astimezone(self.zone)
        incidents = [instant(row["at"]) for row in scenario.rows("timeline")]
        self._timetable_deadline = min([self.starts_at, *incidents]) - timedelta(hours=12)
        """The latest time for the first timetable."""

    @property
    def opening(self) -> datetime:
        """When the mission opens for applications."""
        return self._days_before_requests(OPENING_DAYS)

    @property
    def approval(self) -> datetime:
        """When the applications are reviewed."""
        return self._days_before_requests(APPROVAL_DAYS)

    @property
    def recommendation(self) -> datetime:
        """When the recommendations are published."""
        return self._days_before_requests(RECOMMENDATION_DAYS)

    def _days_before_requests(self, days: int) -> datetime:
        first = min(
            [self._timetable_deadline, *(self._sending_time(row) for row in self._scenario.rows("meeting_requests"))]
        )
        return self._at((first - timedelta(days=days)).date(), MORNING)

    def requests_by_day(self) -> Iterator[tuple[datetime, list[Row]]]:
        """Yield for each day the time of its first request, and its requests in the order of sending."""
        rows = sorted(self._scenario.rows("meeting_requests"), key=self._sending_time)
        for _, of_day in groupby(rows, key=lambda row: self._sending_time(row).date()):
            day = list(of_day)
            yield self._sending_time(day[0]), day

    def _sending_time(self, row: Row) -> datetime:
        if "sent_at" in row:
            return instant(row["sent_at"]).astimezone(self.zone)
        return self._at((self._timetable_deadline - timedelta(days=14)).date(), NOON)

    @property
    def timetable(self) -> datetime:
        """When the first timetable is made: the day after the last request, before the first incident."""
        last = max([self.recommendation, *(self._sending_time(row) for row in self._scenario.rows("meeting_requests"))])
        return max(last, min(self._at(last.date() + timedelta(days=1), NOON), self._timetable_deadline))

    def steps_after_timetable(self) -> list[ScheduledStep]:
        """Return the steps after the first timetable in order."""
        found = [ScheduledStep(self._local(row["at"]), "incident", (row,)) for row in self._scenario.rows("timeline")]
        found += [ScheduledStep(self.ends_at, "end"), *self._signings(), *self._checks()]
        return sorted(found, key=lambda one: (one.at, _KINDS.index(one.kind)))

    def _signings(self) -> Iterable[ScheduledStep]:
        """Yield one step for the agreements of each day, at the time of the last of them."""
        rows = sorted(self._scenario.rows("agreements"), key=self._signing_time)
        for _, together in groupby(rows, key=lambda row: self._signing_time(row).date()):
            of_day = tuple(together)
            yield ScheduledStep(self._signing_time(of_day[-1]), "signing", of_day)

    def _signing_time(self, row: Row) -> datetime:
        return self._local(row["signed_at"])

    def _checks(self) -> Iterable[ScheduledStep]:
        """Yield one step for the checks of each day; each row has the id of its agreement."""
        rows = [
            {**check, "agreement": agreement["id"]}
            for agreement in self._scenario.rows("agreements")
            for check in agreement.get("follow_up") or ()
        ]
        for day, together in groupby(sorted(rows, key=_day), key=_day):
            yield ScheduledStep(self._at(date.fromisoformat(day), NOON), "checks", tuple(together))

    def _local(self, text: str) -> datetime:
        return instant(text).astimezone(self.zone)

    def _at(self, day: date, hour: time) -> datetime:
        return datetime.combine(day, hour, self.zone)


def _day(check: Row) -> str:
    return str(check["checked_on"])
