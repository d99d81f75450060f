"""The sender: a task that sends letters a few at a time, none of them twice."""

import logging
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from email.message import EmailMessage

from opentelemetry.trace import SpanKind
from sqlalchemy.exc import SQLAlchemyError

from notifications.composition.lookups import FactMissingError
from notifications.composition.message import write
from notifications.mail.outcome import Outcome, Phase, State
from notifications.models import Contact, Delivery
from notifications.sending import claims
from notifications.sending.claims import Claim, ClaimLostError, TooLateError
from notifications.sending.transport import Transport, transport_of
from notifications.settings import settings_of
from servicekit.clock import machine_now
from servicekit.runtime import Runtime
from servicekit.tracing import Step

log = logging.getLogger(__name__)

ROUNDS = 4
"""How many letters are claimed at once for each that can be on its way."""
FACT_WAIT = timedelta(seconds=2)


def send_mail(runtime: Runtime) -> bool:
    """Send some of what is due; tell whether there was anything."""
    with runtime.database.read() as session:
        if not claims.there_is_work(session):
            return False
    claims.recover(runtime)
    transport = transport_of(settings_of(runtime))
    held = claims.claim(runtime, transport.width * ROUNDS)
    if transport.width == 1:
        for one in held:
            _send(runtime, transport, one)
            runtime.pulse.beat()
    else:
        with ThreadPoolExecutor(transport.width, "mail") as pool:
            for _ in pool.map(lambda one: _send(runtime, transport, one), held):
                runtime.pulse.beat()
    return True


def _send(runtime: Runtime, transport: Transport, held: Claim) -> None:
    """Send one letter in the trace of what caused it; whatever is wrong stays with it, and the others go on."""
    step = runtime.tracing.step("send mail", SpanKind.CLIENT, held.traceparent, delivery_id=str(held.delivery_id))
    with step:
        step.note(delivery_id=str(held.delivery_id))
        try:
            _attempt_in_time(runtime, transport, held, step)
        except ClaimLostError:
            log.warning("the letter is another sender's now, or its reader was forgotten")


def _attempt_in_time(runtime: Runtime, transport: Transport, held: Claim, step: Step) -> None:
    try:
        _attempt(runtime, transport, held, step)
    except TooLateError:
        claims.suppress(runtime, held)
        log.info("mail was too late", extra={"delivery_id": str(held.delivery_id)})


def _attempt(runtime: Runtime, transport: Transport, held: Claim, step: Step) -> None:
    message = _written(runtime, held)
    if isinstance(message, FactMissingError):
        step.drop()
        claims.hand_back(runtime, held, FACT_WAIT, str(message))
    elif isinstance(message, Outcome):
        claims.conclude(runtime, held, message, "")
    else:
        outcome = transport.hand_over(message, lambda: claims.begin(runtime, held))
        step.note(state=str(outcome.state))
        claims.conclude(runtime, held, outcome, str(message["Subject"]))
        log.info("mail attempted", extra={"state": str(outcome.state)})


def _written(runtime: Runtime, held: Claim) -> EmailMessage | Outcome | FactMissingError:
    """Return the letter, or what it waits for, or how the attempt ends because it cannot be written."""
    try:
        with runtime.database.read() as session:
            delivery = session.get(Delivery, held.delivery_id)
            if delivery is None:
                raise ClaimLostError(held.delivery_id)
            if delivery.is_late(machine_now()):
                raise TooLateError
            if session.get_one(Contact, delivery.person_id).is_waited_for:  # the address became a stranger's meanwhile
                return FactMissingError("somebody who vouches for", delivery.person_id)
            return write(session, settings_of(runtime), delivery, is_leaving=True)
    except FactMissingError as missing:
        return missing
    except (SQLAlchemyError, ClaimLostError, TooLateError):
        raise
    except ValueError as error:
        log.warning("no letter can be written", extra={"delivery_id": str(held.delivery_id)})
        return Outcome(state=State.FAILED, phase=Phase.CONNECT, reason=f"no letter can be written: {error}")
    except Exception as error:  # a fault of ours: the letter waits until it is mended, the others go on
        log.exception("writing a letter failed", extra={"delivery_id": str(held.delivery_id)})
        return Outcome(state=State.DEFERRED, phase=Phase.CONNECT, reason=f"not written: {type(error).__name__}")
