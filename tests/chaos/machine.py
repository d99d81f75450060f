"""The state machine that draws the work of an organiser's client: each example is one mission more on one platform."""

from typing import Any, ClassVar

from hypothesis import HealthCheck, Phase, Verbosity, settings
from hypothesis import seed as seeded
from hypothesis import strategies as st
from hypothesis.stateful import (
    Bundle,
    RuleBasedStateMachine,
    consumes,
    initialize,
    invariant,
    multiple,
    rule,
    run_state_machine_as_test,
)

from chaos import bodies
from chaos.meetings import Meetings
from chaos.work import TimeIsUpError

STEPS = 60
"""How many wishes make up one mission, beside those with which it begins."""
SETTINGS = settings(
    max_examples=1_000_000,
    stateful_step_count=STEPS,
    phases=[Phase.generate],
    deadline=None,
    database=None,
    verbosity=Verbosity.quiet,
    suppress_health_check=list(HealthCheck),
)
SIDES = ("guest", "host")
VERDICTS = ("approved", "approved", "rejected", "changes_requested", "waitlisted")


def run(work: Meetings, seed: int) -> None:
    """Draw and do work until the time is up; the same seed draws the same work."""
    machine = type("SeededWork", (ClientWork,), {"work": work, "examples": iter(range(1, SETTINGS.max_examples))})
    try:
        run_state_machine_as_test(seeded(seed)(machine), settings=SETTINGS)
    except TimeIsUpError:
        return


class ClientWork(RuleBasedStateMachine):
    """What an organiser may wish for next; the model knows what has to come of it."""

    work: ClassVar[Meetings]
    examples: ClassVar[Any]

    companies = Bundle("companies")
    applications = Bundle("applications")
    fresh = Bundle("fresh")
    insiders = Bundle("insiders")
    delegates = Bundle("delegates")
    wishes = Bundle("wishes")

    def __init__(self) -> None:
        super().__init__()
        self._name = f"m{next(self.examples)}"
        self._counts = dict.fromkeys("ocdwat", 0)

    def _key(self, kind: str) -> str:
        self._counts[kind] += 1
        return f"{self._name}-{kind}{self._counts[kind]}"

    @initialize(targets=(applications, insiders))
    def gather(self) -> Any:
        """Let two of each side take part, so that there is somebody to meet."""
        gathered = [self._applied(side) for side in SIDES for _ in range(2)]
        for application in gathered:
            self.work.review(application, "approved")
        return multiple(*gathered)

    @initialize(targets=(applications, fresh))
    def leave_undecided(self) -> Any:
        """Let three more of each side apply."""
        return multiple(*[self._applied(side) for side in SIDES for _ in range(3)])

    def _applied(self, side: str) -> str:
        """Register a company and let it apply; the first one begins the mission."""
        if self._name not in self.work.model.missions:
            self.work.begin()
            self.work.plan_mission(self._name)
        company, application = self._key("o"), self._key("c")
        self.work.register_organisation(company, side)
        self.work.apply(application, self._name, company, 1, submit=True)
        return application

    @invariant()
    def time_is_left(self) -> None:
        self.work.go_on()

    @rule(target=companies, side=st.sampled_from(SIDES))
    def register(self, side: str) -> str:
        company = self._key("o")
        self.work.register_organisation(company, side)
        return company

    @rule(company=companies, number=st.integers(0, 2))
    def rename(self, company: str, number: int) -> None:
        self.work.rename_organisation(company, number)

    @rule(
        targets=(applications, fresh),
        company=companies,
        people=st.integers(0, 2),
        submit=st.sampled_from((True, True, False)),
    )
    def apply(self, company: str, people: int, submit: bool) -> Any:  # noqa: FBT001  # Hypothesis names it
        key = self._key("c")
        return multiple(key) if self.work.apply(key, self._name, company, people, submit=submit) else multiple()

    @rule(application=applications)
    def submit(self, application: str) -> None:
        self.work.submit(application)

    @rule(application=consumes(fresh), verdict=st.sampled_from(VERDICTS), late=st.booleans())
    def decide(self, application: str, verdict: str, late: bool) -> None:  # noqa: FBT001  # Hypothesis names it
        self._review(application, verdict, late)

    @rule(application=applications, verdict=st.sampled_from(VERDICTS), late=st.booleans())
    def decide_again(self, application: str, verdict: str, late: bool) -> None:  # noqa: FBT001  # Hypothesis names it
        self._review(application, verdict, late)

    def _review(self, application: str, verdict: str, late: bool) -> None:  # noqa: FBT001  # as its callers
        self.work.review(application, verdict, late=late and verdict == "approved")

    @rule(application=applications)
    def publish(self, application: str) -> None:
        self.work.publish(application)

    @rule(application=applications, rarely=st.integers(0, 3))
    def leave(self, application: str, rarely: int) -> None:
        """Take an application back, or let the mission take its organisation out."""
        (self.work.withdraw if rarely == 3 else self.work.dismiss if rarely == 2 else self.work.check_in)(application)

    @rule(target=delegates, application=applications)
    def come(self, application: str) -> Any:
        key = self._key("d")
        return multiple(key) if self.work.name_delegate(key, application) else multiple()

    @rule(delegate=delegates, is_online=st.booleans())
    def change(self, delegate: str, is_online: bool) -> None:  # noqa: FBT001  # Hypothesis names it
        self.work.change_delegate(delegate, is_online=is_online)

    @rule(delegate=delegates, mailbox=st.sampled_from(bodies.MAILBOXES))
    def move(self, delegate: str, mailbox: int) -> None:
        self.work.change_delegate(delegate, mailbox=mailbox)

    @rule(delegate=delegates, slot=st.integers(0, 5))
    def be_away(self, delegate: str, slot: int) -> None:
        self.work.report_absence(delegate, slot)

    @rule(delegate=delegates)
    def go(self, delegate: str) -> None:
        self.work.remove_delegate(delegate)

    @rule(target=wishes, one=insiders, other=insiders)
    def ask(self, one: str, other: str) -> Any:
        key = self._key("w")
        return multiple(key) if self.work.ask(key, one, other) else multiple()

    @rule(wish=wishes, step=st.sampled_from(("acceptance", "acceptance", "refusal", "withdrawal")))
    def answer(self, wish: str, step: str) -> None:
        self.work.answer(wish, step)

    @rule(rarely=st.integers(0, 2))
    def recommend(self, rarely: int) -> None:
        if rarely == 2:
            self.work.recommend(self._name)

    @rule(rarely=st.integers(0, 2))
    def schedule(self, rarely: int) -> None:
        if rarely == 2:
            self.work.make_timetable(self._key("t"), self._name)

    @rule(number=st.integers(0, 5))
    def call_off(self, number: int) -> None:
        self.work.call_off(self._name, number)

    @rule(one=insiders, other=insiders)
    def sign(self, one: str, other: str) -> None:
        self.work.sign(self._key("a"), one, other)

    @rule(rarely=st.integers(0, 3))
    def close(self, rarely: int) -> None:
        if rarely == 3:
            self.work.close_mission(self._name)
