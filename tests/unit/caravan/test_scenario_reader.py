import copy
import json
from datetime import UTC, datetime, timedelta
from importlib.resources import files

import pytest

from caravan.scenario import reader, variants
from caravan.scenario.errors import ScenarioError
from caravan.scenario.variants import NoSuchVariantError

KALUGA = json.loads((files("caravan") / "scenarios" / "kaluga-krasnoyarsk.json").read_text("utf-8"))


def with_few(document):
    """Return a document reduced to six organisations and those of timeline, agenda and agreements, for speed."""
    rows, few = document["organisations"], copy.deepcopy(document)
    named = json.dumps([document[part] for part in ("timeline", "agenda", "agreements")])
    ids = {row["id"] for row in rows[:6]} | {row["id"] for row in rows if f'"{row["id"]}"' in named}
    few["organisations"] = [
        row | {"does_not_want_to_meet": [id_ for id_ in row.get("does_not_want_to_meet") or [] if id_ in ids]}
        for row in few["organisations"]
        if row["id"] in ids
    ]
    few["meeting_requests"] = [row for row in few["meeting_requests"] if {row["from"], row["to"]} <= ids]
    return few


@pytest.fixture
def document():
    return with_few(KALUGA)


@pytest.fixture
def read(tmp_path):
    def read(document):
        path = tmp_path / "mission.json"
        path.write_text(document if isinstance(document, str) else json.dumps(document, ensure_ascii=False, indent=1))
        return reader.read(path)

    return read


def change(document, pointer, value):
    *way, last = (int(part) if part.isdigit() else part for part in pointer.removeprefix("/").split("/"))
    for part in way:
        document = document[part]
    document[last] = value


def test_the_file_that_comes_along_is_read_without_notes(read):
    scenario = read(KALUGA)

    assert (scenario.id, scenario.language, scenario.unknown) == ("klu-kya-2024-12", "ru", ())
    assert len(scenario.staff) == 75


