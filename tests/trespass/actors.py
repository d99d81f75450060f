"""Who walks through the services: every role of this mission, of the other one, and of other regions."""

from access.actor import ANONYMOUS, Actor
from access.matrix import Deed
from access.roles import Role
from signed_in import anonymous, token

PERSON = "person:00000000-0000-4000-8000-000000000007"
HTML = "text/html"


def actors(world):
    """Return all actors by their names; the walk is through what belongs to mission `a` and its company `g1`."""
    ids = world.ids
    organiser_deeds = frozenset(deed for deed in Deed if deed is not Deed.LOOK)
    claims = {
        "admin": {Role.ADMIN: ["*"]},
        "agency of a third region": {Role.AGENCY: ["RU-TVE"]},
        "agency of the host region": {Role.AGENCY: ["RU-KYA"]},
        "agency of the guest region": {Role.AGENCY: ["RU-KLU"]},
        "agency of another mission": {Role.AGENCY: ["RU-SVE", "RU-OMS"]},
        "organiser of another mission": {Role.ORGANISER: [ids["b.mission"]]},
        "organiser of this mission": {Role.ORGANISER: [ids["a.mission"]]},
        "delegate of another mission": {Role.DELEGATE: [ids["b.g1"]]},
        "delegate of another organisation": {Role.DELEGATE: [ids["a.g2"]]},
        "delegate of the organisation": {Role.DELEGATE: [ids["a.g1"]]},
        "reader of another mission": {Role.READER: [ids["b.mission"]]},
        "reader of this mission": {Role.READER: [ids["a.mission"]]},
        "person without a role": {},
    }
    found = {name: an_actor(held) for name, held in claims.items()}
    this, other = {Role.ORGANISER: [ids["a.mission"]]}, {Role.ORGANISER: [ids["b.mission"]]}
    found["key with a wrong scope"] = an_actor(this, id="key:1", deeds=frozenset({Deed.CLOCK_READ, Deed.SELF}))
    found["key of another mission"] = an_actor(other, id="key:2", deeds=organiser_deeds)
    return {"anonymous": ANONYMOUS, **found}


def an_actor(claims, **changes):
    held = {role: frozenset(map(str, scopes)) for role, scopes in claims.items()}
    return Actor(**{"id": PERSON, "claims": held} | changes)


def headers(actor, *, page):
    """Return what a request of an actor carries: a cookie to a page, a bearer to the API."""
    if not actor.is_known:
        return {"Accept": HTML} if page else anonymous()
    text = token(actor.claims, actor_id=actor.id, deeds=actor.deeds)
    return {"Accept": HTML, "Cookie": f"caravan-token={text}"} if page else {"Authorization": f"Bearer {text}"}
