"""Agreements and their checks."""

from typing import Any
from uuid import UUID

from sqlalchemy import select
from sqlalchemy.orm import Session

from access.matrix import Deed
from matching.commands import RecordAnswer, SignAgreement
from matching.handlers import agreements
from matching.models import Agreement, FollowUpAnswer
from matching.queries.agreements import described
from matching.schemas.agreements import (
    AgreementArguments,
    AgreementSchema,
    AnswerSchema,
    RecordAnswerSchema,
    SignAgreementSchema,
)
from matching.scope import SCOPE
from servicekit.auth.actors import Actor
from servicekit.web import paging
from servicekit.web.endpoints import ApiBlueprint, reads, writes

blueprint = ApiBlueprint(
    "agreements", __name__, url_prefix="/v1/agreements", description="What was signed, and what became of it."
)


@blueprint.post("")
@writes(Deed.AGREEMENTS_WRITE, creates=True)
@blueprint.arguments(SignAgreementSchema)
@blueprint.response(201, AgreementSchema)
def sign(body: dict[str, Any], session: Session, actor: Actor) -> dict[str, Any]:
    """Note an agreement; its checks are planned."""
    agreement = agreements.sign_agreement(session, SignAgreement(**body), actor)
    session.flush()
    return described(session, [agreement], actor)[0]


@blueprint.get("")
@reads(Deed.MEETINGS_READ)
@blueprint.arguments(AgreementArguments, location="query")
@blueprint.response(200, paging.page_of(AgreementSchema))
def read_agreements(query: dict[str, Any], session: Session, actor: Actor) -> paging.Page:
    """List agreements, of a mission where one is given, each with its checks."""
    wanted = {"mission_id": query["mission_id"]} if query["mission_id"] is not None else {}
    page = paging.page(
        session, select(Agreement).where(SCOPE.rows(actor, Agreement)).filter_by(**wanted), Agreement.id, query
    )
    return {"items": described(session, page["items"], actor), "next": page["next"]}


@blueprint.post("/<uuid:agreement_id>/checks/<int:months>")
@writes(Deed.AGREEMENTS_WRITE, creates=True)
@blueprint.arguments(RecordAnswerSchema)
@blueprint.response(201, AnswerSchema)
def record_answer(
    body: dict[str, Any], session: Session, actor: Actor, agreement_id: UUID, months: int
) -> FollowUpAnswer:
    """Record what a check found; a later answer corrects an earlier one, which stays on record."""
    return agreements.record_answer(session, RecordAnswer(agreement_id=agreement_id, months=months, **body), actor)
