"""What a walker sends to a route: an address with the ids of mission `a`, and a body that nothing is wrong with."""

import json
import re
from io import BytesIO

from flask import session

from builders.registration import a_consent, a_delegate, an_item
from servicekit.web import live
from trespass.actors import headers
from trespass.world import EIGHT, HALF_HOUR, IN_A_MONTH, a_mission, a_programme, an_organisation

live.LASTS_SECONDS = 0.0  # a stream that is open tells once who may follow
NOBODYS = "00000000-0000-4000-8000-00000000dead"
PARTS = {
    "mission_id": "a.mission",
    "application_id": "a.g1.application",
    "delegate_id": "a.g1.delegate",
    "person_id": "a.g1.delegate",
    "participant_id": "a.g1.participant",
    "organisation_id": "a.g1",
    "partner_id": "a.h1",
    "grant_id": "a.grant",
    "key_id": "a.key",
    "request_id": "a.request",
    "meeting_id": "a.meeting",
    "signal_id": "a.signal",
    "agreement_id": "a.agreement",
    "run_id": "a.run",
    "edit_id": "a.edit",
    "delivery_id": "a.g1.delivery",
    "letter_id": "letter",
}
PLAIN = {
    "code": "RU-KLU",
    "months": "3",
    "number": "1",
    "state": "0",
    "name": "look.css",
    "type_": "caravan.mission.announced.v1",
    "action": "discard",
    "part": "agenda",
    "verb": "lock",
    "token": "nobodys",
    "session_id": NOBODYS,
    "attempt_id": NOBODYS,
    "message_id": NOBODYS,
    "passkey_id": NOBODYS,
    "provider": "nobodys",
    "turn": "closing",
}

MISSION_FORM = {
    "kind": "interregional",
    "titles/en": "Mission",
    "guest_region": "RU-KLU",
    "host_region": "RU-KYA",
    "starts_on": "2030-03-04",
    "ends_on": "2030-03-05",
    "timezone": "Asia/Krasnoyarsk",
}


def address(world, rule):
    """Fill a rule with what belongs to mission `a`."""
    path = re.sub(r"<(?:[^<>:]*:)?(\w+)>", lambda found: _part(world, found[1]), rule)
    scoped = {"/v1/members": "scope", "/v1/api-keys": "scope"}
    if rule in scoped:
        path += f"?scope={world.ids['a.mission']}"
    if rule.endswith("/timetable-draft/places"):
        path += f"?meeting_id={world.ids['a.meeting']}"
    if rule.endswith("/timetable/places"):
        path += f"?item={world.ids['a.meeting']}"
    if rule == "/tiles/people":
        path += "?" + "&".join(f"ids={one.id}" for one in world.things if one.kind == "delegate")
    return path


def _part(world, name):
    return world.ids[PARTS[name]] if name in PARTS else PLAIN[name]


def bodies(world):
    """Return every body by its name in the rows."""
    ids = world.ids
    ends = {"mission_id": ids["a.mission"], "guest_id": ids["a.g1"], "host_id": ids["a.h1"]}
    later = (EIGHT + 9 * HALF_HOUR).isoformat()
    invited = {"email": "new@example.org", "scope": ids["a.mission"]}
    application = {"mission_id": ids["a.mission"], "organisation_id": ids["a.spare"], "side": "guest"}
    profile = {"offers": [an_item("Pumps")], "needs": []}
    asked = {"mission_id": ids["a.mission"], "from_organisation_id": ids["a.g1"], "to_organisation_id": ids["a.h1"]}
    said = {"organisation_id": ids["a.g1"], "partner_id": ids["a.h1"], "kind": "not_for_us"}
    key = {"name": "new", "role": "reader", "scopes": ["missions:read"], "expires_at": IN_A_MONTH}
    place = {"slot": "elsewhere", "table": "T1"}
    seen = {"meeting_id": ids["a.meeting"], "from": place}
    return {
        "empty": {},
        "addition": {"guest_id": ids["a.g1"], "host_id": ids["a.h1"], "to": place},
        "draft": {"version": 0},
        "lock": seen,
        "move": seen | {"to": place},
        "removal": seen | {"reason": "why"},
        "swap": seen | {"other_meeting_id": NOBODYS, "other_from": place},
        "mission form": MISSION_FORM,
        "region form": {"codes": "RU-OMS"},
        "member form": {"email": "new@example.org", "office": f"organiser:{ids['a.mission']}", "language": "en"},
        "form": {"reason": "why", "stars": "4", "notice": "absent", "meeting_id": ids["a.meeting"], **said},
        "reason": {"reason": "why"},
        "clock": {"now": later},
        "member": invited | {"role": "organiser"},
        "key": key | {"scope": ids["a.mission"]},
        "application": application | {"profile": profile, "delegates": [a_delegate("new/p")]},
        "avoids": {"organisation_ids": []},
        "delegate": a_delegate("one-more"),
        "profile": profile,
        "language": {"language": "en"},
        "absence": {"starts_at": EIGHT.isoformat(), "ends_at": (EIGHT + HALF_HOUR).isoformat()},
        "mission": a_mission("new", "RU-KLU", "RU-KYA"),
        "programme": a_programme(),
        "mission_changes": {"organiser_phone": "+7 391 200-00-00"},
        "organisation": an_organisation("new", "RU-KLU"),
        "about": {"about": {"en": "Pumps"}},
        "consents": {"consents": [a_consent()]},
        "agreement": ends | {"type": "supply_contract", "subject": "Pumps", "signed_at": later},
        "answer": {"checked_on": "2030-06-04", "status": "realised"},
        "request": asked,
        "signal": said | {"mission_id": ids["a.mission"]},
        "own": {"organisation_id": ids["a.g1"]},
        "notice": {"organisation_id": ids["a.g1"], "kind": "absent"},
        "slot": {"slot": "s3"},
        "rating": {"organisation_id": ids["a.g1"], "stars": 5},
    }


def sent(world, service, method, rule, row, actor):
    """Send a request of an actor, and return the answer."""
    app, path = world.apps[service], address(world, rule)
    is_page = not (rule == "/v1" or rule.startswith("/v1/") or rule == "/metrics")
    told = headers(actor, page=is_page)
    options = {}
    if row.body.endswith("form"):
        fields, cookie = _form_of(app, told.get("Cookie", ""))
        options["data"] = bodies(world)[row.body] | fields
        told["Cookie"] = cookie
    elif row.body == "list":
        options["data"] = {"file": (BytesIO(f"Code;Organisation\nnew-1;{NOBODYS}\n".encode()), "list.csv")}
    elif row.body:
        options = {"data": json.dumps(bodies(world)[row.body]), "content_type": "application/json"}
    stranger = app.test_client_class.__base__(app, app.response_class, use_cookies=False)
    return stranger.open(path, method=method, headers=told, buffered=True, **options)


def _form_of(app, cookie):
    """Return a form's token as a page would have given it to whoever holds a cookie, and all cookies."""
    with app.test_request_context("/", headers={"Cookie": cookie}):
        app.preprocess_request()
        made = app.jinja_env.globals["csrf_token"]()
        kept = app.session_interface.get_signing_serializer(app).dumps(dict(session))
    return {"csrf_token": made}, "; ".join(filter(None, (cookie, f"{app.config['SESSION_COOKIE_NAME']}={kept}")))
