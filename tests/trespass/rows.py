"""The facts of every route: which deed it is, and what its address, its body or its answer names."""

from dataclasses import dataclass

from access.matrix import Deed


@dataclass(frozen=True, kw_only=True)
class Row:
    """A route: `deed` None is open to everybody without a word, as health and the documents of the API are.

    of: kind and name of the thing in its address.
    end: kind and name of whom one has to speak for, too.
    by: the deed that it takes towards the thing, where that is another one; then nobody learns whether it is there.
    names: kind, name and deed of what the body or the query names: one of them is enough.
    lists: kind of what it answers, each where it may be known by `lists_by`.
    """

    deed: Deed | None = None
    of: tuple[str, str] | None = None
    end: tuple[str, str] | None = None
    by: Deed | None = None
    names: tuple[tuple[str, str, Deed], ...] = ()
    lists: str = ""
    lists_by: Deed | None = None
    body: str = ""
    is_nobodys: bool = False
    """Whether the thing in its address is none of any walker's, whatever the role."""
    needs_session: bool = False
    """Whether a browser has to show a session that is on its way in, or in: no walker has one, all have a token."""


def row(deed, of=None, **facts):
    return Row(deed=deed, of=of, **facts)


D = Deed
MISSION, COMPANY, APPLICATION = ("mission", "a.mission"), ("organisation", "a.g1"), ("application", "a.g1.application")
PERSON, PARTICIPANT = ("delegate", "a.g1.delegate"), ("participant", "a.g1.participant")
REQUEST, MEETING, AGREEMENT = ("request", "a.request"), ("meeting", "a.meeting"), ("agreement", "a.agreement")
SIGNAL = ("signal", "a.signal")
RUN, DELIVERY = ("run", "a.run"), ("delivery", "a.g1.delivery")
OPEN = Row()
RUN_IT = (("mission", "a.mission", D.MISSIONS_RUN),)
FOR_G1 = (("participant", "a.g1", D.REQUESTS_WRITE),)
SIGNERS = (("participant", "a.g1", D.AGREEMENTS_WRITE), ("participant", "a.h1", D.AGREEMENTS_WRITE))
SENDS = (("delivery", "a.g1.delivery", D.MESSAGES_SEND),)
APPLIES = (("organisation", "a.spare", D.APPLICATIONS_WRITE), *RUN_IT)

KIT = {
    "GET /events/dead": row(D.EVENTS_REPAIR),
    "GET /events/dead/<string:letter_id>": row(D.EVENTS_REPAIR),
    "GET /events/dead/<string:letter_id>/<any(replay, discard):action>": row(D.EVENTS_REPAIR),
    "POST /events/dead/<string:letter_id>/<any(replay, discard):action>": row(D.EVENTS_REPAIR, body="form"),
    "GET /health/live": OPEN,
    "GET /health/ready": OPEN,
    "GET /journal": row(D.AUDIT_READ),
    "GET /look/<state>/<path:name>": OPEN,
    "GET /metrics": row(D.METRICS_READ),
    "GET /people/<uuid:person_id>": row(D.PEOPLE_READ, PERSON),
    "GET /people/<uuid:person_id>/export.json": row(D.PEOPLE_READ, PERSON),
    "GET /v1": OPEN,
    "GET /v1/": OPEN,
    "GET /v1/clock": row(D.CLOCK_READ),
    "PUT /v1/clock": row(D.CLOCK_MOVE, body="clock"),
    "GET /v1/events": row(D.EVENTS_READ),
    "GET /v1/events/asyncapi.json": OPEN,
    "GET /v1/events/catalogue": OPEN,
    "GET /v1/events/dead": row(D.EVENTS_REPAIR),
    "GET /v1/events/dead/<letter:letter_id>": row(D.EVENTS_REPAIR),
    "POST /v1/events/dead/<letter:letter_id>/discard": row(D.EVENTS_REPAIR, body="reason"),
    "POST /v1/events/dead/<letter:letter_id>/replay": row(D.EVENTS_REPAIR, body="reason"),
    "POST /v1/events/dead/replay": row(D.EVENTS_REPAIR, body="reason"),
    "GET /v1/events/schemas/<type_>.json": OPEN,
    "GET /v1/journal": row(D.AUDIT_READ),
    "GET /v1/openapi.json": OPEN,
    "GET /v1/people/<uuid:person_id>/export": row(D.PEOPLE_READ, PERSON),
}