@pytest.mark.parametrize(
    ("pointer", "value", "place", "cause"),
    [
        ("/schema", "trade-mission-scenario/2", "/schema", "must be"),
        ("/mission/timezone", "Asia/Nowhere", "/mission/timezone", "not an IANA time zone"),
        ("/mission/start", "2024-02-30", "/mission/start", "not a day of the calendar"),
        ("/mission/end", "2024-12-09", "/mission/end", "before the start"),
        ("/mission/host_region", "RU-OMS", "/mission/host_region", "no region RU-OMS"),
        ("/slots/0/tables", ["T1", "T99"], "/slots/0/tables/1", "no table T99"),
        ("/slots/0/start", "2024-12-10T14:00:00", "/slots/0/start", "not an instant with an offset"),
        ("/slots/0/end", "2024-12-10T13:00:00+07:00", "/slots/0", "not after its start"),
        ("/slots/1/id", "slot-1-1400", "/slots/1/id", "is duplicated"),
        ("/walking", [{"from": "meeting-hall", "to": "moon", "minutes": 5}], "/walking/0/to", "is at moon"),
        ("/walking", [{"from": "meeting-hall", "to": "moon", "minutes": 241}], "/walking/0/minutes", "241"),
        ("/interpreters", [{"id": "Ivan", "languages": ["ru", "zh"]}], "/interpreters/0/id", "Ivan"),
        ("/interpreters", [{"id": "I1", "languages": ["ru", "zh"]}] * 2, "/interpreters/1/id", "is duplicated"),
        ("/agenda/0/start", "2024-12-09T09:30:00+07:00", "/agenda/0", "outside the mission"),
        (
            "/agenda/2/required_organisations",
            ["klu-99"],
            "/agenda/2/required_organisations/0",
            "no organisation klu-99",
        ),
        ("/organisations/3/side", "third", "/organisations/3/side", "must be one of guest, host"),
        ("/organisations/3/region", "RU-OMS", "/organisations/3/region", "no region RU-OMS in the file"),
        ("/organisations/3/contact/phone", "12", "/organisations/3/contact/phone", "not a possible telephone"),
        (
            "/organisations/3/does_not_want_to_meet",
            ["x"],
            "/organisations/3/does_not_want_to_meet/0",
            "no organisation x",
        ),
        ("/organisations/3/inn", "4099001376", "/organisations/3/inn", "check digits"),
        ("/organisations/3/about_ru", "x" * 10_000, "/organisations/3/about_ru", "2000 at most"),
        ("/organisations/3/staff", [], "/organisations/3/staff", "is empty"),
        ("/organisations/1/staff/0/id", "klu-01/p1", "/organisations/1/staff/0/id", "is duplicated"),
        ("/organisations/1/staff/0/email", "nobody", "/organisations/1/staff/0/email", "not an e-mail address"),
        ("/meeting_requests/0/to", "kya-99", "/meeting_requests/0/to", "no organisation kya-99"),
        ("/meeting_requests/0/to", "klu-02", "/meeting_requests/0", "same side"),
        ("/timeline/0/person", "klu-01/p1", "/timeline/0/person", "is not of klu-17"),
        ("/agreements/0/guest", "kya-02", "/agreements/0/guest", "is not a guest"),
        ("/agreements/0/follow_up/1/check_months", 3, "/agreements/0/follow_up/1/check_months", "is duplicated"),
        ("/agreements/0/follow_up/0/checked_on", "2024-12-01", "/agreements/0/follow_up/0/checked_on", "the signing"),
        ("/mission/end", "9999-12-31", "/mission/end", "not a day of the calendar"),
        ("/slots/0/end", "9999-12-31T23:59:59-10:00", "/slots/0/end", "not an instant"),
        ("/slots/0/id", " ", "/slots/0/id", "is empty"),
        ("/organisations/3/offers/0/text_ru", " ", "/organisations/3/offers/0", "has no text"),
        ("/mission/end", "2025-12-10", "/mission/end", "more than 62 days"),
        ("/slots/1/start", "2024-12-10T14:10:00+07:00", "/slots/1", "overlaps slot-1-1400 at table T1"),
        ("/organisations/3/offers/0/text_ru", "Звоните 8 (495) 123-45-67", "/organisations/3/offers/0", "telephone"),
        ("/organisations/3/offers/0/text_ru", "Пишите a@example.org", "/organisations/3/offers/0", "e-mail address"),
        ("/organisations/3/about_ru", "Пишите a@example.org", "/organisations/3", "its about holds an e-mail address"),
        ("/meeting_requests/0/message", "+7 913 555-12-34", "/meeting_requests/0", "its message holds a telephone"),
        ("/timeline/0/reason_ru", "a@example.org", "/timeline/0", "its reason holds an e-mail address"),
        ("/agreements/0/subject_ru", "8 (495) 123-45-67", "/agreements/0", "its subject holds a telephone number"),
        (
            "/organisations/1/staff/0/email",
            f"{'a' * 65}@example.org",
            "/organisations/1/staff/0/email",
            "not an e-mail",
        ),
        ("/organisations/3/name_ru", "ООО\u0007", "/organisations/3/name_ru", "control character"),
        ("/organisations/3/staff/0/full_name_ru", "я" * 201, "/organisations/3/staff/0/full_name_ru", "200 at most"),
        ("/organisations/3/staff/0/timezone", "EST", "/organisations/3/staff/0/timezone", "not an IANA time zone"),
        ("/variants/tight/tables", ["T77"], "/variants/tight/tables/0", "no table T77"),
    ],
)
def test_a_bad_file_is_refused_with_place_and_cause(read, document, pointer, value, place, cause):
    change(document, pointer, value)

    with pytest.raises(ScenarioError) as refused:
        read(document)

    assert [(fault.pointer, fault.line > 0) for fault in refused.value.faults][:1] == [(place, True)]
    assert cause in refused.value.faults[0].cause
    assert "nothing was sent" in refused.value.message


