"""Lists: everybody is shown somewhere, and the organiser sees how often."""

import pytest

from builders.matching import MISSION, an_office, profile
from contracts import registration as told
from contracts.matching import RecommendationsPublished
from servicekit import identifiers

PUMPS = "Насосы для водоканала"


SHORT = """
pack = "mission_kind"
id = "short"
like = "interregional"

[names]
en = "A mission with lists of one"

[matching.lists]
length = 1
keep = 0
"""


@pytest.fixture
def market(runtime_of, tmp_path):
    """Two guests who need pumps, three hosts who make them: lists of one, of which none is kept."""
    (tmp_path / "packs" / "missions").mkdir(parents=True)
    (tmp_path / "packs" / "missions" / "short.toml").write_text(SHORT, encoding="utf-8")
    office = an_office(runtime_of, packs_dir=str(tmp_path / "packs"))
    office.announce(kind="short")
    guests = [office.admit(name, "guest", needs=PUMPS) for name in ("klu-1", "klu-2")]
    hosts = [office.admit(name, "host", offers=PUMPS) for name in ("kya-1", "kya-2", "kya-3")]
    office.work()
    return office, guests, hosts


def exposure(office):
    return office.get(f"missions/{MISSION}/recommendations/exposure")


def by_organisation(found):
    return {row["organisation_id"]: row for row in found["organisations"]}


def test_everybody_with_a_pair_is_in_a_list_and_all_pairs_stay_for_the_timetable(market):
    office, guests, hosts = market

    found = exposure(office)

    rows = by_organisation(found)
    assert {rows[str(id_)]["shown"] >= 1 for id_ in (*guests, *hosts)} == {True}
    assert office.get(f"missions/{MISSION}")["recommendations"]["pairs"] == 6
    assert sum(row["listed"] for row in found["organisations"] if row["side"] == "guest") == 3


def test_exposure_tells_how_evenly_lists_are_shared_out(market):
    office, *_ = market

    side = exposure(office)["sides"]["host"]

    assert (side["organisations"], side["nowhere"], side["least"], side["most"], side["gini"]) == (3, 0, 1, 1, 0)
    assert [bar["organisations"] for bar in side["bars"]] == [0, 3]


def test_exposure_says_why_somebody_is_shown_nowhere(office):
    office.announce()
    guest = office.admit("klu-1", "guest", needs=PUMPS)
    office.admit("kya-1", "host", offers=PUMPS)
    tailor = office.admit("kya-2", "host", offers="Пошив зимних костюмов")
    shy = office.admit("kya-3", "host", offers=PUMPS, avoids=(guest,))
    office.work()

    rows = by_organisation(exposure(office))

    assert rows[str(guest)]["why"] is None
    assert (rows[str(tailor)]["why"], rows[str(shy)]["why"]) == ("nothing_fits", "avoid_list")


def test_organiser_hears_how_many_lists_have_changed_and_publishes_them_with_one_button(office):
    office.announce()
    guest = office.admit("klu-1", "guest", needs=PUMPS)
    host = office.admit("kya-1", "host", offers=PUMPS)
    office.work()
    before = exposure(office)
    office.post(f"missions/{MISSION}/recommendations/publication")
    late = office.admit("kya-2", "host", offers=PUMPS)
    office.work()

    changed = exposure(office)
    office.forget()
    office.post(f"missions/{MISSION}/recommendations/publication")

    assert (before["published_at"], before["lists_changed"]) == (None, 0)
    assert changed["lists_changed"] == 2
    assert exposure(office)["lists_changed"] == 0
    assert {event.organisation_id for event in office.recorded(RecommendationsPublished)} == {guest, late}
    assert host not in {event.organisation_id for event in office.recorded(RecommendationsPublished)}


def test_list_that_is_as_it_was_published_is_no_change(office):
    office.announce()
    office.admit("klu-1", "guest", needs=PUMPS)
    host = office.admit("kya-1", "host", offers=PUMPS)
    office.work()
    office.post(f"missions/{MISSION}/recommendations/publication")

    office.hear(identifiers.derived("profile", host), profile(host, told.Side.HOST, offers=PUMPS))
    office.work()

    assert exposure(office)["lists_changed"] == 0


@pytest.mark.parametrize("language", ["ru", "en"])
def test_page_of_exposure_opens(market, language):
    office, *_ = market

    answer = office.client.get(f"/missions/{MISSION}/exposure", headers={"Accept-Language": language})

    assert answer.status_code == 200
    assert "<svg" in answer.text
