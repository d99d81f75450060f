"""A small mission in the scenario format, unlike the one that comes along: other regions, languages and incidents."""

from typing import Any

OFFERS = (
    "Hydraulic presses for metal stamping",
    "Industrial refrigeration units for food warehouses",
    "Software for warehouse accounting",
    "Organic wheat flour for bakeries",
    "Woven cotton workwear",
    "Solar inverters for remote sites",
)
NEEDS = (
    "Bakeries that buy organic wheat flour",
    "Warehouses needing industrial refrigeration units",
    "Stamping shops that need hydraulic presses",
    "Remote sites that need solar inverters",
    "Supplier of cotton workwear for plants",
    "Warehouse accounting software vendors",
)
SIDES = (("guest", 8, "KZ-ALA", 0), ("host", 10, "RU-SVE", 3))


def at(day: int, hour: str) -> str:
    """An instant of March 2026 on the clocks of the mission."""
    return f"2026-03-{day:02}T{hour}:00+05:00"


def window(day: int, start: str, end: str) -> dict[str, str]:
    """Some hours of a day."""
    return {"from": at(day, start), "to": at(day, end)}


def small_mission() -> dict[str, Any]:
    """Eighteen organisations, two days, three tables; most optional fields left out."""
    return {
        "schema": "trade-mission-scenario/1",
        "language": "en",
        "mission": {
            "id": "ala-sve-2026",
            "title_en": "Almaty in Yekaterinburg",
            "type": "regatta",
            "guest_region": "KZ-ALA",
            "host_region": "RU-SVE",
            "start": "2026-03-02",
            "end": "2026-03-03",
            "timezone": "Asia/Yekaterinburg",
        },
        "regions": [
            {"code": "KZ-ALA", "name_en": "Almaty", "timezone": "Asia/Almaty"},
            {"code": "RU-SVE", "name_en": "Sverdlovsk Oblast", "timezone": "Asia/Yekaterinburg"},
        ],
        "tables": [{"id": "A"}, {"id": "B", "video_kit": True}, {"id": "C"}],
        "slots": [_slot(day, hour, minute) for day in (2, 3) for hour in (10, 11, 12) for minute in (0, 30)],
        "organisations": [_organisation(side, number) for side in SIDES for number in range(side[1])],
        "meeting_requests": _requests(),
        "timeline": _timeline(),
        "agreements": _agreements(),
    }


def _slot(day: int, hour: int, minute: int) -> dict[str, Any]:
    end = f"{hour}:30" if minute == 0 else f"{hour + 1}:00"
    return {"id": f"s{day}-{hour}{minute:02}", "start": at(day, f"{hour}:{minute:02}"), "end": at(day, end)}


def _organisation(side: tuple[str, int, str, int], number: int) -> dict[str, Any]:
    name, _, region, shift = side
    reference = f"{name[0]}{number + 1}"
    return {
        "id": reference,
        "side": name,
        "name_en": f"{name.title()} company {number + 1}",
        "region": region,
        "is_sme": number % 2 == 0,
        "offers": [{"partnership": "supplier_agreement", "text_en": OFFERS[(number + shift) % 6]}],
        "needs": [{"partnership": "commercial_agreement", "text_en": NEEDS[(number * 2 + 1) % 6]}],
        "staff": [_person(reference, number, which) for which in (1, 2)],
    }


def _person(reference: str, number: int, which: int) -> dict[str, Any]:
    person = {
        "id": f"{reference}/p{which}",
        "full_name_en": f"Person {which} of {reference}",
        "email": f"{reference}.{which}@example.org",
    }
    windows = [window(2, "10:00", "13:00"), window(3, "10:00", "13:00")]
    return person | ({"availability": windows} if number % 2 else {})


def _requests() -> list[dict[str, Any]]:
    return [
        {"from": "g1", "to": "h1", "status": "accepted", "sent_at": "2026-02-10T10:00:00+05:00"},
        {"from": "h1", "to": "g1", "status": "pending", "sent_at": "2026-02-10T12:00:00+05:00"},
        {"from": "g2", "to": "h3", "status": "declined", "sent_at": "2026-02-12T10:00:00+05:00"},
        {"from": "g3", "to": "h3", "status": "withdrawn", "sent_at": "2026-02-12T10:00:00+05:00"},
        {"from": "g5", "to": "h5", "status": "accepted"},
    ]


def _timeline() -> list[dict[str, Any]]:
    late = {"availability_removed": [window(2, "10:00", "13:00")]}
    early = {"unavailable_from": at(3, "11:00")}
    return [
        {"id": "e1", "at": at(2, "08:00"), "type": "late_arrival", "organisation": "g2", "effect": late},
        {"id": "e2", "at": at(2, "11:10"), "type": "no_show", "organisation": "g8", "reason_en": "Nobody came"},
        {
            "id": "e3",
            "at": at(2, "11:40"),
            "type": "early_leave",
            "organisation": "h3",
            "person": "h3/p1",
            "effect": early,
        },
        {"id": "e4", "at": at(2, "12:10"), "type": "cancellation", "organisation": "g1"},
        {"id": "e5", "at": at(2, "19:00"), "type": "power_cut"},
    ]


def _agreements() -> list[dict[str, Any]]:
    checks = [
        {"check_months": 3, "checked_on": "2026-06-03", "status": "in_progress", "realised_amount_eur": 50000},
        {"check_months": 6, "checked_on": "2026-09-10", "status": "realised", "realised_amount_eur": 70000},
    ]
    first = {"id": "a1", "guest": "g1", "host": "h1", "type": "supply_contract", "expected_amount_eur": 100000}
    second = {"id": "a2", "guest": "g2", "host": "h4", "type": "twinning", "signed_at": at(3, "13:10")}
    return [first | {"signed_at": at(3, "13:00"), "follow_up": checks}, second]
