"""A mission of few that counts as large, so that it is scored as those of thousands are."""

from builders.matching import an_office

GOODS = ("Лопатки паровых турбин", "Насосы для водоканала", "Пошив зимних костюмов", "Фанера берёзовая")
KIND = """
pack = "mission_kind"
id = "crowd"
like = "interregional"

[names]
en = "A mission that counts as large"

[matching.weights]
large = 1
"""


def a_crowd(runtime_of, folder, more=""):
    """Admit four guests and four hosts, of whom each has one partner, to a mission of that kind; `more` adds to it."""
    missions = folder / "packs" / "missions"
    missions.mkdir(parents=True)
    (missions / "crowd.toml").write_text(KIND + more, encoding="utf-8")
    office = an_office(runtime_of, packs_dir=str(folder / "packs"))
    office.announce(kind="crowd")
    for number, goods in enumerate(GOODS):
        office.admit(f"klu-{number}", "guest", needs=goods)
        office.admit(f"kya-{number}", "host", offers=goods)
    return office


def noting(monkeypatch, comparing):
    """Return a list that grows by the first guest of each block that is compared."""
    found, block = [], comparing.block

    def noted(self, start, end):
        found.append(start)
        return block(self, start, end)

    monkeypatch.setattr(comparing, "block", noted)
    return found
