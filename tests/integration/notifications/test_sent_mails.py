"""The content of mails that a mail server receives."""

import pytest

from builders.meetings import a_line, an_agreement, an_itinerary, cancelled, moved, recommendations
from builders.notifications import HOST, a_contact, a_mission, a_participant, an_application
from contracts import matching, registration
from letters import plain
from letters_read import body_of, calendars_of, letters_taken
from rounds_of_senders import work_off


def test_letters_speak_the_language_of_their_reader_and_tell_both_clocks(sending, desk):
    runtime = sending.runtime
    line = a_line()
    sending.send(an_itinerary(line))
    sending.send(an_itinerary(moved(line), number=2, cause="late_arrival"))
    sending.send(an_agreement())

    work_off(runtime)

    texts = [plain(body_of(letter, "plain")) for letter in letters_taken(desk.taken)]
    (change,) = [text for text in texts if "было" in text.lower()]
    assert "12:30–13:00 в Калуге, 16:30–17:00 в Красноярске" in change
    assert "Делегат прибывает позже" in change
    (english,) = [text for text in texts if "Supply contract" in text]
    assert "Sensor LLC" in english
    assert "RUB 4,200,000" in english


def test_partner_that_left_is_quoted_with_its_own_reason(sending, desk):
    sending.send(an_itinerary(a_line()))
    sending.send(a_participant(registration.ParticipantWithdrawn, organisation_id=HOST, reason="Авария на станции"))
    sending.send(an_itinerary(cancelled(a_line(), "withdrawn"), number=2, cause="cancellation"))

    work_off(sending.runtime)

    assert any("Авария на станции" in body_of(letter, "plain") for letter in letters_taken(desk.taken))


def test_calendar_part_of_an_itinerary_names_meeting_partner_and_change(sending, desk):
    runtime = sending.runtime
    line = a_line()
    sending.send(an_itinerary(line))
    sending.send(an_itinerary(moved(line), number=2))

    work_off(runtime)

    calendars = [calendar for letter in letters_taken(desk.taken) for calendar in calendars_of(letter)]
    entries = [calendar.every("VEVENT")[0] for calendar in calendars]
    assert {entry["UID"].value for entry in entries} == {f"{line.meeting_id}@caravan.localhost"}
    assert sorted(entry["SEQUENCE"].value for entry in entries) == ["0", "1"]
    assert {entry["SUMMARY"].text for entry in entries} == {"Встреча: АО «Теплосеть»"}
    assert sorted(entry["DTSTART"].value for entry in entries) == ["20241210T160000", "20241210T163000"]


def test_letter_names_the_organiser_alone_where_the_mission_has_no_phone(sending, desk):
    sending.send(a_mission(organiser_phone="", organiser_email=""))
    sending.send(an_application())

    work_off(sending.runtime)

    (letter,) = letters_taken(desk.taken)
    for kind in ("plain", "html"):
        assert "Вопросы: Правительство Калужской области." in body_of(letter, kind)


NEED = {"ru": "датчики давления", "en": "pressure sensors"}
OFFER = {"ru": "датчики температуры и давления", "en": "sensors of temperature and pressure"}


@pytest.mark.parametrize(
    ("language", "offers", "line"),
    [
        ("ru", OFFER, "Вам нужно: датчики давления. Партнёр предлагает: датчики температуры и давления"),
        ("en", OFFER, "You need: pressure sensors. They offer: sensors of temperature and pressure"),
        ("en", {}, "You need: pressure sensors. They offer: датчики температуры и давления"),
    ],
    ids=["russian", "english", "english, of an offer in Russian alone"],
)
def test_reasons_of_a_recommendation_are_in_the_language_of_the_reader(sending, desk, language, offers, line):
    reason = matching.Reason(
        direction="you_seek", need=NEED["ru"], offer=OFFER["ru"], need_texts=NEED, offer_texts=offers
    )
    partner = matching.RecommendedPartner(organisation_id=HOST, score=0.8, reasons=(reason,))
    sending.send(a_contact(language=language))
    sending.send(recommendations(partners=(partner,)))

    work_off(sending.runtime)

    (letter,) = letters_taken(desk.taken)
    assert line in plain(body_of(letter, "plain"))
    assert line in plain(body_of(letter, "html"))