_LOOK = row(D.LOOK)
_OWN = row(D.LOOK, needs_session=True)
_FACTORS = "/me/factors"
SIGN_IN = {
    "GET /me": row(D.SELF),
    "POST /me/sessions/<uuid:session_id>/end": row(D.SELF, body="form", is_nobodys=True),
    "POST /me/people/<uuid:person_id>/silence": row(D.SELF, body="form", is_nobodys=True),
    "POST /me/erasure": row(D.SELF, body="form", is_nobodys=True),
    "GET /sign-in": _LOOK,
    "POST /sign-in": _LOOK,
    "GET /sign-in/code/<uuid:attempt_id>": _LOOK,
    "POST /sign-in/code/<uuid:attempt_id>": _LOOK,
    "GET /sign-in/link/<token>": _LOOK,
    "POST /sign-in/link/<token>": _LOOK,
    "POST /sign-out": _LOOK,
    "GET /sign-in/factor": _OWN,
    "POST /sign-in/factor/passkey/challenge": _OWN,
    "POST /sign-in/factor/passkey": _OWN,
    "POST /sign-in/factor/code": _OWN,
    "POST /sign-in/passkey/challenge": _LOOK,
    "POST /sign-in/passkey": _LOOK,
    "GET /sign-in/oidc/<provider>": _LOOK,
    "GET /sign-in/oidc/<provider>/return": _LOOK,
    f"GET {_FACTORS}": _OWN,
    f"POST {_FACTORS}/passkeys/challenge": _OWN,
    f"POST {_FACTORS}/passkeys": _OWN,
    f"POST {_FACTORS}/passkeys/<uuid:passkey_id>/name": _OWN,
    f"POST {_FACTORS}/passkeys/<uuid:passkey_id>/removal": _OWN,
    f"POST {_FACTORS}/app/secret": _OWN,
    f"GET {_FACTORS}/app": _OWN,
    f"POST {_FACTORS}/app": _OWN,
    f"POST {_FACTORS}/app/removal": _OWN,
    f"POST {_FACTORS}/recovery-codes": _OWN,
    "POST /v1/tokens": _LOOK,
    "GET /v1/sessions": row(D.SELF),
    "DELETE /v1/sessions/<uuid:session_id>": row(D.SELF, is_nobodys=True),
    "GET /v1/members": row(D.MEMBERS_MANAGE, names=RUN_IT),
    "POST /v1/members": row(D.MEMBERS_MANAGE, names=RUN_IT, body="member"),
    "DELETE /v1/members/<uuid:grant_id>": row(D.MEMBERS_MANAGE, MISSION, by=D.MISSIONS_RUN),
    "GET /v1/api-keys": row(D.KEYS_MANAGE, names=RUN_IT),
    "POST /v1/api-keys": row(D.KEYS_MANAGE, names=RUN_IT, body="key"),
    "DELETE /v1/api-keys/<uuid:key_id>": row(D.KEYS_MANAGE, MISSION, by=D.MISSIONS_RUN),
}

