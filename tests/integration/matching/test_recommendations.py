"""Recommendations: made anew when facts change, told when the organiser says so."""

from dataclasses import replace

import pytest
from sqlalchemy import select

from builders.matching import MISSION, profile
from contracts import registration as told
from contracts.matching import RecommendationsPublished
from contracts.registration import ParticipantWithdrawn
from matching.handlers.recommendations import list_publication
from matching.models import RecommendationList
from servicekit import identifiers


def two_pairs(office):
    office.announce()
    guest = office.admit("klu-1", "guest", needs="Лопатки паровых турбин для электростанций")
    host = office.admit("kya-1", "host", offers="Ремонт лопаток паровых турбин на электростанциях")
    other = office.admit("kya-2", "host", offers="Пошив зимних рабочих костюмов")
    office.work()
    return guest, host, other


def partners(office, organisation_id):
    answer = office.get(f"missions/{MISSION}/recommendations?organisation_id={organisation_id}")
    assert answer["fresh"]
    return answer["items"][0]["partners"]


def test_recommendation_names_the_need_and_the_offer_that_met(office):
    guest, host, _other = two_pairs(office)

    told_guest, told_host = partners(office, guest), partners(office, host)

    assert [row["organisation_id"] for row in told_guest] == [str(host)]
    assert told_guest[0]["reasons"][0]["direction"] == "you_seek"
    assert told_host[0]["reasons"][0]["direction"] == "they_seek"
    reason = told_guest[0]["reasons"][0]
    words = [reason["need"][start:end] for start, end in reason["need_marks"]]
    assert any("турбин" in word for word in words)


PUMPS = {"ru": "Насосы для водоканала", "en": "Pumps for a water company and its stations"}


@pytest.mark.parametrize(
    ("offered", "read"),
    [
        (PUMPS, {"ru": ("Насосы", "Насосы"), "en": ("Pumps", "Pumps")}),
        ({"en": PUMPS["en"]}, {"ru": ("Насосы", "Pumps")}),
    ],
    ids=["both", "one"],
)
def test_reasons_come_in_the_language_of_the_reader_as_far_as_they_are_written_in_it(office, offered, read):
    office.announce()
    guest = office.admit("klu-1", "guest")
    host = office.admit("kya-1", "host")
    publish(office, guest, needs=PUMPS)
    publish(office, host, offers=offered)
    office.work()

    answers = {code: reasons_in(office, guest, code)[0] for code in read}

    assert {code: (first_marked(row, "need"), first_marked(row, "offer")) for code, row in answers.items()} == read


@pytest.mark.parametrize(("offered", "told_texts"), [(PUMPS, PUMPS), ({"en": PUMPS["en"]}, {})], ids=["both", "one"])
def test_published_reasons_are_told_in_each_language_that_they_are_written_in(office, offered, told_texts):
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    publish(office, guest, needs=PUMPS)
    publish(office, host, offers=offered)
    office.work()

    office.post(f"missions/{MISSION}/recommendations/publication")

    told_to = {
        event.organisation_id: event.partners[0].reasons[0] for event in office.recorded(RecommendationsPublished)
    }
    assert [told_to[id_].need_texts for id_ in (guest, host)] == [PUMPS, PUMPS]
    assert [told_to[id_].offer_texts for id_ in (guest, host)] == [told_texts, told_texts]
    assert {reason.need for reason in told_to.values()} <= set(PUMPS.values())


@pytest.mark.parametrize(("missing", "told_texts"), [(0, PUMPS), (1, {})])
def test_further_languages_are_told_as_far_as_an_event_has_room(office, monkeypatch, missing, told_texts):
    that_met, in_all = (2 * len(text.encode()) for text in (PUMPS["en"], "".join(PUMPS.values())))
    monkeypatch.setattr(list_publication, "MOST_PUBLISHED", that_met + in_all - missing)
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    publish(office, guest, needs=PUMPS)
    publish(office, host, offers=PUMPS)
    office.work()

    office.post(f"missions/{MISSION}/recommendations/publication")

    reasons = [event.partners[0].reasons[0] for event in office.recorded(RecommendationsPublished)]
    assert [(reason.need, reason.offer) for reason in reasons] == [(PUMPS["en"], PUMPS["en"])] * 2
    assert [(reason.need_texts, reason.offer_texts) for reason in reasons] == [(told_texts, told_texts)] * 2


