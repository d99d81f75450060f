import csv
import json
import shlex
from pathlib import Path

import pytest
from click.testing import CliRunner

from matching.console import match
from matching.recommending.evaluation.report import COLUMNS, marked

ROOT = Path(__file__).parents[3]
JUDGED = ROOT / "docs/judged-reasons.tsv"
SCENARIO = ROOT / "deploy/caravan/scenarios/kaluga-krasnoyarsk.json"


@pytest.fixture(scope="module")
def judged():
    lines = JUDGED.read_text(encoding="utf-8").splitlines()
    return list(csv.DictReader(lines[1:], delimiter="\t", quoting=csv.QUOTE_NONE))


def run(*arguments):
    return CliRunner().invoke(match, ["reasons", *arguments], catch_exceptions=False)


def test_judged_reasons_are_those_that_their_seed_draws(judged, monkeypatch):
    monkeypatch.chdir(ROOT)
    _, _, _, command, *arguments = shlex.split(JUDGED.read_text(encoding="utf-8").splitlines()[0])

    done = run(*arguments)

    assert command == "reasons"
    assert done.output.splitlines()[1:] == ["\t".join(row[column] for column in COLUMNS) for row in judged]


def test_every_reason_is_judged_with_a_sentence(judged):
    assert {row["verdict"] for row in judged} == {"right", "wrong"}
    assert all(row["why"].endswith(".") for row in judged)


def test_few_pairs_are_wrong(judged):
    verdicts = {}
    for row in judged:
        verdicts.setdefault((row["guest"], row["host"]), set()).add(row["verdict"])

    wrong = [pair for pair, found in verdicts.items() if found == {"wrong"}]

    assert len(verdicts) == 50
    assert len(wrong) <= 3


def test_seed_and_count_say_which_pairs_are_drawn():
    one, same, other = (run(str(SCENARIO), "--seed", seed, "--count", "5").output for seed in ("1", "1", "2"))

    ends = {tuple(line.split("\t")[:2]) for line in one.splitlines()[1:]}

    assert one == same != other
    assert len(ends) == 5


def test_words_that_met_stand_in_brackets():
    assert marked("Медный кабель", ((0, 6), (7, 13))) == "[Медный] [кабель]"


def test_file_that_is_no_mission_is_refused(tmp_path):
    path = tmp_path / "odd.json"
    path.write_text(json.dumps({"queries": []}), encoding="utf-8")

    done = run(str(path))

    assert done.exit_code == 1
    assert "holds no organisations" in done.output