def test_a_person_without_address_is_refused_when_the_organisation_has_none_either(read, document):
    del document["organisations"][0]["staff"][0]["email"]
    document["organisations"][0]["contact"] = None

    with pytest.raises(ScenarioError, match="has no email, and neither has the organisation"):
        read(document)


def items(number, language_texts):
    return [{"id": f"i{n}", "partnership": "supply", **language_texts} for n in range(number)]


def test_a_profile_is_refused_when_all_its_texts_together_are_too_long(read, document):
    document["organisations"][3]["offers"] = items(10, {"text_ru": "я" * 300, "text_en": "a" * 300})
    document["organisations"][3]["needs"] = items(10, {"text_ru": "я" * 300, "text_en": "a" * 300})

    with pytest.raises(ScenarioError, match="have 12000 characters in all languages, 8000 at most") as refused:
        read(document)

    assert [fault.pointer for fault in refused.value.faults] == ["/organisations/3"]


def test_a_profile_is_taken_when_its_texts_are_just_short_enough(read, document):
    document["organisations"][3]["offers"] = items(20, {"text_ru": "я" * 200, "text_en": "a" * 200})
    document["organisations"][3]["needs"] = []

    assert read(document).unknown == ()


def test_a_programme_is_refused_when_no_event_could_carry_it(read, document):
    document["tables"] = [{"id": f"table-{number:03}"} for number in range(200)]
    tables = [table["id"] for table in document["tables"]]
    document["slots"] = [row | {"tables": tables} for row in document["slots"]]
    number = 200_000 // len(json.dumps(document["slots"][0], separators=(",", ":"))) + 1
    document["slots"] = [dict(document["slots"][0], id=f"s{n}", **hour(n)) for n in range(number)]
    document["mission"] |= {"rules": {}, "end": "2025-01-31"}
    document["variants"] = {}

    with pytest.raises(ScenarioError, match="200000 at most") as refused:
        read(document)

    assert [fault.pointer for fault in refused.value.faults] == ["/slots"]


def hour(number):
    start = datetime(2024, 12, 10, 0, 0, tzinfo=UTC) + timedelta(hours=number)
    return {"start": start.isoformat(), "end": (start + timedelta(hours=1)).isoformat()}


def test_what_is_null_counts_as_not_said(read, document):
    for pointer in ("/meeting_requests/0/sent_at", "/organisations/0/contact", "/organisations/0/role", "/timeline"):
        change(document, pointer, None)
    change(document, "/organisations/1/staff/0/availability", None)

    scenario = read(document)

    assert scenario.unknown == ()
    assert scenario.rows("timeline") == ()
    assert "sent_at" not in scenario.rows("meeting_requests")[0]
    assert [row["expected_amount_rub"] for row in scenario.rows("agreements")].count(None) == 3


@pytest.mark.parametrize(
    ("pointer", "value"),
    [
        ("/mission/type", "regatta"),
        ("/agenda/0/type", "Opening ceremony"),
        ("/agenda/0/required_organisations", None),
        ("/organisations/0/size", "holding"),
        ("/organisations/0/role", "chamber_of_commerce"),
        ("/organisations/0/offers/0/partnership", "Joint venture"),
        ("/organisations/0/staff/0/language", "en-GB"),
        ("/meeting_requests/0/status", "under_review"),
        ("/agreements/0/type", "Аренда"),
        ("/agreements/0/follow_up/0/status", "terminated"),
        ("/timeline/0/organisation", None),
    ],
)
def test_words_that_nobody_foresaw_are_taken(read, document, pointer, value):
    change(document, pointer, value)

    assert read(document).unknown == ()


def test_availability_is_refused_when_windows_overlap(read, document):
    windows = document["organisations"][0]["staff"][0]["availability"]
    windows.insert(1, {"from": "2024-12-10T15:00:00+07:00", "to": "2024-12-10T18:00:00+07:00"})

    with pytest.raises(ScenarioError, match="before the window above it has ended"):
        read(document)


