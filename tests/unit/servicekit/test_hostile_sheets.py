"""Files of strangers that are no sheets, or hide more than they say, by the numbers of the list of bad inputs."""

import resource
import subprocess
import sys
import time

import pytest

from builders.sheets import SHEET, WORKBOOK, a_bomb, a_member, a_text, a_workbook, a_zip, parts_of, zipped
from servers.waiting import wait_until
from servicekit.sheets import reading, workbook
from sheets_read import ROWS, refusal

OLE = b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1"


def altered(**parts):
    """A workbook with other members beside or in the place of its own; `sheet` is its first sheet."""
    named = {"sheet": SHEET}
    good = parts_of(a_workbook(ROWS))
    return zipped(good | {named.get(name, name): content for name, content in parts.items()})


@pytest.fixture(scope="module")
def bomb():
    return a_zip([a_member(WORKBOOK, b"<workbook/>"), a_bomb(SHEET, 270)])


def test_81_bomb_is_refused_in_ten_milliseconds_by_what_it_says(no_parser, bomb):
    assert len(bomb) < 800_000
    started = time.thread_time()

    problem = refusal(bomb)

    assert time.thread_time() - started < 0.010
    assert "larger than 50 MB" in str(problem)


@pytest.mark.parametrize("claims", [{"size": 1000}, {"size": 1000, "crc": 0x7D0FDCCE}, {"size": 40_000_000}])
def test_82_member_that_lies_about_its_size_is_refused(no_parser, claims):
    lying = a_zip([a_member("[Content_Types].xml", b"<Types/>"), a_member(WORKBOOK, b" "), a_bomb(SHEET, 2, **claims)])

    assert "damaged" in str(refusal(lying))


def test_82_member_that_hides_a_bomb_is_not_unpacked_beyond_its_word(no_parser):
    lying = a_zip([a_member("[Content_Types].xml", b""), a_member(WORKBOOK, b""), a_bomb(SHEET, 270, size=1000, crc=0)])
    started = time.thread_time()

    problem = refusal(lying)

    assert time.thread_time() - started < 0.010
    assert "damaged" in str(problem)


@pytest.mark.parametrize(
    ("extra", "words"),
    [
        ({"xl/embeddings/more.zip": zipped({"a": b"b"})}, "another packed file"),
        ({"../../etc/cron.d/x": b"x"}, "names that no workbook has"),
        ({"/etc/passwd": b"x"}, "names that no workbook has"),
        ({"xl\\..\\x": b"x"}, "names that no workbook has"),
        ({f"xl/{number}.xml": b"" for number in range(10_000)}, "more than 200 members"),
        ({f"xl/{number}.xml": b"" for number in range(195)}, "more than 200 members"),
    ],
)
def test_82_zip_that_no_workbook_is_is_refused(no_parser, extra, words):
    assert words in str(refusal(altered(**extra)))


@pytest.mark.parametrize("tail", [b"x", b"PK\x05\x06" + bytes(18)])
def test_82_zip_with_a_second_list_of_members_is_refused(no_parser, tail):
    assert refusal(a_workbook(ROWS) + tail)


def test_82_members_that_stand_in_one_another_are_refused(no_parser):
    twin = a_member(SHEET, b"x" * 100)

    assert "names that no workbook has" in str(refusal(a_zip([twin, twin])))


@pytest.mark.parametrize(
    "declaration",
    [
        '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/passwd">]>',
        '<!DOCTYPE x [<!ENTITY a "ha"><!ENTITY b "&a;&a;&a;&a;"><!ENTITY c "&b;&b;&b;&b;">]>',
    ],
)
def test_83_entities_are_refused_before_any_parser_sees_them(no_parser, declaration):
    sheet = parts_of(a_workbook(ROWS))[SHEET].decode().replace("<worksheet", f"{declaration}<worksheet", 1)

    assert "declares entities" in str(refusal(altered(sheet=sheet)))


def test_83_entities_in_another_encoding_open_no_file():
    declared = '<!DOCTYPE x [<!ENTITY secret SYSTEM "file:///etc/hostname">]><worksheet><sheetData><row r="1">'
    cell = '<c r="A1" t="inlineStr"><is><t>&secret;</t></is></c></row></sheetData></worksheet>'
    hidden = ('<?xml version="1.0" encoding="UTF-16"?>' + declared + cell).encode("utf-16")

    assert refusal(altered(sheet=hidden))


