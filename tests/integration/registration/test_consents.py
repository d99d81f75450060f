"""Consents: one document, one purpose, one record; nobody is taken down without, and each can be withdrawn."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

import pytest

from builders.registration import SOLE_TRADER, a_consent, a_delegate

PROCESSING = {"purpose": "processing", "language": "ru", "channel": "form"}


@pytest.fixture
def texts(desk):
    """The documents in force of Kaluga, by purpose and language."""
    items = desk.made("GET", "/v1/consent-documents?region=RU-KLU")["items"]
    return {(one["purpose"], one["language"]): one for one in items}


@pytest.fixture
def application(desk):
    """A public application with one delegate."""
    return desk.applied(desk.open_mission())


def person_of(application):
    return application["delegates"][0]["id"]


def with_consents(*consents):
    return [a_delegate(consents=list(consents))]


def pointers(answer):
    return [error["pointer"] for error in answer.get_json()["errors"]]


def test_documents_are_one_for_each_purpose_and_language_with_version_and_hash(texts):
    assert {purpose for purpose, _ in texts} == {"processing", "mailing", "naming", "publication"}
    assert {language for _, language in texts} == {"ru", "en"}
    for one in texts.values():
        assert one["text_hash"] == sha256(one["text"].encode()).hexdigest()
        assert one["version"]


def test_region_without_a_pack_has_no_documents_and_takes_consents_in_their_own_words(desk):
    assert desk.made("GET", "/v1/consent-documents?region=RU-OMS")["items"] == []
    assert desk.send("GET", "/v1/consent-documents").status_code == 422


@pytest.mark.parametrize(
    "consents",
    [[], [a_consent()], [a_consent(purpose="processing", is_withdrawal=True)], [a_consent(purpose="mailing")]],
    ids=["none", "to something else", "a withdrawal", "to mailing alone"],
)
def test_135_person_without_consent_to_processing_is_refused(desk, consents):
    body = desk.application(desk.open_mission(), delegates=[a_delegate(consents=consents)])

    with desk.no_trace():
        answer = desk.send("POST", "/v1/applications", body)

    assert (answer.status_code, pointers(answer)) == (422, ["#/delegates/0/consents"])


def test_135_person_who_is_named_later_needs_consent_too(desk, application):
    with desk.no_trace():
        answer = desk.send("POST", f"/v1/applications/{application['id']}/delegates", a_delegate("p2", consents=[]))

    assert (answer.status_code, pointers(answer)) == (422, ["#/consents"])


def test_135_consent_without_words_is_none_however_it_was_ticked(desk):
    body = desk.application(desk.open_mission(), delegates=with_consents(PROCESSING))

    with desk.no_trace():
        answer = desk.send("POST", "/v1/applications", body)

    assert (answer.status_code, pointers(answer)) == (422, ["#/delegates/0/consents/0/text"])


def test_135_old_version_is_refused_and_the_one_in_force_is_recorded_with_its_words(desk, texts):
    in_force = texts["processing", "ru"]
    mission = desk.open_mission()
    body = desk.application(mission, delegates=with_consents(PROCESSING | {"version": "2020-01"}))

    with desk.no_trace():
        refused = desk.send("POST", "/v1/applications", body)
    body["delegates"] = with_consents(PROCESSING | {"version": in_force["version"]})
    person = person_of(desk.made("POST", "/v1/applications", body))
    (kept,) = desk.made("GET", f"/v1/delegates/{person}/consents")["items"]

    assert (refused.status_code, pointers(refused)) == (422, ["#/delegates/0/consents/0/version"])
    assert {name: kept[name] for name in ("version", "text", "text_hash", "language")} == {
        name: in_force[name] for name in ("version", "text", "text_hash", "language")
    }


def test_135_words_in_force_are_known_by_themselves_and_other_words_have_no_version(desk, texts):
    own = a_consent(purpose="processing", text="Согласен на бумаге.")
    same = a_consent(purpose="mailing", text=texts["mailing", "ru"]["text"])
    application = desk.applied(desk.open_mission(), delegates=with_consents(own, same))

    kept = desk.made("GET", f"/v1/delegates/{person_of(application)}/consents")["items"]

    assert [one["version"] for one in kept] == ["", texts["mailing", "ru"]["version"]]


def test_135_version_with_other_words_is_refused(desk, texts):
    forged = PROCESSING | {"version": texts["processing", "ru"]["version"], "text": "Согласен на всё."}
    body = desk.application(desk.open_mission(), delegates=with_consents(forged))

    answer = desk.send("POST", "/v1/applications", body)

    assert (answer.status_code, pointers(answer)) == (422, ["#/delegates/0/consents/0/text"])


def test_136_end_of_mailing_is_told_in_private_once_and_the_person_stays(desk, application):
    person = person_of(application)
    before = len(desk.facts())
    end = {"consents": [a_consent(purpose="mailing", is_withdrawal=True)]}

    for _ in range(2):
        desk.made("POST", f"/v1/delegates/{person}/consents", end)
    desk.made("POST", f"/v1/delegates/{person}/consents", {"consents": [a_consent(purpose="mailing")]})

    assert desk.facts()[before:] == ["contact.changed"] * 2
    assert [event.data.may_be_written_to for event in desk.events("contact.changed")] == [True, False, True]
    assert "may_be_written_to" not in desk.public_text()
    assert desk.made("GET", f"/v1/delegates/{person}")["id"] == person


def test_136_person_who_declined_messages_from_the_start_is_told_of_so(desk):
    consents = [a_consent(purpose="processing"), a_consent(purpose="mailing", is_withdrawal=True)]

    desk.applied(desk.open_mission(), delegates=with_consents(*consents))

    assert [event.data.may_be_written_to for event in desk.events("contact.changed")] == [False]


def test_end_of_processing_is_a_request_to_be_forgotten(desk, application):
    person = person_of(application)
    end = {"consents": [a_consent(purpose="processing", is_withdrawal=True, text="Отзываю.")]}

    left = desk.made("POST", f"/v1/delegates/{person}/consents", end)["items"]

    assert [(one["purpose"], one["is_withdrawal"], one["text"]) for one in left] == [
        ("processing", False, ""),
        ("processing", True, ""),
    ]
    assert desk.made("GET", f"/v1/people/{person}/erasure")["person_id"] == person
    assert desk.send("POST", f"/v1/delegates/{person}/consents", end).status_code == 409


def test_136_end_of_processing_counts_whatever_time_it_is_given(desk, application):
    person = person_of(application)
    end = a_consent(purpose="processing", is_withdrawal=True, given_at="2001-01-01T00:00:00Z")

    desk.made("POST", f"/v1/delegates/{person}/consents", {"consents": [end]})

    assert desk.made("GET", f"/v1/people/{person}/erasure")["person_id"] == person


def test_136_word_that_was_recorded_last_holds_whatever_time_it_is_given(desk):
    desk.regions()
    trader = desk.organisation("klu-02", **SOLE_TRADER, names={"ru": "ИП Щеглов"})

    def may_be_named(**said):
        body = {"consents": [a_consent(**said)]}
        return desk.made("POST", f"/v1/organisations/{trader}/consents", body)["may_be_named"]

    assert may_be_named(given_at="2025-06-01T00:00:00Z")
    assert not may_be_named(is_withdrawal=True, given_at="2025-01-01T00:00:00Z")
    assert may_be_named(given_at="2024-01-01T00:00:00Z")


def test_135_consent_of_a_time_that_is_still_to_come_is_refused(desk, application):
    person, soon = person_of(application), datetime.now(UTC) + timedelta(minutes=1)
    later = a_consent(purpose="mailing", given_at="2099-01-01T00:00:00Z")
    named = a_delegate("p2", consents=[a_consent(purpose="processing", given_at="2099-01-01T00:00:00Z")])

    with desk.no_trace():
        answers = [
            desk.send("POST", f"/v1/delegates/{person}/consents", {"consents": [later]}),
            desk.send("POST", f"/v1/organisations/{application['organisation_id']}/consents", {"consents": [later]}),
            desk.send("POST", f"/v1/applications/{application['id']}/delegates", named),
        ]
    of_a_faster_clock = {"consents": [a_consent(purpose="mailing", given_at=soon.isoformat())]}

    assert [(one.status_code, pointers(one)) for one in answers] == [(422, ["#/consents/0/given_at"])] * 3
    assert desk.send("POST", f"/v1/delegates/{person}/consents", of_a_faster_clock).status_code == 201


def test_sole_trader_who_ends_processing_is_forgotten_and_a_company_is_not(desk):
    desk.regions()
    end = {"consents": [a_consent(purpose="processing", is_withdrawal=True)]}
    trader = desk.organisation("klu-02", **SOLE_TRADER, names={"ru": "ИП Щеглов"})
    company = desk.organisation("klu-01")

    for one in (trader, company):
        desk.made("POST", f"/v1/organisations/{one}/consents", end)

    assert desk.made("GET", f"/v1/organisations/{trader}")["names"] == {"ru": "klu-02"}
    assert desk.made("GET", f"/v1/organisations/{company}")["names"]["ru"] == "ООО «Ромашка»"


def test_records_of_consent_are_added_and_never_changed(desk, application):
    person = person_of(application)
    first = desk.made("GET", f"/v1/delegates/{person}/consents")["items"]

    again = {"consents": [a_consent(purpose="processing", text="Ещё раз."), a_consent(purpose="naming")]}
    desk.made("POST", f"/v1/delegates/{person}/consents", again)

    assert desk.made("GET", f"/v1/delegates/{person}/consents")["items"][:1] == first
    assert [one["purpose"] for one in desk.made("GET", f"/v1/delegates/{person}/consents")["items"]] == [
        "processing",
        "processing",
        "naming",
    ]
