import pytest

from packs import loader
from packs.models import PackError

REGION = """
pack = "region"
id = "RU-OMS"
timezone = "Asia/Omsk"
languages = ["ru"]
currency = "RUB"

[names]
ru = "Омская область"

[catering]
tea = true
"""


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "regions").mkdir()
    (tmp_path / "regions" / "ru-oms.toml").write_text(REGION, encoding="utf-8")
    return tmp_path


def test_built_in_packs_are_found():
    packs = loader.load()

    assert {"RU-KLU", "RU-KYA"} <= packs.regions.keys()
    assert packs.mission_kinds["interregional"].sides == ("guest", "host")


def test_operators_pack_is_found_beside_the_built_in_ones(folder):
    packs = loader.load(str(folder))

    assert packs.regions["RU-OMS"].names == {"ru": "Омская область"}
    assert packs.regions["RU-KLU"].timezone == "Europe/Moscow"


def test_pack_hands_each_service_its_own_table(folder):
    pack = loader.load(str(folder)).regions["RU-OMS"]

    assert pack.table("catering") == {"tea": True}
    assert pack.table("registration") == {}


def test_operators_pack_wins_over_a_built_in_one(folder):
    changed = REGION.replace("RU-OMS", "RU-KLU")
    (folder / "ru-klu.toml").write_text(changed, encoding="utf-8")

    packs = loader.load(str(folder))

    assert packs.regions["RU-KLU"].timezone == "Asia/Omsk"


@pytest.mark.parametrize(
    ("was", "now", "cause"),
    [
        ('timezone = "Asia/Omsk"', 'timezone = "MSK+3"', "timezone"),
        ('id = "RU-OMS"', 'id = "oms"', "id"),
        ('pack = "region"', 'pack = "village"', "`pack` must be one of region, mission_kind"),
        ('currency = "RUB"', "", "currency"),
        ("[names]", "[names", "line"),
    ],
)
def test_pack_that_cannot_be_used_is_named_with_the_cause(folder, was, now, cause):
    (folder / "bad.toml").write_text(REGION.replace(was, now), encoding="utf-8")

    with pytest.raises(PackError, match=r"bad\.toml") as refused:
        loader.load(str(folder))

    assert cause in str(refused.value)


def test_folder_that_is_not_there_is_named(tmp_path):
    with pytest.raises(PackError, match="no such folder"):
        loader.load(str(tmp_path / "nowhere"))


KIND = """
pack = "mission_kind"
id = "fair"
like = "interregional"

[names]
en = "Fair"

[rules]
min_meetings_per_guest = 9

[matching]
follow_up_months = [1]
"""


def test_mission_kind_takes_what_it_does_not_say_from_the_one_that_it_is_like(tmp_path):
    (tmp_path / "fair.toml").write_text(KIND, encoding="utf-8")

    packs = loader.load(str(tmp_path))

    fair, model = packs.mission_kinds["fair"], packs.mission_kinds["interregional"]
    assert (fair.names, fair.sides) == ({"en": "Fair"}, model.sides)
    assert fair.rules == {**model.rules, "min_meetings_per_guest": 9}
    assert fair.table("registration") == model.table("registration")
    assert fair.table("matching") == {**model.table("matching"), "follow_up_months": [1]}


def test_mission_kind_that_is_like_none_is_named_with_the_cause(tmp_path):
    (tmp_path / "fair.toml").write_text(KIND.replace("interregional", "outward"), encoding="utf-8")

    with pytest.raises(PackError, match=r"fair\.toml.*without `like`: outward"):
        loader.load(str(tmp_path))


def test_mission_of_a_kind_that_no_pack_knows_goes_by_the_standard_one():
    packs = loader.load()

    assert packs.mission_kind("outward").id == "outward"
    assert packs.mission_kind("regatta").id == "interregional"
