"""Let sound requests speak of what there is in the world: else nearly all of them end at the first id."""

from schemathesis.core.parameters import ParameterLocation

from trespass.asking import PARTS
from trespass.world import EIGHT, HALF_HOUR, IN_A_MONTH

SHARE = 0.8
"""How many of the values that the world knows are taken from there."""
IDS = {name: (known,) for name, known in PARTS.items()} | {
    "mission_id": ("a.mission", "a.mission", "a.mission", "b.mission", "draft"),
    "application_id": ("a.g1.application", "begun", "handed in"),
    "organisation_id": ("a.g1", "a.spare", "slow"),
    "participant_id": ("a.g1.participant", "waits"),
    "person_id": ("a.g1.delegate", "b.g1.delegate"),
    "from_organisation_id": ("a.g1", "a.g2", "a.h1"),
    "to_organisation_id": ("a.h1", "a.g2"),
    "guest_id": ("a.g1", "a.g2"),
    "host_id": ("a.h1",),
    "scope": ("a.mission",),
}
"""Names of parameters and fields, each with the things in the world that may stand there."""
WORDS = {
    "code": ("RU-KLU", "RU-KYA", "RU-TVE"),
    "region": ("RU-KLU",),
    "guest_region": ("RU-KLU",),
    "host_region": ("RU-KYA",),
    "timezone": ("Asia/Krasnoyarsk", "UTC"),
    "email": ("somebody@example.org",),
    "starts_on": ("2030-03-04",),
    "ends_on": ("2030-03-05",),
    "checked_on": ("2030-06-04",),
    "starts_at": (EIGHT.isoformat(),),
    "ends_at": ((EIGHT + HALF_HOUR).isoformat(),),
    "signed_at": ((EIGHT + 9 * HALF_HOUR).isoformat(),),
    "given_at": (EIGHT.isoformat(),),
    "withdrawn_from": (EIGHT.isoformat(),),
    "now": ((EIGHT + 11 * HALF_HOUR).isoformat(),),
    "expires_at": (IN_A_MONTH,),
    "role": ("organiser",),
    "kind": ("interregional",),
    "months": (3, 6),
    "number": (1,),
    "dry_run": (True, False),
}
LIST = b"Code;Organisation\nnew-1;Pumps\n"


def place(case, ids, random):
    """Put what is in the world into the parts of a case with which nothing is wrong."""
    sound = {place for place, found in case.meta.components.items() if found.mode.is_positive}
    if ParameterLocation.PATH in sound:
        case.path_parameters = _known(case.path_parameters, ids, random)
    if ParameterLocation.QUERY in sound:
        case.query = _known(case.query, ids, random)
    if ParameterLocation.BODY in sound and isinstance(case.body, dict) and case.media_type == "application/json":
        case.body = _known(case.body, ids, random)  # an absent body that is set anew would be taken for a wrong one
    elif ParameterLocation.BODY in sound and case.media_type == "multipart/form-data":
        case.body = {"file": LIST}


def known(name, ids, number):
    """Return what the world knows under the name of a parameter, one after the other."""
    found = [ids[thing] for thing in IDS[name]] if name in IDS else WORDS[name]
    return found[number % len(found)]


def _known(value, ids, random, name=""):
    if isinstance(value, dict):
        return {key: _known(inner, ids, random, key) for key, inner in value.items()}
    if isinstance(value, list):
        return [_known(inner, ids, random, name) for inner in value]
    if random.random() > SHARE:
        return value
    if name in IDS and isinstance(value, str):
        return ids.get(random.choice(IDS[name]), value)
    if name in WORDS and isinstance(value, type(WORDS[name][0])):
        return random.choice(WORDS[name])
    return "".join(char for char in value if char.isprintable()) or "x" if isinstance(value, str) else value
