"""Commands about deliveries."""

from sqlalchemy.orm import Session

from notifications.commands import ResendDelivery
from notifications.errors import DeliveryNotFoundError, NotResendableError
from notifications.models import Delivery
from notifications.models.deliveries import RESENDABLE
from notifications.scope import SCOPE
from notifications.words import in_words
from servicekit import journal
from servicekit.auth import Actor
from servicekit.languages import noop as _


def resend_delivery(session: Session, command: ResendDelivery, actor: Actor) -> Delivery:
    """Queue a delivery once more, under the same message id.

    Raises:
        DeliveryNotFoundError: there is none of that id.
        NotResendableError: it was accepted, is on its way, or must not be sent.

    """
    delivery = session.get(Delivery, command.delivery_id, with_for_update=True)
    if delivery is None or not SCOPE.sees(session, actor, delivery):
        raise DeliveryNotFoundError
    SCOPE.require(session, actor, delivery)
    journal.note(session, delivery)
    journal.about(session, context=str(delivery.mission_id or ""), home=delivery.home)
    if delivery.state not in RESENDABLE:
        detail = _("It is in the state %(state)s. Only what is deferred, failed or unknown is sent again.")
        raise NotResendableError(detail, state=in_words(delivery.state))
    if delivery.is_settled and delivery.expires_at:
        raise NotResendableError(_("Its link and code are gone. Whoever wants to sign in asks for new ones."))
    delivery.resend()
    return delivery
