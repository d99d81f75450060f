"""Default descriptions and examples of event properties, by property name.

A docstring below a property takes precedence over the glossary.
"""

from collections.abc import Mapping
from datetime import UTC, date, datetime
from typing import Any, NamedTuple


class Term(NamedTuple):
    """The meaning of a property, and an example value; None: the example is derived from the type."""

    meaning: str
    example: Any = None


TERMS: Mapping[str, Term] = {
    "about": Term("How the organisation describes itself."),
    "account_id": Term("The account used to sign in."),
    "agenda": Term("Programme items other than meetings."),
    "agreement_id": Term("Id of the agreement."),
    "agreement_type": Term(
        "letter_of_intent, supply_contract, framework, dealer, pilot, joint_development, nda.", "supply_contract"
    ),
    "application_id": Term("Id of the application."),
    "applications_until": Term(
        "Last day on which the mission accepts applications; null: until the mission is closed."
    ),
    "at": Term("The instant."),
    "attendance": Term("Whether the delegate takes part in person or online."),
    "availability": Term("Times when the delegate is available for meetings."),
    "avoids": Term("Organisations that it does not want to meet."),
    "bound": Term("Proven upper bound of the objective value: no timetable can have a higher one."),
    "can_negotiate": Term("Whether the delegate may represent the organisation in a meeting."),
    "cause": Term("Why the timetable changed.", "first"),
    "channel": Term("Channel by which it was sent, for example mail.", "mail"),
    "check_id": Term("Id of the follow-up check."),
    "city": Term("City of the organisation, by language.", {"ru": "Калуга", "en": "Kaluga"}),
    "code": Term("ISO 3166-2 code.", "RU-KLU"),
    "currency": Term("ISO 4217 code.", "RUB"),
    "delegate_id": Term("Id of the delegate; the name of the person is published on the private exchange only."),
    "delivery_id": Term("Id of one message to one person by one channel."),
    "due_on": Term("Date on which the follow-up is due."),
    "direction": Term("Whose need the other's offer matches.", "you_seek"),
    "email": Term("Email address for messages.", "i.ivanova@example.org"),
    "ends_at": Term("End of the interval, exclusive.", datetime(2024, 12, 10, 7, 30, tzinfo=UTC)),
    "ends_on": Term("Last day, inclusive.", date(2024, 12, 12)),
    "expected_amount": Term("Amount that the two organisations expect from the agreement.", 4_500_000),
    "expires_at": Term("When the link and the code expire.", datetime(2024, 12, 10, 7, 10, tzinfo=UTC)),
    "from_names": Term(
        "Names of the requesting organisation, by language.", {"ru": "ООО «Фильтр»", "en": "Filter LLC"}
    ),
    "from_organisation_id": Term("The requesting organisation."),
    "from_region": Term("Region of the requesting organisation, ISO 3166-2.", "RU-KLU"),
    "guest_names": Term("Names of the guest organisation, by language.", {"ru": "ООО «Фильтр»", "en": "Filter LLC"}),
    "guest_organisation_id": Term("The guest organisation: the one that travels."),
    "guest_person_id": Term("The delegate who attends for the guest."),
    "guest_region": Term("Region that the guests come from, ISO 3166-2.", "RU-KLU"),
    "host_names": Term("Names of the host organisation, by language.", {"ru": "АО «Сибмаш»", "en": "Sibmash JSC"}),
    "host_organisation_id": Term("The host organisation: the one from the region where the mission takes place."),
    "host_person_id": Term("The delegate who attends for the host."),
    "host_region": Term("Region of the hosts, ISO 3166-2.", "RU-KYA"),
    "id": Term("Identifier, unique within the list that holds it."),
    "is_online": Term("Whether the meeting is by video.", False),
    "is_removed": Term("Whether the delegate no longer takes part.", False),
    "is_sme": Term("Whether the organisation is a small or medium enterprise by law."),
    "issued_before": Term("Tokens of the session issued before this instant are invalid."),
    "key_id": Term(
        "Identifier of the key: `kid` in the header of the tokens that it signs (RFC 7515).",
        "0193af5b-4280-7000-8000-00000000000a",
    ),
    "kind": Term("Kind, by the list of its owner.", "interregional"),
    "language": Term("Code of the language for messages to the person.", "ru"),
    "languages": Term("Codes of the region's languages, in order of preference.", "ru"),
    "location": Term("Location within the venue.", "meeting-hall"),
    "max_meetings_per_person_per_day": Term("Maximum number of meetings of one person on one day.", 8),
    "meeting_id": Term("Id of the meeting; it stays the same when the meeting of these two organisations is moved."),
    "meetings": Term("The meetings."),
    "message": Term("Message from the requesting organisation to the other.", "We need castings of aluminium."),
    "min_meetings_per_guest": Term("Minimum number of meetings that each guest should get.", 4),
    "mission_id": Term("The mission that it belongs to."),
    "months": Term("Number of months after the signing.", 6),
    "names": Term("Names, by language.", {"ru": "ООО «Фильтр»", "en": "Filter LLC"}),
    "need": Term("What is needed.", "castings of aluminium"),
    "need_texts": Term("What is needed, by language.", {"ru": "отливки из алюминия", "en": "castings of aluminium"}),
    "needs": Term("What the organisation looks for."),
    "notification_id": Term("Id of the notification; it is the same for all recipients and channels."),
    "offer": Term("What is offered.", "die casting of aluminium alloys"),
    "offer_texts": Term(
        "What is offered, by language.",
        {"ru": "литьё алюминиевых сплавов под давлением", "en": "die casting of aluminium alloys"},
    ),
    "offers": Term("What the organisation offers."),
    "online_tables": Term("Tables of the hall reserved for video meetings.", "T9"),
    "organisation_id": Term("The organisation."),
    "organisation_names": Term("Names of the organisation, by language.", {"ru": "ООО «Фильтр»", "en": "Filter LLC"}),
    "organisations": Term("Organisations concerned; null: all of them."),
    "organiser": Term("Name of the organiser of the mission, by language."),
    "organiser_email": Term("Public email address of the organiser.", "desk@example.org"),
    "organiser_phone": Term("Public telephone number of the organiser.", "+7 391 200-00-00"),
    "participant_id": Term("Id of the organisation's participation in this mission."),
    "partner_id": Term("The partner organisation."),
    "partner_names": Term(
        "Names of the partner organisation, by language.", {"ru": "АО «Сибмаш»", "en": "Sibmash JSC"}
    ),
    "partner_region": Term("Region of the partner organisation, ISO 3166-2.", "RU-KYA"),
    "partners": Term("Recommended partners, best first."),
    "phone": Term("Telephone number, E.164.", "+79130000000"),
    "partnership_type": Term(
        "Type of cooperation, from the list of the mission kind, for example supplier_agreement or rnd_cooperation.",
        "supplier_agreement",
    ),
    "person_id": Term("The person."),
    "profile_id": Term("Id of the organisation's offers and needs in this mission."),
    "proven": Term("Whether the timetable is proven optimal."),
    "rating_id": Term("Id of the rating: one for each meeting and rating organisation."),
    "realised_amount": Term("Amount that the agreement has brought so far; null: not reported.", 1_200_000),
    "reason": Term("Reason given, if any; otherwise empty.", ""),
    "reasons": Term("Why the two organisations should meet."),
    "reference": Term(
        "Short name given by the owner, unique among records of this type in their home region.", "filter"
    ),
    "region": Term("Region of the organisation, ISO 3166-2; empty if not known.", "RU-KLU"),
    "request_id": Term("Id of the meeting request."),
    "score": Term("How well the two organisations match.", 0.82),
    "seats": Term("Number of seats.", 4),
    "service": Term("Name of the service.", "matching"),
    "session": Term("Session of the programme that it belongs to.", "b2b-1"),
    "session_id": Term("The session, or the API key: `sid` of its tokens.", "5f0c1d52-6b7e-4a53-9a3c-2f1f0a7f5c11"),
    "shift_seconds": Term("Offset of the demonstration clock from the system clock, in seconds.", 86_400.0),
    "side": Term("Side of the mission that the organisation is on: guest or host."),
    "signed_at": Term("When the agreement was signed."),
    "signs_from": Term("When tokens start to be signed with the key."),
    "signal_id": Term("Id of the feedback: one for each ordered pair of organisations."),
    "slot": Term("Slot in the mission's programme.", "b2b-1-10:00"),
    "slots": Term("Time slots for meetings."),
    "stars": Term("Rating from 1 to 5, 5 is best.", 4),
    "starts_at": Term("Start of the interval, inclusive."),
    "starts_on": Term("First day."),
    "state": Term("Outcome of the delivery.", "accepted"),
    "status": Term("Current status."),
    "subject": Term("Subject of the agreement.", "Supply of castings"),
    "table_location": Term("Location of the table within the venue.", "meeting-hall"),
    "table": Term("Table of the hall; for a video meeting, a table with video equipment.", "T5"),
    "tables": Term("The tables."),
    "tax_id": Term("Tax registration number; null for a sole trader, whose number is personal data.", "4027000000"),
    "texts": Term("The text, by language."),
    "timetable_id": Term("Id of this version of the mission's timetable."),
    "timetable_number": Term(
        "Version of the mission's timetable in which this organisation's schedule last changed.", 1
    ),
    "timezone": Term("IANA time zone in which times are shown.", "Asia/Krasnoyarsk"),
    "titles": Term("Titles, by language."),
    "to_names": Term("Names of the requested organisation, by language.", {"ru": "АО «Сибмаш»", "en": "Sibmash JSC"}),
    "to_organisation_id": Term("The requested organisation."),
    "to_region": Term("Region of the requested organisation, ISO 3166-2.", "RU-KYA"),
    "type": Term("Type, by the list of its owner.", "plenary"),
    "unplaced": Term("Number of pairs that should meet but have no slot in the timetable.", 2),
    "value": Term(
        "Objective value of the timetable in the solver's units; accepted requests weigh more than recommendations.",
        4100,
    ),
    "venue": Term("Venue of the mission, by language."),
    "version": Term("Version of the service.", "1"),
    "video_kit": Term("Whether the table has a screen and a camera."),
}