_LIST = {"lists": "delegate", "lists_by": D.PEOPLE_READ}
_TAKE_BACK = "/missions/<uuid:mission_id>/members/<uuid:grant_id>/removal"
_APPLIED = "/v1/applications/<uuid:application_id>"
_PROGRAMME = "/missions/<uuid:mission_id>/programme/<any(agenda, slots, tables, walking, interpreters):part>"
_STEPS, _PERSON = "/applications/<uuid:application_id>", "/delegates/<uuid:delegate_id>"
APPLYING = {
    "GET /missions": _LOOK,
    "GET /missions/<uuid:mission_id>/about": _LOOK,
    "GET /missions/<uuid:mission_id>/mine": row(D.SELF),
    "GET /missions/<uuid:mission_id>/application": row(D.SELF),
    "POST /missions/<uuid:mission_id>/application": row(D.ORGANISATIONS_REGISTER, body="form"),
    f"GET {_STEPS}/company": row(D.ORGANISATIONS_WRITE, APPLICATION),
    f"POST {_STEPS}/company": row(D.ORGANISATIONS_WRITE, APPLICATION, body="form"),
    f"GET {_STEPS}/profile": row(D.APPLICATIONS_WRITE, APPLICATION),
    f"POST {_STEPS}/profile": row(D.APPLICATIONS_WRITE, APPLICATION, body="form"),
    f"POST {_STEPS}/earlier-profile": row(D.APPLICATIONS_WRITE, APPLICATION, body="form"),
    f"GET {_STEPS}/people": row(D.PEOPLE_WRITE, APPLICATION),
    f"GET {_STEPS}/people/new": row(D.PEOPLE_WRITE, APPLICATION),
    f"POST {_STEPS}/people/new": row(D.PEOPLE_WRITE, APPLICATION, body="form"),
    f"GET {_STEPS}/check": row(D.APPLICATIONS_WRITE, APPLICATION),
    f"POST {_STEPS}/check": row(D.APPLICATIONS_WRITE, APPLICATION, body="form"),
    f"POST {_STEPS}/withdrawal": row(D.APPLICATIONS_WRITE, APPLICATION, body="form"),
    f"GET {_PERSON}": row(D.PEOPLE_WRITE, PERSON),
    f"POST {_PERSON}": row(D.PEOPLE_WRITE, PERSON, body="form"),
    f"POST {_PERSON}/absence": row(D.PEOPLE_WRITE, PERSON, body="form"),
    f"POST {_PERSON}/whole-mission": row(D.PEOPLE_WRITE, PERSON, body="form"),
    f"POST {_PERSON}/removal": row(D.PEOPLE_WRITE, PERSON, body="form"),
    "GET /company-numbers": row(D.SELF),
}

