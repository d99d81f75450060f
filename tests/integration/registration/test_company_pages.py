"""What everybody reads of a mission, and what a company reads of its own."""

import pytest

from access.roles import Role
from applicants import delegate_of, mission_ahead, newcomer, sent, sent_again, whole
from browsers import browser_of
from builders.registration import a_consent, a_delegate, a_mission


@pytest.fixture
def mission(quick_desk):
    return mission_ahead(quick_desk, organiser_phone="+74842400020")


def read(browser, path):
    """Return the text of a page."""
    answer = browser.page(path)
    assert answer.status_code == 200, answer.headers
    return answer.get_data(as_text=True)


def stranger(desk, language="ru"):
    """Return the browser of somebody who has not signed in."""
    browser = browser_of(desk.app)
    browser.set_cookie("caravan-language", language)
    return browser


def move_to(desk, day, hour=12):
    desk.made("PUT", "/v1/clock", {"now": f"2024-12-{day}T{hour:02}:00:00+07:00"})


def test_everybody_reads_what_when_where_and_who_comes_and_nobody_of_people(quick_desk, mission):
    quick_desk.approved(mission, "kya-01", delegates=[a_delegate("kya-01/p1")])

    shown = read(stranger(quick_desk), f"/missions/{mission}/about")

    assert "10–12 декабря" in shown.replace("\u00a0", " ")
    assert "Конгресс-зал" in shown
    assert "+7\u00a0484\u00a0240-00-20" in shown
    assert "Пленарное заседание" in shown
    assert "ООО «Ромашка»" in shown
    assert f'/missions/{mission}/application"' in shown
    assert "Снегирин" not in shown
    assert "p1@example.org" not in shown


def test_organisation_that_only_applied_is_not_on_the_public_page(quick_desk, mission):
    quick_desk.applied(mission, "kya-01")

    assert "Ромашка" not in read(stranger(quick_desk), f"/missions/{mission}/about")


def test_sole_trader_who_consented_to_be_named_to_participants_is_not_named_to_everybody(quick_desk, mission):
    told = {"names": {"ru": "ИП Снегирин"}, "legal_form": "ИП", "consents": [a_consent()]}
    trader = quick_desk.organisation("kya-07", **told)
    body = {"mission_id": mission, "organisation_id": trader, "side": "host", "submit": True}
    application = quick_desk.made("POST", "/v1/applications", body)
    quick_desk.made("POST", f"/v1/applications/{application['id']}/approval", {})
    quick_desk.carry()

    shown = read(stranger(quick_desk), f"/missions/{mission}/about")

    assert quick_desk.made("GET", f"/v1/organisations/{trader}")["may_be_named"]
    assert "Индивидуальный предприниматель" in shown
    assert "kya-07" not in shown
    assert "Снегирин" not in shown


@pytest.mark.parametrize("path", ["about", "mine", "application"])
def test_mission_that_is_still_prepared_is_not_there_for_strangers(quick_desk, path):
    quick_desk.regions()
    draft = quick_desk.made("POST", "/v1/missions", a_mission())["id"]

    assert newcomer(quick_desk).page(f"/missions/{draft}/{path}").status_code == 404
    assert delegate_of(quick_desk, "RU-KYA", role=Role.AGENCY).page(f"/missions/{draft}/{path}").status_code in (
        200,
        303,
    )


def test_open_missions_are_listed_for_everybody_and_linked_from_the_sign_in(quick_desk, mission):
    quick_desk.made("POST", "/v1/missions", a_mission(reference="draft", titles={"ru": "Тайная"}))
    browser = stranger(quick_desk)

    listed = read(browser, "/missions")

    assert f"/missions/{mission}/about" in listed
    assert "Тайная" not in listed
    assert 'href="/missions"' in read(browser, "/sign-in")
    assert "There is" not in read(stranger(quick_desk, "en"), "/missions")


def test_mission_that_is_over_takes_nobody_and_says_whom_to_phone(quick_desk, mission):
    move_to(quick_desk, 20)

    assert "Сейчас заявки не принимает" in read(stranger(quick_desk), "/missions")
    assert "Подать заявку" not in read(stranger(quick_desk), f"/missions/{mission}/about")
    assert "+7\u00a0484\u00a0240-00-20" in read(newcomer(quick_desk), f"/missions/{mission}/application")


def test_company_sees_the_one_thing_to_do_next(quick_desk, mission):
    browser, steps = sent(quick_desk, mission)
    mine = f"/missions/{mission}/mine"
    told = [read(browser, mine)]
    quick_desk.made("POST", f"/v1{steps}/changes-request", {"reason": "Назовите объёмы."})
    told.append(read(browser, mine))
    sent_again(browser, steps)
    quick_desk.made("POST", f"/v1{steps}/approval", {})
    told.append(read(browser, mine))
    quick_desk.carry()
    told.append(read(browser, mine))
    move_to(quick_desk, "09", 18)
    told.append(read(browser, mine))
    move_to(quick_desk, 20)
    told.append(read(browser, mine))

    wanted = ["проверяет", "Назовите объёмы.", "место готовится", "/partners", "встречи завтра", "чем закончились"]
    assert [word in text for word, text in zip(wanted, told, strict=True)] == [True] * 6
    assert all(text.count('class="card next"') == 1 for text in told)
    assert "/tiles/partners" not in told[0]
    assert f"/matching/missions/{mission}/tiles/partners?organisation_id=" in told[3]
    assert f"/matching/missions/{mission}/tiles/meetings?organisation_id=" in told[3]


def test_draft_is_to_be_finished(quick_desk, mission):
    organisation = quick_desk.organisation("klu-01")
    body = {"mission_id": mission, "organisation_id": organisation, "side": "guest"}
    quick_desk.made("POST", "/v1/applications", body)

    assert "Закончите заявку" in read(delegate_of(quick_desk, organisation), f"/missions/{mission}/mine")
    assert "Finish your application" in read(
        delegate_of(quick_desk, organisation, language="en"), f"/missions/{mission}/mine"
    )


def test_whoever_takes_no_part_is_led_from_mine_to_what_everybody_reads(quick_desk, mission):
    answer = newcomer(quick_desk).page(f"/missions/{mission}/mine")

    assert (answer.status_code, answer.headers["Location"]) == (303, f"/missions/{mission}/about")


def test_home_of_a_delegate_leads_to_the_own_missions_and_tells_of_no_other(quick_desk, mission):
    browser, steps = sent(quick_desk, mission)
    other = quick_desk.open_mission(reference="other", titles={"ru": "Чужая"})

    home = read(browser, "/")

    assert f"/missions/{mission}/mine?application_id={whole(quick_desk, steps)['id']}" in home
    assert other not in home
    assert "вы пока не участвуете" in read(newcomer(quick_desk, "new@example.org"), "/").casefold()


def test_who_speaks_for_two_organisations_chooses_between_their_applications(quick_desk, mission):
    first, second = (quick_desk.applied(mission, f"klu-{number}") for number in (1, 2))
    browser = delegate_of(quick_desk, first["organisation_id"], second["organisation_id"])

    choice = read(browser, f"/missions/{mission}/application")
    one = read(browser, f"/missions/{mission}/application?application_id={second['id']}")

    assert first["id"] in choice
    assert second["id"] in choice
    assert "на проверке" in one