@pytest.mark.parametrize("cells", [["XFD1048576"], ["A1", "XFD1048576"], ["A1", "A5002"], ["A1", "BI1"]])
def test_84_cell_far_away_is_refused_for_rows_and_columns(cells):
    def far(_book, sheet):
        for cell in cells:
            sheet.write(cell, "x")

    said = str(refusal(a_workbook((), far)))

    assert "5000 rows" in said or "more memory or time" in said


def test_84_text_that_stands_in_every_cell_is_refused_for_its_length():
    rows = [["x" * 32_000] * 20] * 20

    assert refusal(a_workbook(rows))


@pytest.mark.parametrize(
    ("content", "name", "words"),
    [
        (b"PK\x03\x04garbage", "a.xlsx", "damaged"),
        (b"PK\x03\x04" + bytes(100), "a.xlsx", "damaged"),
        (OLE + bytes(500), "a.xlsx", "kind .xls"),
        (OLE + bytes(500), "a.xls", "kind .xls"),
        (OLE + bytes(100) + "EncryptedPackage".encode("utf-16-le"), "a.xlsx", "password"),
        (altered(**{"xl/vbaProject.bin": b"macro"}), "a.xlsx", "macros"),
        (altered(**{"[Content_Types].xml": b"...sheet.macroEnabled.main+xml"}), "a.xlsx", "macros"),
        (zipped({"mimetype": b"application/vnd.oasis.opendocument.spreadsheet"}), "a.xlsx", "kind .ods"),
        (zipped({"word/document.xml": b""}), "a.xlsx", "kind .docx"),
        (zipped({"xl/workbook.bin": b""}), "a.xlsx", "kind .xlsb"),
        (zipped({"holiday.jpg": b""}), "a.xlsx", "there is none in it"),
        (a_zip([a_member("xl/workbook.xml", b"", flags=1)]), "a.xlsx", "password"),
        (a_text(ROWS), "a.xlsx", "holds no workbook"),
        (a_text(ROWS), "a.XLS", "holds no workbook"),
        (b"\x89PNG\r\n\x1a\n\x00\x00", "a.csv", "neither a workbook"),
        (b"<html><table>", "a.csv", "neither a workbook"),
        (b"\x98\x98\x98", "a.csv", "neither a workbook"),
        (b"", "a.csv", "empty"),
        (b"\xef\xbb\xbf\n;;\n", "a.csv", "The sheet is empty"),
        (a_text(ROWS[:1]), "a.csv", "no row below"),
        (bytes(5 * 1024 * 1024 + 1), "a.csv", "larger than 5 MB"),
    ],
)
def test_85_file_that_is_no_sheet_is_refused_with_its_cause(no_parser, content, name, words):
    assert words in str(refusal(content, name))


def test_85_workbook_with_a_broken_sheet_is_refused():
    assert "damaged" in str(refusal(altered(sheet=b"<worksheet><sheetData><row r='1'><c")))


def test_reader_is_handed_only_what_was_weighed():
    kept = parts_of(reading.weighed(a_workbook(ROWS)))

    assert kept == parts_of(a_workbook(ROWS))


def test_reader_has_no_environment(monkeypatch):
    seen = {}
    run = subprocess.run
    monkeypatch.setattr(subprocess, "run", lambda *args, **options: seen.update(options) or run(*args, **options))

    reading.read(a_workbook(ROWS), "a.xlsx")

    assert seen["env"] == {} and seen["timeout"] == 30


def test_83_reader_may_neither_grow_nor_write_nor_run_on():
    command = [sys.executable, workbook.__file__, "1", "1", "1"]
    wanted = {
        resource.RLIMIT_AS: workbook.MOST_MEMORY_BYTES,
        resource.RLIMIT_CPU: workbook.PROCESSOR_SECONDS,
        resource.RLIMIT_FSIZE: 0,
    }
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env={}) as reader:
        wait_until(
            lambda: resource.prlimit(reader.pid, resource.RLIMIT_FSIZE) == (0, 0), "the reader has set its bounds"
        )
        found = {what: resource.prlimit(reader.pid, what)[1] for what in wanted}
        reader.communicate(b"")

    assert found == wanted
