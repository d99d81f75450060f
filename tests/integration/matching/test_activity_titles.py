"""Activity codes in recommendations, where a mission kind weighs them."""

from dataclasses import replace

import pytest

from builders.matching import MISSION, an_office, organisation

KIND = """
pack = "mission_kind"
id = "by-trade"
like = "interregional"

[names]
en = "A mission that weighs activity codes"

[matching.weights]
cut_off = 0
activity_titles = {weight}
"""
NEED, OFFER = "Литьё чугуна для насосов", "Детали насосов из чугуна"


def scores(runtime_of, folder, weight):
    """The scores of a foundry and of a hairdresser with the same offer, for one who needs castings."""
    (folder / "by-trade.toml").write_text(KIND.format(weight=weight), encoding="utf-8")
    office = an_office(runtime_of, packs_dir=str(folder))
    office.announce(kind="by-trade")
    guest = office.admit("klu-1", "guest", needs=NEED)
    hosts = {name: office.admit(name, "host", offers=OFFER) for name in ("foundry", "hairdresser")}
    for (name, id_), code in zip(hosts.items(), ("24.51", "96.02"), strict=True):
        office.hear(id_, replace(organisation(id_, name), activity_codes=(code,)))
    office.work()
    (row,) = office.get(f"missions/{MISSION}/recommendations?organisation_id={guest}")["items"]
    found = {partner["organisation_id"]: partner["score"] for partner in row["partners"]}
    return [found[str(id_)] for id_ in hosts.values()]


@pytest.mark.parametrize(("weight", "ahead"), [(0.5, True), (0, False)])
def test_codes_that_say_what_is_needed_put_a_partner_ahead_only_where_they_weigh(runtime_of, tmp_path, weight, ahead):
    foundry, hairdresser = scores(runtime_of, tmp_path, weight)

    assert (foundry > hairdresser) is ahead
