"""Write the letter of a delivery."""

from collections.abc import Callable
from email.message import EmailMessage

from sqlalchemy.orm import Session

from notifications.composition.calendars import calendars
from notifications.composition.contexts import context_of
from notifications.composition.lookups import FactFinder
from notifications.mail.addresses import Correspondent
from notifications.mail.message import Envelope, compose, message_id
from notifications.mail.rendering import render
from notifications.models import Delivery
from notifications.settings import Settings
from servicekit import languages


def write(session: Session, settings: Settings, delivery: Delivery, *, is_leaving: bool = False) -> EmailMessage:
    """Word a delivery for its recipient, with the names, addresses and clocks that are known now.

    Only in a letter that is leaving stands what is for its recipient alone.

    Raises:
        FactMissingError: something that it names was not heard of yet.
        ValueError: its recipient cannot be addressed.

    """
    finder = FactFinder(session, settings, delivery, is_leaving)
    gettext, _ = catalogue(finder.language)
    context = context_of(finder, gettext)
    envelope = Envelope(
        sender=settings.sender,
        recipient=Correspondent(finder.contact.email, finder.text(finder.contact.names)),
        message_id=message_id_of(settings, delivery),
        date=delivery.created_at,
    )
    letter = render(delivery.kind, finder.language, context, catalogue=catalogue)
    return compose(envelope, letter, calendars(finder, context, gettext))


def message_id_of(settings: Settings, delivery: Delivery) -> str:
    """Return the message id of a delivery's letter, the same on every attempt."""
    return message_id(str(delivery.id), delivery.channel, settings.instance)


def catalogue(language: str) -> tuple[Callable[[str], str], Callable[[str, str, int], str]]:
    """Return the texts of letters in a language: how to translate one, and how to count."""
    texts = languages.translations(("notifications",), language)
    return texts.gettext, texts.ngettext
