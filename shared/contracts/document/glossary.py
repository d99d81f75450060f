"""Properties that mean the same wherever they stand: said once, with an example.

A docstring beside a property says more and is taken first.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple


class Term(NamedTuple):
    """What a property means, and a value that it could have; None where its type tells enough of the value."""

    meaning: str
    example: Any = None


TERMS: Mapping[str, Term] = {
    "about": Term("What it says of itself."),
    "account_id": Term("The account that somebody signs in with."),
    "agenda": Term("The programme beside the meetings."),
    "agreement_id": Term("The agreement."),
    "agreement_type": Term(
        "letter_of_intent, supply_contract, framework, dealer, pilot, joint_development, nda.", "supply_contract"
    ),
    "application_id": Term("The application."),
    "applications_until": Term("The last day on which the mission takes applications; null: until it is closed."),
    "at": Term("The instant."),
    "attendance": Term("Whether the delegate comes or takes part online."),
    "availability": Term("When the delegate can be met."),
    "avoids": Term("Organisations that it does not want to meet."),
    "bound": Term("The most that any timetable could be worth."),
    "can_negotiate": Term("Whether the delegate may speak for the organisation in a meeting."),
    "cause": Term("What made it new.", "first"),
    "channel": Term("How it was sent, as mail.", "mail"),
    "check_id": Term("The check."),
    "city": Term("Where it sits.", {"ru": "Калуга", "en": "Kaluga"}),
    "code": Term("ISO 3166-2.", "RU-KLU"),
    "currency": Term("ISO 4217.", "RUB"),
    "delegate_id": Term("The delegate: a person whose name travels in private only."),
    "delivery_id": Term("One message to one person by one channel."),
    "due_on": Term("The day on which to ask."),
    "direction": Term("Who seeks what the other offers.", "you_seek"),
    "email": Term("The address for letters.", "i.ivanova@example.org"),
    "ends_at": Term("When it ends; the first instant after it.", datetime(2024, 12, 10, 7, 30, tzinfo=UTC)),
    "ends_on": Term("The last day.", date(2024, 12, 12)),
    "expected_amount": Term("What the two expect it to bring.", 4_500_000),
    "expires_at": Term("When the link and the code hold no more.", datetime(2024, 12, 10, 7, 10, tzinfo=UTC)),
    "from_names": Term("Names of who asks, by language.", {"ru": "ООО «Фильтр»", "en": "Filter LLC"}),
    "from_organisation_id": Term("Who asks."),
    "from_region": Term("The region of who asks, ISO 3166-2.", "RU-KLU"),
    "guest_names": Term("Names of the guest, by language.", {"ru": "ООО «Фильтр»", "en": "Filter LLC"}),
    "guest_organisation_id": Term("The guest: it travels."),
    "guest_person_id": Term("The delegate who comes for the guest."),
    "guest_region": Term("Where the guests come from, ISO 3166-2.", "RU-KLU"),
    "host_names": Term("Names of the host, by language.", {"ru": "АО «Сибмаш»", "en": "Sibmash JSC"}),
    "host_organisation_id": Term("The host: it is at home where the mission meets."),
    "host_person_id": Term("The delegate who comes for the host."),
    "host_region": Term("Where the hosts are, ISO 3166-2.", "RU-KYA"),
    "id": Term("Its id, unique among its like in this aggregate."),
    "is_online": Term("Whether they meet by video.", False),
    "is_removed": Term("Whether the delegate does not come any more.", False),
    "is_sme": Term("Whether the law counts it as a small or medium enterprise."),
    "issued_before": Term("Of its tokens, those from before this instant hold no more."),
    "key_id": Term(
        "Which key it is: `kid` of a token that it signs (RFC 7515).", "0193af5b-4280-7000-8000-00000000000a"
    ),
    "kind": Term("Which sort of its like it is.", "interregional"),
    "language": Term("The language to write in, by its code.", "ru"),
    "languages": Term("The languages of the region, the first first.", "ru"),
    "location": Term("Where in the venue it is.", "meeting-hall"),
    "max_meetings_per_person_per_day": Term("The most meetings that one person has on one day.", 8),
    "meeting_id": Term("The meeting: the same as long as the two are to meet in this mission."),
    "meetings": Term("The meetings."),
    "message": Term("What the asker writes to the other side.", "We need castings of aluminium."),
    "min_meetings_per_guest": Term("How many meetings each guest should have at least.", 4),
    "mission_id": Term("The mission that it belongs to."),
    "months": Term("How many months after the signing.", 6),
    "names": Term("Names, by language.", {"ru": "ООО «Фильтр»", "en": "Filter LLC"}),
    "need": Term("What is needed.", "castings of aluminium"),
    "need_texts": Term("What is needed, by language.", {"ru": "отливки из алюминия", "en": "castings of aluminium"}),
    "needs": Term("What it looks for."),
    "notification_id": Term("What was told, whoever was told it and how."),
    "offer": Term("What is offered.", "die casting of aluminium alloys"),
    "offer_texts": Term(
        "What is offered, by language.",
        {"ru": "литьё алюминиевых сплавов под давлением", "en": "die casting of aluminium alloys"},
    ),
    "offers": Term("What it brings."),
    "online_tables": Term("Tables of the hall that are for meetings by video.", "T9"),
    "organisation_id": Term("The organisation."),
    "organisation_names": Term("Names of the organisation, by language.", {"ru": "ООО «Фильтр»", "en": "Filter LLC"}),
    "organisations": Term("Those whom it concerns; null where it concerns everyone."),
    "organiser": Term("Who holds the mission."),
    "organiser_email": Term("Where the organiser's desk reads mail, for the public.", "desk@example.org"),
    "organiser_phone": Term("The organiser's telephone number for the public.", "+7 391 200-00-00"),
    "participant_id": Term("The organisation as one that takes part in this mission."),
    "partner_id": Term("The organisation that is met."),
    "partner_names": Term("Names of the organisation that is met.", {"ru": "АО «Сибмаш»", "en": "Sibmash JSC"}),
    "partner_region": Term("The region of the organisation that is met, ISO 3166-2.", "RU-KYA"),
    "partners": Term("Whom it should meet, the best first."),
    "phone": Term("The telephone number, E.164.", "+79130000000"),
    "partnership_type": Term(
        "Which kind of cooperation, by the mission kind's own list, as supplier_agreement or rnd_cooperation.",
        "supplier_agreement",
    ),
    "person_id": Term("The person."),
    "profile_id": Term("What the organisation offers and needs in this mission."),
    "proven": Term("Whether no timetable can be worth more."),
    "rating_id": Term("The rating: one a meeting and side."),
    "realised_amount": Term("What the agreement has brought so far; null where nobody said.", 1_200_000),
    "reason": Term("What was said about it; empty where nothing was.", ""),
    "reasons": Term("Why the two should meet."),
    "reference": Term("A short name that its owner gave it, unique among its like in its home.", "filter"),
    "region": Term("The region of the organisation, ISO 3166-2; empty where it is not known.", "RU-KLU"),
    "request_id": Term("The request."),
    "score": Term("How well the two fit.", 0.82),
    "seats": Term("How many people can sit at it.", 4),
    "service": Term("The name of the service.", "matching"),
    "session": Term("The part of the programme that it belongs to.", "b2b-1"),
    "session_id": Term(
        "The session, or the key to the API: `sid` of its tokens.", "5f0c1d52-6b7e-4a53-9a3c-2f1f0a7f5c11"
    ),
    "shift_seconds": Term("How far the clock stands from the machine's.", 86_400.0),
    "side": Term("Which side of the mission it stands on."),
    "signed_at": Term("When it was signed."),
    "signs_from": Term("When it begins to sign."),
    "signal_id": Term("The signal: one a pair and direction."),
    "slot": Term("The slot of the mission's programme.", "b2b-1-10:00"),
    "slots": Term("When meetings can stand."),
    "stars": Term("How good it was, from 1 to 5.", 4),
    "starts_at": Term("When it begins."),
    "starts_on": Term("The first day."),
    "state": Term("What became of it.", "accepted"),
    "status": Term("How far it has come."),
    "subject": Term("What it is about.", "Supply of castings"),
    "table_location": Term("Where in the venue the table stands.", "meeting-hall"),
    "table": Term("The table of the hall; where they meet by video, one with a screen.", "T5"),
    "tables": Term("The tables."),
    "tax_id": Term(
        "The number in the state's register; null for a sole trader, whose number is personal.", "4027000000"
    ),
    "texts": Term("The text, by language."),
    "timetable_id": Term("This version of the mission's timetable."),
    "timetable_number": Term("The version of the mission's timetable in which its day last changed.", 1),
    "timezone": Term("IANA name of the zone in whose hours it is to be shown.", "Asia/Krasnoyarsk"),
    "titles": Term("What it is called, by language."),
    "to_names": Term("Names of who is asked, by language.", {"ru": "АО «Сибмаш»", "en": "Sibmash JSC"}),
    "to_organisation_id": Term("Who is asked."),
    "to_region": Term("The region of who is asked, ISO 3166-2.", "RU-KYA"),
    "type": Term("Which sort of its like it is.", "plenary"),
    "unplaced": Term("How many pairs that should meet have no place.", 2),
    "value": Term(
        "What the timetable is worth, in the solver's units: accepted requests before recommendations.", 4100
    ),
    "venue": Term("Where the mission meets."),
    "version": Term("The version of what is told of.", "1"),
    "video_kit": Term("Whether it has a screen and a camera."),
}