REGISTRATION = {
    **APPLYING,
    "GET /": row(D.SELF, lists="mission", lists_by=D.MISSIONS_READ),
    "GET /missions/<uuid:mission_id>": row(D.REPORTS_READ, MISSION),
    "GET /live/mission/<uuid:mission_id>": row(D.REPORTS_READ, MISSION),
    "GET /missions/new": row(D.MISSIONS_PLAN),
    "POST /missions/new": row(D.MISSIONS_PLAN, names=(("mission", "a.mission", D.MISSIONS_PLAN),), body="mission form"),
    "GET /missions/<uuid:mission_id>/settings": row(D.MISSIONS_RUN, MISSION),
    "POST /missions/<uuid:mission_id>/settings": row(D.MISSIONS_RUN, MISSION, body="mission form"),
    "GET /missions/<uuid:mission_id>/<any(opening, closing):turn>": row(D.MISSIONS_RUN, MISSION),
    "POST /missions/<uuid:mission_id>/<any(opening, closing):turn>": row(D.MISSIONS_RUN, MISSION, body="form"),
    "GET /missions/<uuid:mission_id>/members": row(D.MEMBERS_MANAGE, MISSION, names=RUN_IT),
    "POST /missions/<uuid:mission_id>/members": row(D.MEMBERS_MANAGE, MISSION, names=RUN_IT, body="member form"),
    f"GET {_TAKE_BACK}": row(D.MEMBERS_MANAGE, MISSION, names=RUN_IT),
    f"POST {_TAKE_BACK}": row(D.MEMBERS_MANAGE, MISSION, names=RUN_IT, body="form"),
    "POST /regions": row(D.REGIONS_MANAGE, body="region form"),
    "GET /missions/<uuid:mission_id>/applications": row(
        D.MISSIONS_READ, MISSION, lists="application", lists_by=D.APPLICATIONS_READ
    ),
    "GET /missions/<uuid:mission_id>/applications/<uuid:application_id>": row(D.APPLICATIONS_READ, APPLICATION),
    "GET /missions/<uuid:mission_id>/review": row(D.APPLICATIONS_REVIEW, MISSION, by=D.MISSIONS_READ),
    "POST /missions/<uuid:mission_id>/review/<uuid:application_id>": row(
        D.APPLICATIONS_REVIEW, APPLICATION, body="form"
    ),
    "GET /missions/<uuid:mission_id>/programme": row(D.MISSIONS_RUN, MISSION),
    f"GET {_PROGRAMME}/form": row(D.MISSIONS_RUN, MISSION),
    f"POST {_PROGRAMME}": row(D.MISSIONS_RUN, MISSION, body="form"),
    f"POST {_PROGRAMME}/removal": row(D.MISSIONS_RUN, MISSION, body="form"),
    "GET /lists/template.xlsx": _LOOK,
    "GET /missions/<uuid:mission_id>/participants.xlsx": row(D.PARTICIPANTS_READ, MISSION),
    "GET /missions/<uuid:mission_id>/participants.csv": row(D.PARTICIPANTS_READ, MISSION, **_LIST),
    "GET /v1/imports/template.xlsx": _LOOK,
    "POST /v1/missions/<uuid:mission_id>/imports": row(D.APPLICATIONS_WRITE, MISSION, by=D.MISSIONS_READ, body="list"),
    "GET /v1/missions/<uuid:mission_id>/participants.xlsx": row(D.PARTICIPANTS_READ, MISSION),
    "GET /v1/missions/<uuid:mission_id>/participants.csv": row(D.PARTICIPANTS_READ, MISSION, **_LIST),
    "GET /v1/organisations/<uuid:organisation_id>/same-number": row(D.ORGANISATIONS_READ, COMPANY),
    "GET /tiles/contacts/<uuid:meeting_id>": row(D.PEOPLE_READ, ("exchange", "a.meeting")),
    "GET /tiles/people": row(D.PEOPLE_READ, lists="delegate"),
    "GET /v1/applications": row(D.APPLICATIONS_READ, lists="application"),
    "POST /v1/applications": row(D.APPLICATIONS_WRITE, names=APPLIES, body="application"),
    f"GET {_APPLIED}": row(D.APPLICATIONS_READ, APPLICATION),
    f"POST {_APPLIED}/approval": row(D.APPLICATIONS_REVIEW, APPLICATION, body="empty"),
    f"PUT {_APPLIED}/avoids": row(D.APPLICATIONS_WRITE, APPLICATION, body="avoids"),
    f"POST {_APPLIED}/changes-request": row(D.APPLICATIONS_REVIEW, APPLICATION, body="reason"),
    f"POST {_APPLIED}/delegates": row(D.PEOPLE_WRITE, APPLICATION, body="delegate"),
    f"PUT {_APPLIED}/profile": row(D.APPLICATIONS_WRITE, APPLICATION, body="profile"),
    f"POST {_APPLIED}/rejection": row(D.APPLICATIONS_REVIEW, APPLICATION, body="reason"),
    f"POST {_APPLIED}/submission": row(D.APPLICATIONS_WRITE, APPLICATION),
    f"POST {_APPLIED}/waitlisting": row(D.APPLICATIONS_REVIEW, APPLICATION, body="empty"),
    f"POST {_APPLIED}/withdrawal": row(D.APPLICATIONS_WRITE, APPLICATION, body="empty"),
    "GET /v1/delegates": row(D.PEOPLE_READ, lists="delegate"),
    "GET /v1/delegates/<uuid:delegate_id>": row(D.PEOPLE_READ, PERSON),
    "PATCH /v1/delegates/<uuid:delegate_id>": row(D.PEOPLE_WRITE, PERSON, body="language"),
    "DELETE /v1/delegates/<uuid:delegate_id>": row(D.PEOPLE_WRITE, PERSON),
    "POST /v1/delegates/<uuid:delegate_id>/absences": row(D.PEOPLE_WRITE, PERSON, body="absence"),
    "GET /v1/delegates/<uuid:delegate_id>/consents": row(D.PEOPLE_READ, PERSON),
    "POST /v1/delegates/<uuid:delegate_id>/consents": row(D.PEOPLE_WRITE, PERSON, body="consents"),
    "GET /v1/consent-documents": _LOOK,
    "DELETE /v1/people/<uuid:person_id>": row(D.PEOPLE_WRITE, PERSON),
    "GET /v1/people/<uuid:person_id>/erasure": row(D.PEOPLE_READ, is_nobodys=True),
    "GET /v1/erasures": row(D.PEOPLE_READ, lists="erasure"),
    "GET /v1/missions": row(D.MISSIONS_READ, lists="mission"),
    "POST /v1/missions": row(D.MISSIONS_PLAN, names=(("mission", "a.mission", D.MISSIONS_PLAN),), body="mission"),
    "GET /v1/missions/<uuid:mission_id>": row(D.MISSIONS_READ, MISSION),
    "PATCH /v1/missions/<uuid:mission_id>": row(D.MISSIONS_RUN, MISSION, body="mission_changes"),
    "POST /v1/missions/<uuid:mission_id>/closing": row(D.MISSIONS_RUN, MISSION),
    "POST /v1/missions/<uuid:mission_id>/opening": row(D.MISSIONS_RUN, MISSION),
    "PUT /v1/missions/<uuid:mission_id>/programme": row(D.MISSIONS_RUN, MISSION, body="programme"),
    "GET /v1/missions/<uuid:mission_id>/summary": row(D.REPORTS_READ, MISSION),
    "GET /v1/organisations": row(D.ORGANISATIONS_READ, lists="organisation"),
    "POST /v1/organisations": row(D.ORGANISATIONS_REGISTER, body="organisation"),
    "GET /v1/organisations/<uuid:organisation_id>": row(D.ORGANISATIONS_READ, COMPANY),
    "PATCH /v1/organisations/<uuid:organisation_id>": row(D.ORGANISATIONS_WRITE, COMPANY, body="about"),
    "GET /v1/organisations/<uuid:organisation_id>/consents": row(D.PEOPLE_READ, COMPANY),
    "POST /v1/organisations/<uuid:organisation_id>/consents": row(D.ORGANISATIONS_WRITE, COMPANY, body="consents"),
    "GET /v1/participants": row(D.PARTICIPANTS_READ, lists="participant"),
    "GET /v1/participants/<uuid:participant_id>": row(D.PARTICIPANTS_READ, PARTICIPANT),
    "POST /v1/participants/<uuid:participant_id>/admission": row(D.PARTICIPANTS_DECIDE, PARTICIPANT),
    "POST /v1/participants/<uuid:participant_id>/check-in": row(D.PARTICIPANTS_DECIDE, PARTICIPANT),
    "POST /v1/participants/<uuid:participant_id>/withdrawal": row(D.PARTICIPANTS_DECIDE, PARTICIPANT, body="empty"),
    "GET /v1/regions": row(D.REGIONS_READ),
    "GET /v1/regions/<code>": row(D.REGIONS_READ),
    "PUT /v1/regions/<code>": row(D.REGIONS_MANAGE, body="empty"),
}

