"""The sender: a task that sends letters a few at a time, none of them twice."""

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
from servicekit.clock import machine_now
from servicekit.runtime import Runtime
from servicekit.tracing import Step

log = logging.getLogger(__name__)

CLAIMS_PER_SLOT = 4
"""How many letters are claimed at once for each that can be on its way."""
MISSING_DATA_DELAY = timedelta(seconds=2)


def send_mail(runtime: Runtime) -> bool:
    """Send some of what is due; tell whether there was anything."""
    with runtime.database.read() as session:
        if not claims.has_work(session):
            return False
    claims.recover_expired_claims(runtime)
    transport = create_transport(settings_of(runtime))
    claimed = claims.claim(runtime, transport.concurrency * CLAIMS_PER_SLOT)
    if transport.concurrency == 1:
        for one in claimed:
            _send(runtime, transport, one)
            runtime.pulse.beat()
    else:
        with ThreadPoolExecutor(transport.concurrency, "mail") as pool:
            for _ in pool.map(lambda one: _send(runtime, transport, one), claimed):
                runtime.pulse.beat()
    return True


def _send(runtime: Runtime, transport: Transport, claimed: Claim) -> None:
    """Send one letter in the trace of what caused it; whatever is wrong stays with it, and the others go on."""
    step = runtime.tracing.step("send mail", SpanKind.CLIENT, claimed.traceparent, delivery_id=str(claimed.delivery_id))
    with step:
        step.note(delivery_id=str(claimed.delivery_id))
        try:
            _send_unless_expired(runtime, transport, claimed, step)
        except ClaimLostError:
            log.warning("the letter is another sender's now, or its reader was forgotten")


def _send_unless_expired(runtime: Runtime, transport: Transport, claimed: Claim, step: Step) -> None:
    try:
        _attempt_delivery(runtime, transport, claimed, step)
    except DeliveryExpiredError:
        claims.suppress(runtime, claimed)
        log.info("mail was too late", extra={"delivery_id": str(claimed.delivery_id)})


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
    """Return the letter, or what it waits for, or how the attempt ends because it cannot be written."""
    try:
        with runtime.database.read() as session:
            delivery = session.get(Delivery, claimed.delivery_id)
            if delivery is None:
                raise ClaimLostError(claimed.delivery_id)
            if delivery.is_expired(machine_now()):
                raise DeliveryExpiredError
            if session.get_one(Contact, delivery.person_id).is_on_hold:  # the address became a stranger's meanwhile
                return MissingDataError("somebody who vouches for", delivery.person_id)
            return compose_mail(session, settings_of(runtime), delivery, with_secrets=True)
    except MissingDataError as missing:
        return missing
    except (SQLAlchemyError, ClaimLostError, DeliveryExpiredError):
        raise
    except ValueError as error:
        log.warning("no letter can be written", extra={"delivery_id": str(claimed.delivery_id)})
        return Outcome(state=State.FAILED, phase=Phase.CONNECT, reason=f"no letter can be written: {error}")
    except Exception as error:  # a fault of ours: the letter waits until it is mended, the others go on
        log.exception("writing a letter failed", extra={"delivery_id": str(claimed.delivery_id)})
        return Outcome(state=State.DEFERRED, phase=Phase.CONNECT, reason=f"not written: {type(error).__name__}")
