"""Forms by which people decide about what is held of them, with the browser alone."""

from http import HTTPStatus
from uuid import UUID

from flask import Blueprint, redirect, url_for
from sqlalchemy.orm import Session
from werkzeug.wrappers import Response as BaseResponse

from access.matrix import Deed
from registration import entrance, finding, frames
from registration.commands import ErasePerson
from registration.handlers import own_data
from registration.handlers.erasures import erase_person
from registration.models import Account
from servicekit import journal, languages
from servicekit.auth import Actor
from servicekit.endpoints import writes
from servicekit.languages import noop as _

DECLINED = _("Write to me no more about this mission")
"""What the button says, and the record of the withdrawal."""

blueprint = Blueprint("own", __name__, url_prefix="/me")


@blueprint.post("/people/<uuid:person_id>/silence")
@writes(Deed.SELF)
def decline_messages(session: Session, actor: Actor, person_id: UUID) -> BaseResponse:
    """Withdraw the consent to messages."""
    own_data.decline_messages(session, person_id, (frames.say(DECLINED), languages.of_request()), actor)
    return redirect(url_for("sign_in.show_me"), HTTPStatus.SEE_OTHER)


@blueprint.post("/erasure")
@writes(Deed.SELF)
def erase(session: Session, actor: Actor) -> BaseResponse:
    """Withdraw the consent to processing: forget the account, and every delegate who has its address."""
    if actor.account_id is None:
        raise finding.absent(Account, actor.id)
    journal.named(session, person_id=actor.account_id)
    erase_person(session, ErasePerson(person_id=actor.account_id), actor)
    answer = redirect(url_for("sign_in.show"), HTTPStatus.SEE_OTHER)
    for name in (entrance.SESSION, entrance.TOKEN, entrance.KNOWN):
        entrance.drop(answer, name)
    return answer
