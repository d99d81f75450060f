"""Two who have met in one mission are recommended to each other in no other, from the moment it is noted."""

from dataclasses import replace
from itertools import product

import pytest
from sqlalchemy import select

from at_once import at_once
from builders.matching import DAY, HALF_HOUR, MISSION, NINE, mission, organisation, profile
from contracts import registration as told
from contracts.matching import RecommendationsPublished
from crowds import GOODS, a_crowd
from matching.handlers.recommendations import incremental, scoring
from matching.handlers.recommendations.scoring import recommend_next
from matching.models import Inputs, Meeting, MissionCopy, Pair
from matching.models.meetings import meeting_id
from matching.queries.recommendations import met_elsewhere
from servicekit import identifiers
from servicekit.app import create_app

OTHER = identifiers.derived("other mission")
PUMPS = "Насосы для водоканала"
GUESTS, HOSTS = ("klu-1", "klu-2"), ("kya-1", "kya-2")


def id_of(name):
    return identifiers.derived("organisation", name)


@pytest.fixture
def both(office):
    """Two missions, over by now, in which the same two guests and two hosts fit one another."""
    return of_two_missions(office)


def of_two_missions(office):
    for mission_id in (MISSION, OTHER):
        office.hear(mission_id, mission(mission_id=mission_id))
    for name, side in (*((name, "guest") for name in GUESTS), *((name, "host") for name in HOSTS)):
        office.hear(id_of(name), organisation(id_of(name), name))
        for mission_id in (MISSION, OTHER):
            take_part(office, mission_id, name, told.Side(side))
    office.work()
    office.set_clock(NINE + 2 * DAY)
    return office


def take_part(office, mission_id, name, side):
    id_ = id_of(name)
    place = told.ParticipantAdmitted(
        participant_id=identifiers.derived(mission_id, "participant", id_),
        mission_id=mission_id,
        organisation_id=id_,
        side=side,
        status="admitted",
        avoids=(),
        withdrawn_from=None,
        checked_in_at=None,
        reason="",
    )
    office.hear(place.participant_id, place)
    wishes = profile(id_, side, **{"needs" if side == "guest" else "offers": PUMPS})
    of_mission = replace(wishes, mission_id=mission_id, profile_id=identifiers.derived(mission_id, "profile", id_))
    office.hear(of_mission.profile_id, of_mission)


def a_meeting(office, mission_id, guest, host):
    """Write down a meeting that had its place in the timetable; return its id."""
    ends = {"guest_id": id_of(guest), "host_id": id_of(host)}
    people = {"guest_person_id": identifiers.fresh(), "host_person_id": identifiers.fresh()}
    place = {"slot": "slot-1-0", "starts_at": NINE, "ends_at": NINE + HALF_HOUR, "table": "T1", "is_online": False}
    id_ = meeting_id(mission_id, *ends.values())
    with office.runtime.database.write() as session:
        known = {"id": id_, "home": session.get_one(MissionCopy, mission_id).home, "version": 1}
        session.add(Meeting(mission_id=mission_id, **known, **ends, **people, **place))
    return id_


def hold(office, meeting):
    assert office.post(f"meetings/{meeting}/holding").status_code == 200


def shown(office, mission_id):
    """Return who is shown whom: guests and hosts by name."""
    names = {str(id_of(name)): name for name in (*GUESTS, *HOSTS)}
    found = set()
    for name in (*GUESTS, *HOSTS):
        answer = office.get(f"missions/{mission_id}/recommendations?organisation_id={id_of(name)}")
        found |= {(name, names[row["organisation_id"]]) for row in answer["items"][0]["partners"]}
    return found


def all_but(*pairs):
    ends = set(product(GUESTS, HOSTS)) - set(pairs)
    return ends | {(host, guest) for guest, host in ends}


def test_pair_that_has_met_leaves_the_lists_of_all_other_missions_when_that_is_noted(both):
    met = a_meeting(both, MISSION, "klu-1", "kya-1")
    before = shown(both, OTHER)

    hold(both, met)

    assert before == all_but()
    assert shown(both, OTHER) == all_but(("klu-1", "kya-1"))
    assert shown(both, MISSION) == all_but()
    both.work()
    assert shown(both, OTHER) == all_but(("klu-1", "kya-1"))


def test_pair_whose_meeting_was_no_meeting_comes_back(both):
    met = a_meeting(both, MISSION, "klu-1", "kya-1")
    hold(both, met)
    both.work()

    answer = both.post(f"meetings/{met}/no-show", {"reason": "Не пришли"})
    both.work()

    assert answer.status_code == 200
    assert shown(both, OTHER) == all_but()


