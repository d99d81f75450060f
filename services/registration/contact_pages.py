"""A tile for a meeting's page: whom to reach at the partner, where both have agreed to that."""

from uuid import UUID

from flask import Blueprint, render_template
from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from access.roles import Role
from registration.errors import ContactsUnsharedError
from registration.models import ContactExchange, Delegate, Organisation
from registration.scope import SCOPE
from servicekit.auth import Actor
from servicekit.endpoints import reads

blueprint = Blueprint("contacts", __name__)


@blueprint.get("/tiles/contacts/<uuid:meeting_id>")
@reads(Deed.PEOPLE_READ)
def show_contacts(session: Session, actor: Actor, meeting_id: UUID) -> str:
    """Show who sat at the table for the partner, with address and number; who was forgotten is left out."""
    mine = ContactExchange.meeting_id == meeting_id, ContactExchange.is_mutual, SCOPE.rows(actor, ContactExchange)
    found = session.scalar(select(ContactExchange).where(*mine))
    if found is None:
        raise ContactsUnsharedError(ContactExchange.missing, id=meeting_id)
    query = select(Delegate, Organisation).join(Organisation, Organisation.id == Delegate.organisation_id)
    sat = Delegate.id.in_([found.guest_person_id, found.host_person_id]), ~Delegate.is_removed
    own = actor.scopes(Role.DELEGATE)
    rows = [row for row in session.execute(query.where(*sat)) if str(row.Organisation.id) not in own]
    return render_template("registration/contacts.html", people=rows)