def test_every_fault_of_a_kind_is_told_at_once_in_the_order_of_the_lines(read, document):
    del document["organisations"][5]["id"]
    change(document, "/organisations/2/side", "third")

    with pytest.raises(ScenarioError) as refused:
        read(document)

    assert [fault.pointer for fault in refused.value.faults] == ["/organisations/2/side", "/organisations/5"]


def test_the_line_is_that_of_the_place(read, document):
    change(document, "/organisations/3/contact/phone", "12")
    lines = json.dumps(document, ensure_ascii=False, indent=1).splitlines()

    with pytest.raises(ScenarioError) as refused:
        read(document)

    assert '"phone": "12"' in lines[refused.value.faults[0].line - 1]


@pytest.mark.parametrize(
    ("text", "cause"),
    [
        ('{"schema": ', "not valid JSON"),
        ('{"schema": "a", "schema": "b"}', "is duplicated"),
        ('{"schema": NaN}', "is not a number"),
        ("[]", "must be object"),
    ],
)
def test_a_file_is_refused_when_it_is_no_clear_json(read, text, cause):
    with pytest.raises(ScenarioError, match=cause):
        read(text)


def test_unknown_fields_are_named_with_their_place_and_not_fatal(read, document):
    change(document, "/organisations/0/mascot", "bear")
    change(document, "/mission/rules/coffee", True)

    scenario = read(document)

    assert [fault.pointer for fault in scenario.unknown] == ["/mission/rules/coffee", "/organisations/0/mascot"]
    assert all(fault.line for fault in scenario.unknown)


def test_only_what_a_mission_cannot_do_without_is_needed(read):
    region = {"code": "KZ-ALA", "name_en": "Almaty", "timezone": "Asia/Almaty"}
    slot = {"id": "s1", "start": "2026-03-02T10:00:00+05:00", "end": "2026-03-02T10:30:00+05:00"}
    person = {"id": "p", "full_name_en": "A", "email": "a@example.org"}
    organisation = {"id": "o", "side": "guest", "name_en": "O", "region": "KZ-ALA", "staff": [person]}
    mission = {"id": "m", "title_en": "M", "guest_region": "KZ-ALA", "host_region": "KZ-ALA"}
    dates = {"start": "2026-03-02", "end": "2026-03-02", "timezone": "Asia/Almaty"}

    scenario = read(
        {
            "schema": "trade-mission-scenario/1",
            "mission": mission | dates,
            "regions": [region],
            "tables": [{"id": "T1"}],
            "slots": [slot],
            "organisations": [organisation],
        }
    )

    assert scenario.rows("timeline") == ()
    assert scenario.unknown == ()


def test_a_variant_keeps_only_its_tables_and_sessions(read, document):
    tight = variants.apply_variant(read(document), "tight")

    assert [row["id"] for row in tight.rows("tables")] == ["T1", "T2", "T3", "T4", "T5"]
    assert {slot["session"] for slot in tight.rows("slots")} == {"b2b-1", "b2b-2"}
    assert {table for slot in tight.rows("slots") for table in slot["tables"]} == {"T1", "T2", "T3", "T4", "T5"}
    assert tight.mission["rules"]["online_tables"] == ["T5"]
    assert "b2b-3" not in {row["id"] for row in tight.rows("agenda")}


def test_a_variant_keeps_the_ways_between_what_is_left(read, document):
    document["tables"][-1]["location"], left = "annexe", [table["id"] for table in document["tables"][:-1]]
    item = next(row["location"] for row in document["agenda"] if row.get("location"))
    ways = [{"from": "meeting-hall", "to": end, "minutes": 5} for end in ("annexe", item)]
    document |= {"walking": ways, "variants": {"small": {"tables": left}}}
    document["mission"]["rules"]["online_tables"] = left[:1]

    varied = variants.apply_variant(read(document), "small")

    assert varied.rows("walking") == ways[1:]


def test_a_variant_that_the_file_does_not_have_is_refused(read, document):
    with pytest.raises(NoSuchVariantError, match="Its variants: tight"):
        variants.apply_variant(read(document), "loose")