def test_pair_that_met_in_a_third_mission_does_not_come_back(both):
    third = identifiers.derived("third mission")
    both.hear(third, mission(mission_id=third))
    hold(both, a_meeting(both, third, "klu-1", "kya-1"))
    met = a_meeting(both, MISSION, "klu-1", "kya-1")
    hold(both, met)

    both.post(f"meetings/{met}/no-show", {"reason": "Не пришли"})
    both.work()

    assert shown(both, OTHER) == all_but(("klu-1", "kya-1"))
    assert shown(both, MISSION) == all_but(("klu-1", "kya-1"))


def test_pair_that_meets_while_it_is_scored_elsewhere_is_in_no_list(both, monkeypatch):
    met = a_meeting(both, MISSION, "klu-1", "kya-1")
    both.hear(OTHER, mission(mission_id=OTHER, reference="changed"))
    scorer = scoring.scorer

    def meanwhile(name):
        found = scorer(name)
        hold(both, met)
        return found

    monkeypatch.setattr(scoring, "scorer", meanwhile)
    recommend_next(both.runtime)
    monkeypatch.undo()

    assert shown(both, OTHER) == all_but(("klu-1", "kya-1"))


def test_lists_that_lost_a_pair_differ_from_those_that_were_published(both):
    both.post(f"missions/{OTHER}/recommendations/publication")
    hold(both, a_meeting(both, MISSION, "klu-1", "kya-1"))

    at_the_event = both.get(f"missions/{OTHER}/recommendations/exposure")["lists_changed"]
    both.work()
    both.forget()
    both.post(f"missions/{OTHER}/recommendations/publication")

    told_anew = {event.organisation_id for event in both.recorded(RecommendationsPublished)}
    assert at_the_event == 2
    assert told_anew == {id_of("klu-1"), id_of("kya-1")}


def test_newcomer_to_a_large_mission_is_not_recommended_whom_it_has_met(sqlite_runtime_of, tmp_path, monkeypatch):
    monkeypatch.setattr(incremental, "SHARE", 0.3)
    crowd = a_crowd(sqlite_runtime_of, tmp_path)
    crowd.work()
    crowd.hear(OTHER, mission(mission_id=OTHER))
    newcomer = crowd.admit("kya-9", "host", offers=GOODS[0])
    crowd.set_clock(NINE + 2 * DAY)
    scored = incremental._scored

    def meanwhile(*known):
        found = scored(*known)
        hold(crowd, a_meeting(crowd, OTHER, "klu-0", "kya-9"))
        return found

    monkeypatch.setattr(incremental, "_scored", meanwhile)
    recommend_next(crowd.runtime)

    with crowd.runtime.database.read() as session:
        pairs = session.execute(select(Pair.guest_id).where(Pair.host_id == newcomer)).all()
        counters = session.get_one(Inputs, MISSION)
    assert counters.is_fresh
    assert (id_of("klu-0"),) not in pairs


def test_meetings_of_two_missions_that_are_held_at_once_part_both_pairs(both):
    here, there = a_meeting(both, MISSION, "klu-1", "kya-1"), a_meeting(both, OTHER, "klu-2", "kya-2")
    clients = {meeting: create_app(both.runtime).test_client() for meeting in (here, there)}

    def noting(meeting, deed):
        body = {"reason": "Не пришли"} if deed == "no-show" else {}
        return lambda: clients[meeting].post(f"/v1/meetings/{meeting}/{deed}", json=body).status_code

    answers = [
        answer
        for deed in (*("holding", "no-show") * 10, "holding")
        for answer in at_once([noting(here, deed), noting(there, deed)])
    ]

    assert set(answers) == {200}
    assert shown(both, OTHER) == all_but(("klu-1", "kya-1"))
    assert shown(both, MISSION) == all_but(("klu-2", "kya-2"))


def test_everybody_of_a_huge_mission_is_asked_at_once_for_whom_they_met(both):
    hold(both, a_meeting(both, OTHER, "klu-1", "kya-1"))
    crowd = [identifiers.fresh() for _ in range(66_000)]

    with both.runtime.database.read() as session:
        here = met_elsewhere(session, MISSION, [*crowd, *map(id_of, (*GUESTS, *HOSTS))])
        of_others = met_elsewhere(session, MISSION, [id_of("klu-1"), id_of("kya-2")])

    assert here == {frozenset((id_of("klu-1"), id_of("kya-1")))}
    assert of_others == set()
