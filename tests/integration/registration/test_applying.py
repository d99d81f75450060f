"""A company applies with the browser alone: from the first sign-in to the sent application."""

import pytest

from access.roles import Role
from applicants import (
    AGREED,
    COMPANY,
    LINE,
    PERSON,
    begun,
    by_itself,
    delegate_of,
    filled,
    followed,
    mission_ahead,
    newcomer,
    sent,
    sent_again,
    whole,
)
from browsers import HTML
from builders.registration import INN, SOLE_TRADER, an_item
from unconfirmed import another_mission


@pytest.fixture
def mission(quick_desk):
    return mission_ahead(quick_desk)


def test_newcomer_registers_a_company_and_sends_the_application(desk):
    mission = mission_ahead(desk)
    browser, steps = begun(desk, mission)

    company = browser.send(f"{steps}/company", **COMPANY, size="small", about="Гвозди и скобы", activity_codes="25.93")
    profile = browser.send(f"{steps}/profile", **LINE)
    person = browser.send(f"{steps}/people/new", **PERSON, **AGREED)
    answer = browser.send(f"{steps}/check")
    _place, status = followed(browser, answer)

    assert [one.status_code for one in (company, profile, person, answer)] == [303, 303, 303, 303]
    assert "на проверке" in status
    application = whole(desk, steps)
    assert (application["status"], application["side"]) == ("submitted", "guest")
    assert [one["texts"] for one in application["profile"]["offers"]] == [{"ru": "Гвозди строительные"}]
    assert application["delegates"][0]["languages"] == ["ru", "en"]
    assert application["delegates"][0]["speaks_since"]
    organisation = desk.made("GET", f"/v1/organisations/{application['organisation_id']}")
    assert (organisation["is_sme"], organisation["activity_codes"]) == (True, ["25.93"])


@pytest.mark.parametrize(
    ("language", "said"),
    [("ru", ("Напишите название", "ИНН 123 неверен")), ("en", ("Write the name", "INN 123 is wrong"))],
)
def test_refused_start_says_all_that_is_wrong_and_keeps_what_was_typed(quick_desk, mission, language, said):
    browser = newcomer(quick_desk, language=language)

    answer = browser.send(f"/missions/{mission}/application", **COMPANY | {"names": " ", "inn": "123"})
    text = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert all(one in text for one in said)
    assert 'value="123"' in text
    assert 'value="Калуга"' in text
    assert (quick_desk.count("organisation"), quick_desk.count("application")) == (0, 0)


def test_company_without_its_number_is_asked_for_it(quick_desk, mission):
    answer = newcomer(quick_desk).send(f"/missions/{mission}/application", **COMPANY | {"inn": ""})

    assert answer.status_code == 422
    assert "Укажите ИНН" in answer.get_data(as_text=True)


def test_button_that_is_pressed_twice_registers_one_company(quick_desk, mission):
    browser = newcomer(quick_desk)
    path = f"/missions/{mission}/application"
    secret = browser.page(path).get_data(as_text=True).split('name="csrf_token" value="')[1].split('"')[0]

    answers = [browser.post(path, data={"csrf_token": secret, **COMPANY}, headers=HTML) for _press in range(2)]
    browser.page("/sign-in")

    assert [one.status_code for one in answers] == [303, 303]
    assert "ООО «Гвоздика»" in browser.page("/").get_data(as_text=True)
    assert (quick_desk.count("organisation"), quick_desk.count("application")) == (1, 1)


def test_host_company_stands_on_the_hosts_side(quick_desk, mission):
    browser = newcomer(quick_desk)

    place, _text = followed(browser, browser.send(f"/missions/{mission}/application", **COMPANY | {"region": "RU-KYA"}))

    assert whole(quick_desk, place.rpartition("/")[0])["side"] == "host"