def test_same_reason_in_a_further_language_is_no_news(office):
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    publish(office, guest, needs={"en": PUMPS["en"]})
    publish(office, host, offers={"en": PUMPS["en"]})
    office.work()
    office.post(f"missions/{MISSION}/recommendations/publication")
    office.forget()
    publish(office, guest, needs={"en": PUMPS["en"], "de": "Pumpen"})
    office.work()

    changed = office.get(f"missions/{MISSION}/recommendations/exposure")["lists_changed"]
    office.post(f"missions/{MISSION}/recommendations/publication")

    assert changed == 0
    assert office.recorded(RecommendationsPublished) == []


def test_list_that_was_told_before_reasons_had_languages_is_no_other_list(office):
    office.announce()
    guest, host = office.admit("klu-1", "guest"), office.admit("kya-1", "host")
    publish(office, guest, needs=PUMPS)
    publish(office, host, offers=PUMPS)
    office.work()
    office.post(f"missions/{MISSION}/recommendations/publication")
    office.forget()
    with office.runtime.database.write() as session:
        for row in session.scalars(select(RecommendationList)):
            row.partners = [
                partner | {"reasons": [_without_languages(reason) for reason in partner["reasons"]]}
                for partner in row.partners
            ]

    office.post(f"missions/{MISSION}/recommendations/publication")

    assert office.recorded(RecommendationsPublished) == []


def _without_languages(reason):
    return {name: reason[name] for name in ("direction", "need", "offer")}


def publish(office, organisation_id, **texts):
    ((kind, words),) = texts.items()
    plain = profile(organisation_id, office.sides[organisation_id], **{kind: words["en"]})
    items = tuple(replace(item, texts=words) for item in getattr(plain, kind))
    office.hear(plain.profile_id, replace(plain, **{kind: items}))


def reasons_in(office, organisation_id, language):
    path = f"/v1/missions/{MISSION}/recommendations?organisation_id={organisation_id}"
    answer = office.client.get(path, headers={"Accept-Language": language})
    return answer.json["items"][0]["partners"][0]["reasons"]


def first_marked(reason, side):
    start, end = reason[f"{side}_marks"][0]
    return reason[side][start:end]


def test_recommendations_follow_a_changed_profile(office):
    guest, host, _other = two_pairs(office)
    changed = profile(host, told.Side.HOST, offers="Столовая и кофе")

    office.hear(identifiers.derived("profile", host), changed)
    stale = office.get(f"missions/{MISSION}/recommendations?organisation_id={guest}")
    office.work()

    assert stale["fresh"] is False
    assert str(host) not in [row["organisation_id"] for row in partners(office, guest)]


def test_publication_tells_everyone_once_and_again_only_what_changed(office):
    guest, host, _other = two_pairs(office)
    office.post(f"missions/{MISSION}/recommendations/publication")
    first = {event.organisation_id for event in office.recorded(RecommendationsPublished)}
    office.forget()

    office.post(f"missions/{MISSION}/recommendations/publication")
    again = office.recorded(RecommendationsPublished)

    assert first == {guest, host}
    assert again == []


def test_publication_waits_for_recommendations_that_are_being_made(office):
    _guest, _host, _other = two_pairs(office)
    late = office.admit("klu-2", "guest", needs="Зимние рабочие костюмы")

    answer = office.post(f"missions/{MISSION}/recommendations/publication")
    before = office.recorded(RecommendationsPublished)
    office.work()

    assert (answer.status_code, answer.json) == (202, {"fresh": False, "is_wanted": True})
    assert before == []
    assert late in {event.organisation_id for event in office.recorded(RecommendationsPublished)}


def test_withdrawn_and_avoided_partners_are_not_recommended(office):
    guest, host, _other = two_pairs(office)
    shy = office.admit("kya-3", "host", offers="Ремонт лопаток паровых турбин", avoids=(guest,))
    office.participate(host, ParticipantWithdrawn)
    office.work()

    found = {row["organisation_id"] for row in partners(office, guest)}

    assert not found & {str(host), str(shy)}
