"""Ask every operation of an API what its document allows and forbids, as several people, and judge each answer."""

from collections import Counter
from collections.abc import Callable, Mapping
from dataclasses import dataclass, field
from random import Random
from typing import Any

import schemathesis
from schemathesis.config import SchemathesisConfig
from schemathesis.core.failures import FailureGroup

from access.matrix import Deed
from access.roles import Role
from fuzzed.cases import at_the_limits, drawn
from fuzzed.claims import ADDED, LEFT_OUT
from fuzzed.placing import place
from trespass.actors import actors, an_actor, headers

CONFIG = {"generation": {"with-security-parameters": False}}
"""Who asks is said by `people`, and not drawn."""
NAMES = ("organiser of this mission", "delegate of the organisation")
AS_ADMIN = 5
"""How often the admin asks for each time that another does, to whom much is not there."""


@dataclass(kw_only=True)
class Walk:
    """One walk through an API, and what came of it.

    people: headers that say who asks; ids: what there is, by names; put_back: undoes what an operation has done.
    every: of the cases at the limits each so many-th is sent; examples: so many sound and unsound ones are drawn.
    """

    app: Any
    seed: int
    people: list
    ids: Mapping[str, str]
    put_back: Callable[[], object]
    answers: Counter = field(default_factory=Counter)
    accepted: set = field(default_factory=set)
    operations: set = field(default_factory=set)
    findings: dict = field(default_factory=dict)

    def go(self, *, examples, every=1):
        """Walk through all operations."""
        for operation in operations(self.app):
            self.operations.add(operation.label)
            random = Random(f"{self.seed} {operation.label}")
            limits = at_the_limits(operation)[self.seed % every :: every]
            for case in [*limits, *drawn(operation, examples, self.seed)]:
                place(case, self.ids, random)
                self.ask(case, random.choice(self.people))
            self.put_back()

    def ask(self, case, shown):
        """Send a request with the headers of somebody, and judge the answer."""
        try:
            answer = case.call_and_validate(headers=shown, additional_checks=ADDED, excluded_checks=LEFT_OUT)
        except FailureGroup as group:
            for one in group.exceptions:
                self.findings.setdefault((case.operation.label, one.title, one.message), str(group))
            return
        self.answers[answer.status_code] += 1
        if answer.status_code < 300 and answer.request.method == case.operation.method.upper():
            self.accepted.add(case.operation.label)


def operations(app):
    """Return the operations of an API, as its own document tells them."""
    schema = schemathesis.openapi.from_wsgi("/v1/openapi.json", app, config=SchemathesisConfig.from_dict(CONFIG))
    return [found.ok() for found in schema.get_all_operations()]


def walk_of(kept, service, seed):
    """Begin a walk through a service of a world."""
    world = kept.world
    everybody = actors(world)
    key = an_actor({Role.ORGANISER: [world.ids["a.mission"]]}, id="key:3", deeds=frozenset(Deed))
    known = [*[everybody["admin"]] * AS_ADMIN, *(everybody[name] for name in NAMES), key]
    by_key = {"Authorization": f"Basic {world.ids['basic']}"}
    people = [{}, by_key, *(headers(actor, page=False) for actor in known)]
    return Walk(app=world.apps[service], seed=seed, people=people, ids=world.ids, put_back=kept.put_back)
