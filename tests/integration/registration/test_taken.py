"""What registration takes, unusual as it is."""

from builders.registration import a_delegate, an_item


def test_mission_of_an_unknown_kind_goes_by_the_rules_of_the_standard_one(quick_desk):
    ids = [quick_desk.open_mission(reference=kind, kind=kind) for kind in ("regatta", "interregional")]

    regatta, usual = (quick_desk.made("GET", f"/v1/missions/{mission_id}") for mission_id in ids)
    assert regatta["kind"] == "regatta"
    assert regatta["rules"] == usual["rules"]


def test_an_offer_and_a_need_may_have_the_same_id(quick_desk):
    profile = {"offers": [an_item(id="1")], "needs": [an_item("Сталь", id="1")]}

    application = quick_desk.applied(quick_desk.open_mission(), profile=profile)

    assert [application["profile"][part][0]["id"] for part in ("offers", "needs")] == ["1", "1"]


def test_a_delegate_may_come_without_time_for_meetings(quick_desk):
    application = quick_desk.applied(quick_desk.open_mission(), delegates=[a_delegate(availability=[])])

    assert application["delegates"][0]["availability"] == []
    assert quick_desk.events("delegate.registered")[0].data.availability == ()
