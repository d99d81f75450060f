"""Composes the mail of a delivery."""

from collections.abc import Callable
from email.message import EmailMessage

from sqlalchemy.orm import Session

from notifications.composition.calendars import calendar_parts
from notifications.composition.contexts import mail_context
from notifications.composition.mail_data import MailData
from notifications.mail.addresses import MailAddress
from notifications.mail.message import MailHeaders, build_message, make_message_id
from notifications.mail.rendering import render
from notifications.models import Delivery
from notifications.settings import Settings
from servicekit.texts import languages


def compose_mail(
    session: Session, settings: Settings, delivery: Delivery, *, with_secrets: bool = False
) -> EmailMessage:
    """Compose the mail of a delivery in the recipient's language, with current names, addresses and time zones.

    `with_secrets` fills in sign-in link and code; use it only for the mail that is sent to the recipient.

    Raises:
        MissingDataError: no event has brought some data yet that the mail needs.
        ValueError: the recipient's address is invalid.

    """
    data = MailData(session, settings, delivery, with_secrets)
    gettext, _ = catalogue(data.language)
    context = mail_context(data, gettext)
    headers = MailHeaders(
        sender=settings.sender,
        recipient=MailAddress(data.contact.email, data.text(data.contact.names)),
        message_id=message_id_of(settings, delivery),
        date=delivery.created_at,
    )
    rendered = render(delivery.kind, data.language, context, catalogue=catalogue)
    return build_message(headers, rendered, calendar_parts(data, context, gettext))


def message_id_of(settings: Settings, delivery: Delivery) -> str:
    """Return the Message-ID of a delivery's mail; it is the same on every attempt."""
    return make_message_id(str(delivery.id), delivery.channel, settings.instance)


def catalogue(language: str) -> tuple[Callable[[str], str], Callable[[str, str, int], str]]:
    """Return gettext and ngettext for mails in a language."""
    texts = languages.translations(("notifications",), language)
    return texts.gettext, texts.ngettext