_ONE = "/v1/missions/<uuid:mission_id>"
_DRAFT, _WAITING = f"{_ONE}/timetable-draft", "/timetable-runs/<uuid:run_id>"
_HALL = "/missions/<uuid:mission_id>/timetable"
_ASKED, _MET = "/v1/meeting-requests/<uuid:request_id>", "/v1/meetings/<uuid:meeting_id>"
_AS_G1 = {"end": ("participant", "a.g1"), "body": "form"}
_AS_H1 = {"end": ("participant", "a.h1"), "body": "form"}
_PARTNERS, _MEETING, _WISH = (
    "/missions/<uuid:mission_id>/partners",
    "/meetings/<uuid:meeting_id>",
    "/meeting-requests/<uuid:request_id>",
)
OF_COMPANIES = {
    f"GET {_PARTNERS}": row(D.REQUESTS_WRITE, MISSION),
    f"GET {_PARTNERS}/catalogue": row(D.REQUESTS_WRITE, MISSION),
    f"GET {_PARTNERS}/requests": row(D.REQUESTS_WRITE, MISSION),
    f"GET {_PARTNERS}/<uuid:partner_id>": row(D.REQUESTS_WRITE, MISSION),
    f"POST {_PARTNERS}/<uuid:partner_id>": row(D.REQUESTS_WRITE, MISSION, **_AS_G1),
    "GET /missions/<uuid:mission_id>/my-timetable": row(D.REQUESTS_WRITE, MISSION),
    "GET /missions/<uuid:mission_id>/my-timetable.ics": row(D.REQUESTS_WRITE, MISSION),
    "GET /missions/<uuid:mission_id>/tiles/meetings": row(D.REQUESTS_WRITE, MISSION),
    "GET /missions/<uuid:mission_id>/tiles/partners": row(D.REQUESTS_WRITE, MISSION),
    f"GET {_MEETING}": row(D.REQUESTS_WRITE, MEETING),
    f"GET {_MEETING}/agreement": row(D.AGREEMENTS_WRITE, MEETING),
    f"POST {_MEETING}/agreement": row(D.AGREEMENTS_WRITE, MEETING, **_AS_G1),
    f"POST {_MEETING}/confirmation": row(D.REQUESTS_WRITE, MEETING, **_AS_G1),
    f"POST {_MEETING}/contacts": row(D.OWN_WRITE, MEETING, **_AS_G1),
    f"POST {_MEETING}/contacts/withdrawal": row(D.OWN_WRITE, MEETING, **_AS_G1),
    f"POST {_MEETING}/note": row(D.OWN_WRITE, MEETING, **_AS_G1),
    f"POST {_MEETING}/notice": row(D.REQUESTS_WRITE, MEETING, **_AS_G1),
    f"POST {_MEETING}/notice/withdrawal": row(D.REQUESTS_WRITE, MEETING, **_AS_G1),
    f"POST {_WISH}/acceptance": row(D.REQUESTS_WRITE, REQUEST, **_AS_H1),
    f"GET {_WISH}/proposal": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.h1")),
    f"POST {_WISH}/proposal": row(D.REQUESTS_WRITE, REQUEST, **_AS_H1),
    f"POST {_WISH}/proposal/acceptance": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.g2"), body="form"),
    f"GET {_WISH}/refusal": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.h1")),
    f"POST {_WISH}/refusal": row(D.REQUESTS_WRITE, REQUEST, **_AS_H1),
    f"POST {_WISH}/withdrawal": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.g2"), body="form"),
}
MATCHING = {
    "GET /live/day/<uuid:mission_id>": row(D.MEETINGS_RUN, MISSION),
    "GET /live/timetable/<uuid:mission_id>": row(D.TIMETABLES_READ, MISSION),
    "GET /live/my-timetable/<uuid:mission_id>": row(D.REQUESTS_WRITE, MISSION),
    "GET /live/my-meeting/<uuid:meeting_id>": row(D.REQUESTS_WRITE, MEETING),
    "GET /": row(D.MEETINGS_READ, lists="mission"),
    **OF_COMPANIES,
    "GET /meetings/<uuid:meeting_id>/rating": row(D.REQUESTS_WRITE, MEETING),
    "POST /meetings/<uuid:meeting_id>/rating": row(D.REQUESTS_WRITE, MEETING, end=("participant", "a.g1"), body="form"),
    "GET /missions/<uuid:mission_id>/day": row(D.MEETINGS_RUN, MISSION),
    "POST /missions/<uuid:mission_id>/day-outcome": row(D.MEETINGS_RUN, MISSION, body="form"),
    "GET /missions/<uuid:mission_id>/day/meetings/<uuid:meeting_id>/cancellation": row(D.MEETINGS_RUN, MISSION),
    "POST /missions/<uuid:mission_id>/day/meetings/<uuid:meeting_id>/cancellation": row(
        D.MEETINGS_RUN, MISSION, body="form"
    ),
    "GET /missions/<uuid:mission_id>/exposure": row(D.MEETINGS_RUN, MISSION),
    "GET /missions/<uuid:mission_id>/map": row(D.MEETINGS_RUN, MISSION),
    "GET /missions/<uuid:mission_id>/recommendations": row(D.MEETINGS_READ, MISSION),
    "POST /missions/<uuid:mission_id>/recommendations/publication": row(D.MEETINGS_RUN, MISSION, body="form"),
    "POST /missions/<uuid:mission_id>/recommendations/resumption": row(D.MEETINGS_RUN, MISSION, body="form"),
    "POST /missions/<uuid:mission_id>/recommendations/stop": row(D.MEETINGS_RUN, MISSION, body="form"),
    "GET /missions/<uuid:mission_id>/report": row(D.REPORTS_READ, MISSION),
    "GET /missions/<uuid:mission_id>/timetable": row(D.TIMETABLES_READ, MISSION),
    f"GET {_HALL}/addition": row(D.MEETINGS_RUN, MISSION),
    f"GET {_HALL}/conflicts": row(D.MEETINGS_RUN, MISSION),
    f"GET {_HALL}/meetings/<uuid:meeting_id>": row(D.MEETINGS_RUN, MISSION),
    f"GET {_HALL}/places": row(D.MEETINGS_RUN, MISSION),
    f"GET {_HALL}/publication": row(D.MEETINGS_RUN, MISSION),
    f"POST {_HALL}-<any(lock, unlock):verb>": row(D.MEETINGS_RUN, MISSION, body="form"),
    **{
        f"POST {_HALL}-{deed}": row(D.MEETINGS_RUN, MISSION, body="form")
        for deed in ("add", "move", "publication", "remove", "run", "swap", "undo")
    },
    "GET /missions/<uuid:mission_id>/tiles/incidents": row(D.TIMETABLES_READ, MISSION),
    "GET /missions/<uuid:mission_id>/tiles/load": row(D.TIMETABLES_READ, MISSION),
    f"POST {_WAITING}/discard": row(D.MEETINGS_RUN, RUN, body="form"),
    f"POST {_WAITING}/publication": row(D.MEETINGS_RUN, RUN, body="form"),
    f"POST {_WAITING}/stop": row(D.MEETINGS_RUN, RUN, body="form"),
    "POST /missions/<uuid:mission_id>/signals": row(
        D.REQUESTS_WRITE, MISSION, end=("participant", "a.g1"), body="form"
    ),
    "POST /signals/<uuid:signal_id>/withdrawal": row(D.REQUESTS_WRITE, SIGNAL, body="form"),
    "GET /v1/agreements": row(D.MEETINGS_READ, lists="agreement"),
    "POST /v1/agreements": row(D.AGREEMENTS_WRITE, names=SIGNERS, body="agreement"),
    "POST /v1/agreements/<uuid:agreement_id>/checks/<int:months>": row(D.AGREEMENTS_WRITE, AGREEMENT, body="answer"),
    "GET /v1/meeting-requests": row(D.MEETINGS_READ, lists="request"),
    "POST /v1/meeting-requests": row(D.REQUESTS_WRITE, names=FOR_G1, body="request"),
    f"POST {_ASKED}/acceptance": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.h1")),
    f"GET {_ASKED}/free-times": row(D.REQUESTS_WRITE, REQUEST),
    f"POST {_ASKED}/proposal": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.h1"), body="slot"),
    f"POST {_ASKED}/proposal/acceptance": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.g2")),
    f"POST {_ASKED}/refusal": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.h1"), body="empty"),
    f"POST {_ASKED}/withdrawal": row(D.REQUESTS_WRITE, REQUEST, end=("participant", "a.g2")),
    f"POST {_MET}/cancellation": row(D.MEETINGS_RUN, MEETING, body="reason"),
    f"POST {_MET}/confirmation": row(D.REQUESTS_WRITE, MEETING, end=("participant", "a.g1"), body="own"),
    f"POST {_MET}/contacts": row(D.OWN_WRITE, MEETING, end=("participant", "a.g1"), body="own"),
    f"POST {_MET}/contacts/withdrawal": row(D.OWN_WRITE, MEETING, end=("participant", "a.g1"), body="own"),
    f"POST {_MET}/notice": row(D.REQUESTS_WRITE, MEETING, end=("participant", "a.g1"), body="notice"),
    f"POST {_MET}/notice/withdrawal": row(D.REQUESTS_WRITE, MEETING, end=("participant", "a.g1"), body="own"),
    f"POST {_MET}/holding": row(D.MEETINGS_RUN, MEETING),
    f"POST {_MET}/lock": row(D.MEETINGS_RUN, MEETING),
    f"POST {_MET}/no-show": row(D.MEETINGS_RUN, MEETING, body="reason"),
    f"POST {_MET}/rating": row(D.REQUESTS_WRITE, MEETING, end=("participant", "a.g1"), body="rating"),
    f"POST {_MET}/unlock": row(D.MEETINGS_RUN, MEETING),
    "GET /v1/signals": row(D.MEETINGS_READ, lists="signal"),
    "POST /v1/signals": row(D.REQUESTS_WRITE, names=FOR_G1, body="signal"),
    "POST /v1/signals/<uuid:signal_id>/withdrawal": row(D.REQUESTS_WRITE, SIGNAL),
    f"GET {_ONE}": row(D.MEETINGS_READ, MISSION),
    f"GET {_ONE}/meetings": row(D.MEETINGS_READ, MISSION, lists="meeting"),
    f"GET {_ONE}/recommendations": row(D.MEETINGS_READ, MISSION, lists="guest"),
    f"GET {_ONE}/recommendations/exposure": row(D.MEETINGS_RUN, MISSION),
    f"POST {_ONE}/recommendations/publication": row(D.MEETINGS_RUN, MISSION),
    f"GET {_ONE}/recommendations/round": row(D.MEETINGS_RUN, MISSION),
    f"POST {_ONE}/recommendations/round": row(D.MEETINGS_RUN, MISSION),
    f"POST {_ONE}/recommendations/round/resumption": row(D.MEETINGS_RUN, MISSION),
    f"POST {_ONE}/recommendations/round/stop": row(D.MEETINGS_RUN, MISSION),
    f"GET {_ONE}/report": row(D.REPORTS_READ, MISSION),
    f"GET {_ONE}/report/recommendations": row(D.REPORTS_READ, MISSION),
    f"POST {_ONE}/timetable-runs": row(D.MEETINGS_RUN, MISSION, body="empty"),
    f"GET {_ONE}/timetable-runs": row(D.MEETINGS_RUN, MISSION, lists="run"),
    f"GET {_DRAFT}": row(D.MEETINGS_RUN, MISSION),
    f"POST {_DRAFT}/additions": row(D.MEETINGS_RUN, MISSION, body="addition"),
    f"DELETE {_DRAFT}/edits/<uuid:edit_id>": row(D.MEETINGS_RUN, MISSION),
    f"POST {_DRAFT}/locks": row(D.MEETINGS_RUN, MISSION, body="lock"),
    f"POST {_DRAFT}/moves": row(D.MEETINGS_RUN, MISSION, body="move"),
    f"GET {_DRAFT}/places": row(D.MEETINGS_RUN, MISSION),
    f"GET {_DRAFT}/preview": row(D.MEETINGS_RUN, MISSION),
    f"POST {_DRAFT}/publication": row(D.MEETINGS_RUN, MISSION, body="draft"),
    f"POST {_DRAFT}/removals": row(D.MEETINGS_RUN, MISSION, body="removal"),
    f"POST {_DRAFT}/swaps": row(D.MEETINGS_RUN, MISSION, body="swap"),
    f"POST {_DRAFT}/unlocks": row(D.MEETINGS_RUN, MISSION, body="lock"),
    f"GET {_ONE}/timetables": row(D.TIMETABLES_READ, MISSION),
    f"GET {_ONE}/timetables/<int:number>": row(D.TIMETABLES_READ, MISSION),
    f"GET {_ONE}/timetables/<int:number>/changes": row(D.TIMETABLES_READ, MISSION),
    "GET /v1/timetable-runs/<uuid:run_id>": row(D.MEETINGS_RUN, RUN),
    "POST /v1/timetable-runs/<uuid:run_id>/discard": row(D.MEETINGS_RUN, RUN),
    "GET /v1/timetable-runs/<uuid:run_id>/preview": row(D.MEETINGS_RUN, RUN),
    "POST /v1/timetable-runs/<uuid:run_id>/stop": row(D.MEETINGS_RUN, RUN),
    "POST /v1/timetable-runs/<uuid:run_id>/publication": row(D.MEETINGS_RUN, RUN),
}

