"""A run that shows nothing is no success."""

from chaos.run import EFFECTS, too_little

FULL = {"kills": 30, EFFECTS: 1, "letters left": 1}


def test_run_of_ten_minutes_with_thirty_kills_shows_enough():
    assert too_little(600, FULL) == []


def test_run_with_too_few_kills_or_without_effects_shows_too_little():
    assert too_little(600, FULL | {"kills": 29}) == ["too little: fewer than 30 kills"]
    assert too_little(20, {EFFECTS: 0, "letters left": 0}) == [
        "too little: fewer than 1 kills",
        f"too little: no {EFFECTS}",
        "too little: no letters left",
    ]
