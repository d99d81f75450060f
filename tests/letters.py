"""Builders of letters: one context of each kind, and the catalogue from its source."""

import io
from datetime import UTC, datetime, timedelta
from email import message_from_bytes, policy
from importlib.resources import files

from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po
from babel.support import NullTranslations, Translations

from notifications.mail import contexts
from notifications.mail.addresses import MailAddress
from notifications.mail.calendar import CalendarEvent
from notifications.mail.message import MailHeaders
from notifications.mail.rendering import RenderedMail, render
from notifications.mail.times import Zone

MOSCOW = Zone("Europe/Moscow", {"ru": "в Москве", "en": "in Moscow"})
KRASNOYARSK = Zone("Asia/Krasnoyarsk", {"ru": "в Красноярске", "en": "in Krasnoyarsk"})
NOON = datetime(2024, 12, 10, 9, 0, tzinfo=UTC)
"""12:00 in Moscow, 16:00 in Krasnoyarsk."""
HALF_HOUR = timedelta(minutes=30)
PARTNER = "АО «Теплосеть Затон»"
ORGANISER = MailAddress("missions@caravan.example", "Караван")
RECIPIENT = MailAddress("o.dubravina@sensor.example", "Дубравина Ольга Викторовна")


def catalogue(language):
    """Compile a catalogue of notifications from its source."""
    source = files("notifications") / "translations" / f"{language}.po"
    if not source.is_file():
        return NullTranslations().gettext, NullTranslations().ngettext
    compiled = io.BytesIO()
    write_mo(compiled, read_po(io.BytesIO(source.read_bytes()), locale=language))
    compiled.seek(0)
    translations = Translations(compiled)
    return translations.gettext, translations.ngettext


def a_context(kind, **values):
    """Fill what every kind of letter names."""
    frame = {
        "recipient_name": "Дубравина Ольга Викторовна",
        "organisation_name": "ООО «Датчик-Онлайн»",
        "mission_title": "Миссия в Красноярский край",
        "organiser_name": "Центр деловых миссий",
        "organiser_phone": "+7 000 400-00-20",
        "organiser_email": "desk@example.org",
        "action_url": "https://caravan.example/m/214?a=1&b=2",
        "zones": (MOSCOW, KRASNOYARSK),
    }
    return kind(**{**frame, **values})


def an_account_letter(kind, **values):
    """Fill what letters about an account name."""
    frame = {
        "recipient_name": "o.dubravina@sensor.example",
        "action_url": "https://caravan.example/registration/sign-in/link/abc",
        "zones": (MOSCOW,),
    }
    return kind(**{**frame, **values})


def a_meeting(kind=contexts.MeetingLine, **values):
    """Make a meeting of 25 minutes at noon in Moscow."""
    starts_at = values.get("starts_at", NOON)
    usual = {
        "meeting_id": "m-1",
        "partner_name": PARTNER,
        "starts_at": starts_at,
        "ends_at": starts_at + timedelta(minutes=25),
        "table": "5",
    }
    return kind(**{**usual, **values})


def a_moved_meeting(**values):
    """Make a meeting that was an hour earlier."""
    usual = {"old_starts_at": NOON - 2 * HALF_HOUR, "old_table": "5"}
    return a_meeting(contexts.MovedMeeting, **{**usual, **values})


def a_cancelled_meeting(**values):
    """Make a meeting that does not take place."""
    return a_meeting(contexts.CancelledMeeting, **{"reason": "Авария на станции", **values})


def an_itinerary(**values):
    """Tell of changes to a timetable."""
    return a_context(contexts.Itinerary, **values)


def every_context():
    """Make one context of each kind, with all that it can hold."""
    later = NOON + timedelta(days=5)
    partner = {"partner_name": PARTNER}
    found = contexts.RecommendedPartner(name=PARTNER, reasons=("Нужно: датчики", "Есть: датчики"), city="Красноярск")
    return [
        a_context(contexts.ApplicationReceived, submitted_at=NOON),
        a_context(contexts.ApplicationApproved, comment="Возьмите образцы."),
        a_context(contexts.ApplicationRejected, reason="Отрасль не подходит."),
        a_context(contexts.ApplicationChangesRequested, comment="Укажите ОГРН."),
        a_context(contexts.ApplicationWaitlisted, reason="Зал полон."),
        a_context(contexts.ParticipantAdmitted, mission_starts_at=NOON, mission_ends_at=later, venue="Конгресс-зал"),
        a_context(contexts.RecommendationsReady, partners=(found,) * 6, total=12),
        a_context(
            contexts.RequestReceived,
            message="Обсудим поставку?",
            **partner,
        ),
        a_context(contexts.RequestAccepted, **partner),
        a_context(contexts.RequestDeclined, reason="Закупок нет.", **partner),
        a_context(contexts.TimeProposed, starts_at=NOON, ends_at=later, **partner),
        a_context(
            contexts.MeetingNotice, notice="late", minutes=10, starts_at=NOON, ends_at=later, table="4", **partner
        ),
        an_itinerary(
            new=(a_meeting(),), moved=(a_moved_meeting(),), cancelled=(a_cancelled_meeting(),), unchanged_count=2
        ),
        a_context(
            contexts.AgreementSigned,
            agreement_type="Договор поставки",
            subject="Датчики",
            signed_at=NOON,
            amount="4 200 000 ₽",
            **partner,
        ),
        a_context(contexts.FollowUpDue, months=3, subject="Датчики", signed_at=NOON, **partner),
        a_context(contexts.GroupMessage, subject="Автобус в 8:30", text="Встречаемся у входа.\n\nНе опаздывайте."),
        an_account_letter(contexts.SignIn, code="123\u00a0456", expires_at=NOON),
        an_account_letter(contexts.Invitation),
        an_account_letter(contexts.FactorsChanged),
    ]


def worded(context, language="ru"):
    """Render a context with its own template."""
    return render(context.template, language, context, catalogue=catalogue)


def an_envelope(**values):
    """Address a letter."""
    usual = {"sender": ORGANISER, "recipient": RECIPIENT, "message_id": "<n-1.mail@caravan.example>", "date": NOON}
    return MailHeaders(**{**usual, **values})


def a_rendered(subject="Новая встреча", text="Текст\n", html="<p>Текст</p>"):
    """Word a letter without a template."""
    return RenderedMail(subject=subject, text=text, html=html)


def an_appointment(**values):
    """Put a meeting into a calendar."""
    usual = {
        "uid": "m-1@caravan.example",
        "sequence": 0,
        "starts_at": NOON,
        "ends_at": NOON + timedelta(minutes=25),
        "timezone": "Asia/Krasnoyarsk",
        "summary": "Встреча",
        "organiser": ORGANISER,
        "attendee": RECIPIENT,
    }
    return CalendarEvent(**{**usual, **values})


def reread(message):
    """Parse the bytes of a message again."""
    return message_from_bytes(message.as_bytes(), policy=policy.default)


def plain(text):
    """Turn no-break spaces into spaces."""
    return text.replace("\u00a0", " ")