def test_form_that_saves_itself_keeps_what_is_right_and_names_what_is_not(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)

    said = by_itself(browser, f"{steps}/company", about="Скобы", phone="12", email="boss@example.org")
    later = by_itself(browser, f"{steps}/company", phone="+7 4842 40-00-21")

    assert "кроме этого" in said
    assert 'href="#phone"' in said
    assert "Сохранено в" in later
    assert "кроме" not in later
    organisation = quick_desk.made("GET", f"/v1/organisations/{whole(quick_desk, steps)['organisation_id']}")
    assert organisation["about"] == {"ru": "Скобы"}
    assert organisation["contact"] == {"email": "boss@example.org", "phone": "+74842400021"}


def test_company_form_sent_back_shows_the_typed_beside_its_error(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)

    answer = browser.send(f"{steps}/company", **COMPANY | {"inn": "4099001376", "city": "Обнинск"})
    text = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert 'value="4099001376"' in text
    assert 'aria-invalid="true"' in text
    organisation = quick_desk.made("GET", f"/v1/organisations/{whole(quick_desk, steps)['organisation_id']}")
    assert (organisation["inn"], organisation["city"]) == (INN, {"ru": "Обнинск"})


def test_sole_trader_says_on_the_form_whether_the_name_is_published(quick_desk, mission):
    facts = COMPANY | {"names": "ИП Гвоздев", "legal_form": "ИП", "inn": SOLE_TRADER["inn"]}
    browser = newcomer(quick_desk)
    place, _text = followed(browser, browser.send(f"/missions/{mission}/application", **facts))
    company = f"{place.rpartition('/')[0]}/company"
    asked = browser.page(company).get_data(as_text=True)

    told = []
    for word in ({"publication": "yes"}, {}):
        by_itself(browser, company, **{"version/publication": "2026-11"}, **word)
        told.append(quick_desk.made("GET", "/v1/organisations")["items"][0]["may_be_named"])

    assert "Публикация имени" in asked
    assert told == [True, False]
    assert quick_desk.count("consent") == 2


def test_name_in_another_language_stays_beside_the_one_that_is_typed(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)
    browser.set_cookie("caravan-language", "en")

    browser.send(f"{steps}/company", names="Gvozdika LLC")

    organisation = quick_desk.made("GET", f"/v1/organisations/{whole(quick_desk, steps)['organisation_id']}")
    assert organisation["names"] == {"ru": "ООО «Гвоздика»", "en": "Gvozdika LLC"}


def test_line_that_cannot_be_right_stays_as_it_was_and_the_others_are_saved(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)
    browser.send(f"{steps}/profile", **LINE, **{"offers/0/id": "nails"})

    wrong = {"offers/0/text": "Звоните +7 4842 40-00-21", "offers/0/type": "", "offers/0/id": "nails"}
    more = {"needs/0/text": "Проволока", "needs/0/type": "supplier_agreement"}
    answer = browser.send(f"{steps}/profile", **wrong, **more)
    text = answer.get_data(as_text=True)

    assert answer.status_code == 422
    assert "Выберите вид сотрудничества" in text
    assert "Уберите номер телефона" in text or "телефон" in text
    assert "Звоните +7 4842 40-00-21" in text
    profile = whole(quick_desk, steps)["profile"]
    assert [one["texts"]["ru"] for one in profile["offers"]] == ["Гвозди строительные"]
    assert [one["texts"]["ru"] for one in profile["needs"]] == ["Проволока"]


def test_lines_come_and_go_without_scripts(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)

    added = browser.send(f"{steps}/profile", **LINE, add="offers")
    _place, shown = followed(browser, added)
    two = LINE | {
        "offers/0/id": "a",
        "offers/1/text": "Скобы",
        "offers/1/type": "supplier_agreement",
        "offers/1/id": "b",
    }
    browser.send(f"{steps}/profile", **two)
    browser.send(f"{steps}/profile", **two, remove="offers/0")

    assert "offers/1/text" in shown
    assert [one["id"] for one in whole(quick_desk, steps)["profile"]["offers"]] == ["b"]


def test_line_whose_button_has_the_focus_is_not_removed_by_saving_itself(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)

    by_itself(browser, f"{steps}/profile", **LINE, remove="offers/0")

    assert len(whole(quick_desk, steps)["profile"]["offers"]) == 1


