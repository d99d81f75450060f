"""The sender: a task that claims due deliveries, a few at a time, and sends them in parallel."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage

from opentelemetry.trace import SpanKind
from sqlalchemy.exc import SQLAlchemyError

from notifications.composition.mail_data import MissingDataError
from notifications.composition.message import compose_mail
from notifications.mail.outcome import Outcome, Phase, State
from notifications.models import Contact, Delivery
from notifications.sending import claims
from notifications.sending.claims import Claim, ClaimLostError, DeliveryExpiredError
from notifications.sending.transport import Transport, create_transport
from notifications.settings import settings_of
from servicekit.data.clock import machine_now
from servicekit.service import Runtime
from servicekit.telemetry.tracing import Step

log = logging.getLogger(__name__)

CLAIMS_PER_SLOT = 4
"""How many deliveries are claimed at once for each parallel transmission."""
MISSING_DATA_DELAY = timedelta(seconds=2)


def send_mail(runtime: Runtime) -> bool:
    """Send some due deliveries; return whether there were any."""
    with runtime.database.read() as session:
        if not claims.has_work(session):
            return False
    claims.recover_expired_claims(runtime)
    transport = create_transport(settings_of(runtime))
    claimed_batch = claims.claim(runtime, transport.concurrency * CLAIMS_PER_SLOT)
    if transport.concurrency == 1:
        for claimed in claimed_batch:
            _send(runtime, transport, claimed)
            runtime.pulse.beat()
    else:
        with ThreadPoolExecutor(transport.concurrency, "mail") as pool:
            for _ in pool.map(lambda claimed: _send(runtime, transport, claimed), claimed_batch):
                runtime.pulse.beat()
    return True


def _send(runtime: Runtime, transport: Transport, claimed: Claim) -> None:
    """Send one delivery in the trace of the event that caused it; failures do not affect the others."""
    step = runtime.tracing.step("send mail", SpanKind.CLIENT, claimed.traceparent, delivery_id=str(claimed.delivery_id))
    with step:
        step.note(delivery_id=str(claimed.delivery_id))
        try:
            _send_unless_expired(runtime, transport, claimed, step)
        except ClaimLostError:
            log.warning("claim lost: the lease has ended or the recipient was erased")


def _send_unless_expired(runtime: Runtime, transport: Transport, claimed: Claim, step: Step) -> None:
    try:
        _attempt_delivery(runtime, transport, claimed, step)
    except DeliveryExpiredError:
        claims.suppress(runtime, claimed)
        log.info("mail suppressed: expired", extra={"delivery_id": str(claimed.delivery_id)})


def _attempt_delivery(runtime: Runtime, transport: Transport, claimed: Claim, step: Step) -> None:
    message = _compose(runtime, claimed)
    if isinstance(message, MissingDataError):
        step.drop()
        claims.requeue(runtime, claimed, MISSING_DATA_DELAY, str(message))
    elif isinstance(message, Outcome):
        claims.record_outcome(runtime, claimed, message, "")
    else:
        outcome = transport.send(message, lambda: claims.begin_handover(runtime, claimed))
        step.note(state=str(outcome.state))
        claims.record_outcome(runtime, claimed, outcome, str(message["Subject"]))
        log.info("mail attempted", extra={"state": str(outcome.state)})


def _compose(runtime: Runtime, claimed: Claim) -> EmailMessage | Outcome | MissingDataError:
    """Return the mail; or the missing data that it must wait for; or the outcome, if it cannot be composed."""
    try:
        with runtime.database.read() as session:
            delivery = session.get(Delivery, claimed.delivery_id)
            if delivery is None:
                raise ClaimLostError(claimed.delivery_id)
            if delivery.is_expired(machine_now()):
                raise DeliveryExpiredError
            if session.get_one(Contact, delivery.person_id).is_on_hold:  # the address has become unconfirmed meanwhile
                return MissingDataError("a confirmed address of", delivery.person_id)
            return compose_mail(session, settings_of(runtime), delivery, with_secrets=True)
    except MissingDataError as missing:
        return missing
    except (SQLAlchemyError, ClaimLostError, DeliveryExpiredError):
        raise
    except ValueError as error:
        log.warning("mail cannot be composed", extra={"delivery_id": str(claimed.delivery_id)})
        return Outcome(state=State.FAILED, phase=Phase.CONNECT, reason=f"no letter can be written: {error}")
    except Exception as error:  # a bug: the delivery is retried later, the others go on
        log.exception("composing a mail failed", extra={"delivery_id": str(claimed.delivery_id)})
        return Outcome(state=State.DEFERRED, phase=Phase.CONNECT, reason=f"not written: {type(error).__name__}")
