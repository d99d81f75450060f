"""What the matrix says that a route answers to whom."""

from enum import Enum

from access.matrix import OPEN
from trespass.things import may, sees


class Answer(Enum):
    """How a route answers, as far as access is concerned: the statuses that it may have."""

    OPEN = frozenset(range(200, 400))
    ANYTHING = frozenset(range(200, 500))
    NOT_WITHOUT_SESSION = frozenset({303, 400, 401, 403, 404, 410})
    THROUGH = frozenset(range(200, 500)) - {401, 403, 404}
    SIGN_IN = frozenset({401})
    SIGN_IN_PAGE = frozenset({303})
    FORBIDDEN = frozenset({403})
    HIDDEN = frozenset({404})
    REFUSED = frozenset({403, 404, 422})
    """What a body names may be hidden or not: nothing comes of it."""


REFUSALS = {Answer.SIGN_IN, Answer.SIGN_IN_PAGE, Answer.FORBIDDEN, Answer.HIDDEN, Answer.REFUSED}


def expected(world, service, rule, row, actor):
    """Return how a route answers an actor who asks for what belongs to mission `a`."""
    if row.deed is None or row.deed in OPEN:
        return _of_open(row)
    if not actor.is_known:
        is_api = rule == "/v1" or rule.startswith("/v1/") or rule == "/metrics"
        return Answer.SIGN_IN if is_api else Answer.SIGN_IN_PAGE
    is_found_out = "<" in rule and actor.deeds is None
    if not actor.may_somewhere(row.deed) and (not is_found_out or not row.of):
        return Answer.HIDDEN if is_found_out else Answer.FORBIDDEN
    if row.is_nobodys:
        return Answer.HIDDEN
    if row.names:
        return Answer.THROUGH if _may_one(world, service, row, actor) else Answer.REFUSED
    return _of_thing(world, service, row, actor) if row.of else Answer.THROUGH


def _of_open(row):
    if row.needs_session:
        return Answer.NOT_WITHOUT_SESSION
    return Answer.OPEN if row.deed is None else Answer.ANYTHING


def _may_one(world, service, row, actor):
    return any(may(actor, deed, world.thing(service, kind, name)) for kind, name, deed in row.names)


def _of_thing(world, service, row, actor):
    thing = world.thing(service, *row.of)
    if row.by is not None:
        return Answer.THROUGH if actor.may_somewhere(row.deed) and may(actor, row.by, thing) else Answer.HIDDEN
    if not sees(actor, row.deed, thing):
        return Answer.HIDDEN
    ends = (thing, *(world.thing(service, *end) for end in (row.end,) if end))
    return Answer.THROUGH if all(may(actor, row.deed, end) for end in ends) else Answer.FORBIDDEN


def listed(world, service, row, actor):
    """Return the things that a list has to hold for an actor, and those that it must not hold."""
    kind = "participant" if row.lists == "guest" else row.lists
    mission = world.ids["a.mission"] if row.of else None
    found = [one for one in world.things if (one.service, one.kind) == (service, kind)]
    if row.lists == "guest":
        found = [one for one in found if one.id in {world.ids[f"{name}.g{number}"] for name, number in GUESTS}]
    deed = row.lists_by or row.deed
    mine = [one for one in found if may(actor, deed, one) and mission in (None, one.mission)]
    return mine, [one for one in found if one not in mine]


GUESTS = (("a", 1), ("a", 2), ("b", 1))


def is_answered(answer, wanted):
    """Tell whether an answer is one of those that were wanted."""
    leads_to_sign_in = answer.status_code == 303 and "/sign-in" in answer.headers.get("Location", "")
    if wanted is Answer.SIGN_IN_PAGE:
        return leads_to_sign_in
    return answer.status_code in wanted.value and not (leads_to_sign_in and wanted is Answer.THROUGH)


def amiss(world, service, row, actor, answer):
    """Return what a list has too much of, and what it lacks."""
    mine, others = listed(world, service, row, actor)
    if answer.is_json:
        found = {item.get("id") or item["organisation_id"] for item in answer.json["items"]}
        return {} if found == {one.id for one in mine} else {"lists": found}
    text = answer.get_data(as_text=True)
    told = {one.mark or one.id for one in others if (one.mark or one.id) in text}
    lacking = {one.mark or one.id for one in mine if (one.mark or one.id) not in text}
    return {cause: found for cause, found in (("tells", told), ("lacks", lacking)) if found}