def test_example_is_one_of_the_companys_own_industry(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)
    browser.send(f"{steps}/company", activity_codes="01.11, 25.93")

    assert "картофель" in browser.page(f"{steps}/profile").get_data(as_text=True)


def test_profile_of_an_earlier_mission_begins_the_next_one(quick_desk, mission):
    browser, _steps = sent(quick_desk, mission)
    other = another_mission(quick_desk)
    own = quick_desk.made("GET", "/v1/applications")["items"][0]["organisation_id"]

    place, offered = followed(browser, browser.send(f"/missions/{other}/application", organisation_id=own))
    steps = place.rpartition("/")[0]
    browser.send(f"{steps}/earlier-profile", form_of=f"{steps}/profile")

    assert "Вы уже подавали заявку" in offered
    assert "Миссия, 10–12" in offered.replace("\u00a0", " ")
    assert [one["texts"]["ru"] for one in whole(quick_desk, steps)["profile"]["offers"]] == ["Гвозди строительные"]
    assert "Вы уже подавали заявку" not in browser.page(f"{steps}/profile").get_data(as_text=True)


def test_nobody_is_taken_down_without_consent(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)

    answer = browser.send(f"{steps}/people/new", **PERSON)

    assert answer.status_code == 422
    assert "Без согласия" in answer.get_data(as_text=True)
    assert "Гвоздева Анна" in answer.get_data(as_text=True)
    assert quick_desk.count("delegate") == 0


def test_person_is_there_for_the_whole_mission_but_the_exceptions(quick_desk, mission):
    browser, steps = filled(quick_desk, mission)
    person = f"/delegates/{whole(quick_desk, steps)['delegates'][0]['id']}"
    hours = {"day": "2024-12-10", "starts_at": "14:00", "ends_at": "14:30", "reason": "Рейс"}

    refused = browser.send(f"{person}/absence", form_of=person, **hours | {"ends_at": "13:00"})
    kept = browser.send(f"{person}/absence", form_of=person, **hours)
    but = browser.page(f"{steps}/people").get_data(as_text=True)
    browser.send(f"{person}/whole-mission", form_of=person)
    after_all = browser.page(f"{steps}/people").get_data(as_text=True)

    assert (refused.status_code, kept.status_code) == (422, 303)
    assert "вся миссия, кроме" in but
    assert "14:00–14:30" in but
    assert "кроме" not in after_all


def test_person_is_corrected_and_taken_off_the_list(quick_desk, mission):
    browser, steps = filled(quick_desk, mission)
    person = f"/delegates/{whole(quick_desk, steps)['delegates'][0]['id']}"

    said = by_itself(browser, person, **PERSON | {"names": "Гвоздева Анна Петровна", "phone": "1"})
    changed = whole(quick_desk, steps)["delegates"][0]
    browser.send(f"{person}/removal", form_of=person)

    assert 'href="#phone"' in said
    assert changed["names"] == {"ru": "Гвоздева Анна Петровна"}
    assert whole(quick_desk, steps)["delegates"] == []


def test_application_that_lacks_something_is_not_sent(quick_desk, mission):
    browser, steps = begun(quick_desk, mission)

    answer = browser.send(f"{steps}/check")

    assert answer.status_code == 422
    assert "Назовите хотя бы одного участника" in answer.get_data(as_text=True)
    assert whole(quick_desk, steps)["status"] == "draft"


def test_changes_that_are_asked_for_open_the_steps_again(quick_desk, mission):
    browser, steps = sent(quick_desk, mission)
    closed = browser.page(f"{steps}/profile")
    refused = browser.send(f"{steps}/profile", form_of=f"{steps}/people/new", **LINE, late="yes")
    quick_desk.made("POST", f"/v1{steps}/changes-request", {"reason": "Назовите объёмы."})

    _place, opened = followed(browser, browser.page(f"/missions/{mission}/application"))
    profile = browser.page(f"{steps}/profile")
    again = sent_again(browser, steps)

    assert (closed.status_code, refused.status_code) == (303, 409)
    assert "Назовите объёмы." in opened
    assert profile.status_code == 200
    assert (again.status_code, whole(quick_desk, steps)["status"]) == (303, "submitted")


