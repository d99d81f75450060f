"""The model: what has to be granted, what refused, and how many events that makes."""

import pytest

from chaos.model import Mission, Model, Organisation, Request


@pytest.fixture
def model():
    made = Model()
    made.missions["m"] = Mission("m")
    for key, side in (("o1", "guest"), ("o2", "host")):
        made.organisations[key] = Organisation(key, side)
    assert made.apply("a1", "m", "o1", ["p1"], submit=True)
    assert made.apply("a2", "m", "o2", [], submit=False)
    return made


def test_application_is_taken_once_and_only_while_the_mission_is_open(model):
    assert not model.apply("a3", "m", "o1", [], submit=True)
    model.missions["m"].is_open = False
    model.organisations["o3"] = Organisation("o3", "guest")
    assert not model.apply("a4", "m", "o3", [], submit=True)
    assert set(model.applications) == {"a1", "a2"}


def test_handing_in_makes_profile_and_people_known_once(model):
    assert (model.applications["a1"].told, model.applications["a1"].published) == (1, 1)
    assert (model.delegates["p1"].told, model.delegates["p1"].whispered) == (1, 1)

    assert model.review("a1", "changes_requested")
    assert model.submit("a1")

    assert (model.applications["a1"].told, model.applications["a1"].published) == (3, 1)
    assert model.applications["a1"].been == {"submitted": 2, "changes_requested": 1}
    assert model.delegates["p1"].told == 1


@pytest.mark.parametrize(("is_open", "late", "expected"), [(True, False, "admitted"), (False, False, "refused")])
def test_approved_organisation_is_admitted_to_an_open_mission_alone(model, is_open, late, expected):
    model.missions["m"].is_open = is_open

    assert model.review("a1", "approved", late=late)

    assert model.applications["a1"].participant == expected


def test_late_approval_lets_into_a_closed_mission(model):
    model.missions["m"].is_open = False

    assert model.review("a1", "approved", late=True)

    assert model.applications["a1"].participant == "admitted"


def test_second_decision_is_refused_and_changes_nothing(model):
    model.review("a1", "rejected")

    assert not model.review("a1", "approved")
    assert not model.withdraw("a1")
    assert (model.applications["a1"].status, model.applications["a1"].told) == ("rejected", 2)


def test_withdrawn_application_lets_its_participant_go(model):
    model.review("a1", "approved")

    assert model.withdraw("a1")
    assert not model.dismiss("a1")
    assert model.applications["a1"].participant == "withdrawn"


def test_draft_is_taken_back_without_a_word(model):
    assert model.withdraw("a2")
    assert model.applications["a2"].told == 0


def test_person_is_removed_once_and_those_of_a_draft_are_unknown(model):
    assert model.name_delegate("p2", "a2")
    assert model.remove("p2")
    assert not model.remove("p2")
    assert (model.delegates["p2"].told, model.delegates["p2"].whispered) == (0, 0)


def test_accepted_request_can_be_taken_back_and_not_be_refused(model):
    model.requests["w"] = Request("w", frozenset(("a1", "a2")))

    assert model.answer("w", "acceptance")
    assert not model.answer("w", "refusal")
    assert model.answer("w", "withdrawal")
    assert (model.requests["w"].status, model.requests["w"].told) == ("withdrawn", 3)


def test_pair_has_one_open_request_and_one_side_has_none(model):
    assert model.may_ask("a1", "a2") is None
    model.requests["w"] = Request("w", frozenset(("a1", "a2")))
    assert model.may_ask("a2", "a1") == "request-open"
    assert model.may_ask("a1", "a1") == "same-side"
