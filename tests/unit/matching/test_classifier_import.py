"""A classifier that an operator takes in."""

import pytest
from click.testing import CliRunner

from matching.console import match
from packs import loader


@pytest.fixture
def folder(tmp_path):
    made = tmp_path / "packs"
    made.mkdir()
    return made


def taken(folder, text, *, name="okved2", encoding="utf-8"):
    file = folder.parent / "table.csv"
    file.write_text(text, encoding=encoding)
    asked = ["classifier", "import", str(file), "--name", name]
    return CliRunner().invoke(match, asked, env={"CARAVAN_PACKS_DIR": str(folder)})


def test_imported_classifier_is_found_with_the_packs(folder):
    done = taken(folder, "code;ru\n10.51;Молоко\n10.52;Мороженое\n")

    assert done.exit_code == 0, done.output
    assert "2 codes, titles in ru" in done.output
    assert loader.load(str(folder)).classifiers["okved2"].titles_of("10.52") == {"ru": "Мороженое"}


@pytest.mark.parametrize(
    ("text", "encoding", "cause"),
    [
        ("code;ru\n10.51;Сыр\n10.52\n", "utf-8", "table.csv: line 3: it has 1 columns"),
        ("code;ru\n10.51;Сыр\n", "cp1251", "table.csv: line 2: it is not UTF-8"),
    ],
)
def test_table_with_a_fault_is_refused_whole_and_the_one_before_stays(folder, text, encoding, cause):
    taken(folder, "code;ru\n10.51;Молоко\n")

    refused = taken(folder, text, encoding=encoding)

    assert refused.exit_code == 1
    assert cause in refused.output
    assert loader.load(str(folder)).classifiers["okved2"].titles == {"10.51": {"ru": "Молоко"}}


def test_classifier_needs_a_folder_of_packs(tmp_path):
    refused = taken(tmp_path / "nowhere", "code;ru\n10.51;Молоко\n")

    assert refused.exit_code == 2
    assert "nowhere" in refused.output
    assert not (tmp_path / "nowhere").exists()