def test_withdrawal_is_asked_about_without_scripts_too(quick_desk, mission):
    browser, steps = sent(quick_desk, mission)

    asked = browser.page(f"/missions/{mission}/application?withdraw=1").get_data(as_text=True)
    answer = browser.send(
        f"{steps}/withdrawal", form_of=f"/missions/{mission}/application?withdraw=1", reason="Не успеваем"
    )
    _place, shown = followed(browser, answer)

    assert "Отозвать заявку?" in asked
    assert "отозвана" in shown
    assert whole(quick_desk, steps)["reason"] == "Не успеваем"


@pytest.mark.parametrize("step", ["company", "profile", "people", "people/new", "check"])
def test_application_of_another_company_is_not_there(quick_desk, mission, step):
    _browser, steps = begun(quick_desk, mission)
    other = delegate_of(quick_desk, quick_desk.organisation("klu-99"))

    assert other.page(f"{steps}/{step}").status_code == 404


def test_agency_fills_in_for_a_company_that_phones_and_the_organiser_its_profile(quick_desk, mission):
    _browser, steps = begun(quick_desk, mission)
    agency = delegate_of(quick_desk, "RU-KLU", role=Role.AGENCY)
    organiser = delegate_of(quick_desk, mission, role=Role.ORGANISER)

    written = agency.send(f"{steps}/company", about="Со слов директора")
    profile = organiser.send(f"{steps}/profile", **LINE)

    assert (written.status_code, profile.status_code) == (303, 303)
    assert organiser.page(f"{steps}/company").status_code == 403
    assert delegate_of(quick_desk, "RU-SVE", role=Role.AGENCY).page(f"{steps}/company").status_code == 404


def test_offices_are_led_from_the_companys_door_to_their_own_page(quick_desk, mission):
    organiser = delegate_of(quick_desk, mission, role=Role.ORGANISER)

    for path in ("application", "mine"):
        answer = organiser.page(f"/missions/{mission}/{path}")
        assert (answer.status_code, answer.headers["Location"]) == (303, f"/missions/{mission}")


@pytest.mark.parametrize(
    ("number", "form", "said"),
    [
        (INN, "ООО", "Контрольные цифры сходятся"),
        ("4099001376", "ООО", "неверен"),
        (INN, "ИП", "12 цифр"),
        ("", "", ""),
    ],
)
def test_number_is_checked_as_it_is_typed(quick_desk, mission, number, form, said):
    browser = newcomer(quick_desk)

    text = browser.page(f"/company-numbers?region=RU-KLU&inn={number}&legal_form={form}").get_data(as_text=True)

    assert said in text
    assert bool(text.strip()) == bool(said)


def test_number_of_another_organisation_is_told_to_those_who_know_that_one(quick_desk, mission):
    own = quick_desk.organisation("klu-01", inn=INN)
    path = f"/company-numbers?region=RU-KLU&inn={INN}"

    known = delegate_of(quick_desk, own).page(path).get_data(as_text=True)
    unknown = newcomer(quick_desk).page(path).get_data(as_text=True)
    itself = delegate_of(quick_desk, own).page(f"{path}&organisation={own}").get_data(as_text=True)

    assert "Этот номер уже есть у ООО «Ромашка»" in known
    assert "Ромашка" not in unknown
    assert "Ромашка" not in itself


def test_company_with_an_application_by_api_goes_on_with_it_here(quick_desk, mission):
    organisation = quick_desk.organisation("klu-01")
    body = {"mission_id": mission, "organisation_id": organisation, "side": "guest"}
    made = quick_desk.made("POST", "/v1/applications", body | {"profile": {"offers": [an_item()], "needs": []}})

    browser = delegate_of(quick_desk, organisation)
    place, shown = followed(browser, browser.page(f"/missions/{mission}/application"))

    assert place == f"/applications/{made['id']}/people"
    assert "Никто пока не назван" in shown
