"""Write the letter of a delivery."""

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
from servicekit import languages


def compose_mail(
    session: Session, settings: Settings, delivery: Delivery, *, with_secrets: bool = False
) -> EmailMessage:
    """Word a delivery for its recipient, with the names, addresses and clocks that are known now.

    Only in a letter that is leaving stands what is for its recipient alone.

    Raises:
        FactMissingError: something that it names was not heard of yet.
        ValueError: its recipient cannot be addressed.

    """
    data = MailData(session, settings, delivery, with_secrets)
    gettext, _ = catalogue(data.language)
    context = mail_context(data, gettext)
    envelope = MailHeaders(
        sender=settings.sender,
        recipient=MailAddress(data.contact.email, data.text(data.contact.names)),
        message_id=message_id_of(settings, delivery),
        date=delivery.created_at,
    )
    letter = render(delivery.kind, data.language, context, catalogue=catalogue)
    return build_message(envelope, letter, calendar_parts(data, context, gettext))


def message_id_of(settings: Settings, delivery: Delivery) -> str:
    """Return the message id of a delivery's letter, the same on every attempt."""
    return make_message_id(str(delivery.id), delivery.channel, settings.instance)


def catalogue(language: str) -> tuple[Callable[[str], str], Callable[[str, str, int], str]]:
    """Return the texts of letters in a language: how to translate one, and how to count."""
    texts = languages.translations(("notifications",), language)
    return texts.gettext, texts.ngettext