NOTIFICATIONS = {
    "GET /": row(D.MESSAGES_READ, lists="delivery"),
    "GET /deliveries": row(D.MESSAGES_READ, lists="delivery"),
    "GET /missions/<uuid:mission_id>/messages/new": row(D.MESSAGES_SEND, names=SENDS),
    "POST /missions/<uuid:mission_id>/messages": row(D.MESSAGES_SEND, names=SENDS, body="form"),
    "GET /missions/<uuid:mission_id>/messages/<uuid:message_id>": row(D.MESSAGES_SEND, MISSION, is_nobodys=True),
    "GET /missions/<uuid:mission_id>/tiles/mails": row(
        D.MESSAGES_READ, names=(("delivery", "a.g1.delivery", D.MESSAGES_READ),)
    ),
    "GET /mails/<uuid:delivery_id>": row(D.MESSAGES_READ, DELIVERY),
    "GET /mails/<uuid:delivery_id>/page": row(D.MESSAGES_READ, DELIVERY),
    "GET /mails/<uuid:delivery_id>/source": row(D.MESSAGES_READ, DELIVERY),
    "GET /v1/deliveries": row(D.MESSAGES_READ, lists="delivery"),
    "GET /v1/deliveries/<uuid:delivery_id>": row(D.MESSAGES_READ, DELIVERY),
    "POST /v1/deliveries/<uuid:delivery_id>/resending": row(D.MESSAGES_SEND, DELIVERY),
    "GET /v1/deliveries/summary": row(D.MESSAGES_READ),
}

FRONT = {"GET /": OPEN}
"""What stands before the services of one process: it leads to the one that is the home."""
ROWS = {
    "registration": KIT | SIGN_IN | REGISTRATION,
    "matching": KIT | MATCHING,
    "notifications": KIT | NOTIFICATIONS,
}
