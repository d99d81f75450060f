"""State handlers: the newest state wins, whatever the bus repeats or reorders."""

from sqlalchemy import select

from builders.matching import HALF_HOUR, MISSION, NINE, delegate, organisation
from contracts import registration as told
from matching.models import DelegateCopy, Inputs, MissionCopy, OrganisationCopy, ParticipantCopy, TimetableRun
from servicekit import identifiers
from servicekit.bus import inbox


def rows(office, model):
    with office.runtime.database.read() as session:
        return session.scalars(select(model)).all()


def test_copy_keeps_the_newer_state_when_an_older_one_comes_late(office):
    id_ = identifiers.derived("late")
    office.hear(id_, organisation(id_, "new"), version=3)

    office.hear(id_, organisation(id_, "old"), version=2)

    assert [row.reference for row in rows(office, OrganisationCopy)] == ["new"]


def test_copies_stay_as_they_are_when_history_is_replayed(office):
    office.announce()
    id_ = office.admit("klu-1", "guest", needs="турбины")
    stale = office.participate(id_)
    office.participate(id_, told.ParticipantWithdrawn, withdrawn_from=NINE)

    inbox.replay(office.runtime, [stale])

    assert [row.status for row in rows(office, ParticipantCopy)] == ["withdrawn"]


def test_71_approval_that_comes_after_the_withdrawal_does_not_bring_the_participant_back(office):
    office.announce()
    id_ = office.admit("klu-1", "guest")
    participant = identifiers.derived("participant", id_)
    office.participate(id_, told.ParticipantWithdrawn, withdrawn_from=NINE)
    admitted = told.ParticipantAdmitted(
        participant_id=participant,
        mission_id=MISSION,
        organisation_id=id_,
        side=told.Side.GUEST,
        status="admitted",
        avoids=(),
        withdrawn_from=None,
        checked_in_at=None,
        reason="",
    )

    office.hear(participant, admitted, version=1)

    assert [row.status for row in rows(office, ParticipantCopy)] == ["withdrawn"]


def test_neighbours_may_come_in_any_order(office):
    id_ = office.admit("klu-1", "guest", needs="турбины")
    assert rows(office, MissionCopy) == []
    office.work()

    office.announce()
    office.work()

    assert office.get(f"missions/{MISSION}")["participants"] == 1
    assert [row.organisation_id for row in rows(office, ParticipantCopy)] == [id_]


def versions(office):
    with office.runtime.database.read() as session:
        return session.execute(select(Inputs.timetable_version, Inputs.pairs_version)).one()


def test_new_words_of_a_mission_start_no_search_again_and_new_facts_do(office):
    office.announce()
    first = versions(office)

    office.announce(titles={"ru": "Другое имя"}, organiser_phone="+7 391 200-00-00", organiser_email="desk@example.org")
    words = versions(office)
    office.announce(max_meetings_per_person_per_day=2)

    assert first == words
    assert versions(office) == (first[0] + 1, first[1] + 1)
    assert rows(office, MissionCopy)[0].max_meetings_per_person_per_day == 2


def test_words_of_a_mission_are_kept_for_its_pages(office):
    office.announce()

    office.announce(organiser_phone="+7 391 200-00-00", organiser_email="desk@example.org")

    shown = office.client.get(f"/missions/{MISSION}/report", headers={"Accept": "text/html"}).get_data(as_text=True)
    assert 'href="tel:+73912000000"' in shown and 'href="mailto:desk@example.org"' in shown


def test_delegate_change_queues_nothing_before_there_is_a_timetable(office):
    office.announce()
    id_ = office.admit("klu-1", "guest")

    office.change(id_, [(NINE, NINE + HALF_HOUR)], "klu-1")

    assert rows(office, TimetableRun) == []


def test_event_marked_as_a_snapshot_fills_the_copy_and_stirs_nobody(office):
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    office.meet(guest, host)
    office.publish_timetable()
    person = office.people[guest][0]
    changed = delegate(
        told.DelegateChanged, person, guest, "klu-1/p0", windows=[(NINE + HALF_HOUR, NINE + 4 * HALF_HOUR)]
    )

    office.hear(person, changed, snapshot=True)

    assert len(rows(office, TimetableRun)) == 1
    kept = {row.id: row.availability for row in rows(office, DelegateCopy)}
    assert len(kept[person]) == 1
    assert kept[person][0]["starts_at"].startswith("2030-03-04T09:30")
