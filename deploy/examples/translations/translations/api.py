"""The HTTP API of the service."""

from typing import Any

from sqlalchemy.orm import Session

from access.matrix import Deed
from servicekit.auth.actors import Actor
from servicekit.web.endpoints import ApiBlueprint, reads, writes
from servicekit.web.paging import Page, PageArguments, page_of
from translations import queries
from translations.handlers import OfferTranslation, offer_translation
from translations.models import Translation
from translations.queries import Gaps
from translations.schemas import GapArguments, GapPageSchema, OfferSchema, TranslationSchema

blueprint = ApiBlueprint(
    "translations", __name__, url_prefix="/v1", description="Texts that lack a language, and translations of them."
)


@blueprint.get("/gaps")
@reads(Deed.PLATFORM_RUN)
@blueprint.arguments(GapArguments, location="query")
@blueprint.response(200, GapPageSchema)
def list_gaps(query: dict[str, Any], session: Session, actor: Actor) -> Gaps:
    """List texts that lack a language; a page may be empty although there is a next one."""
    return queries.gaps(session, query["after"], query["language"], actor)


@blueprint.get("/translations")
@reads(Deed.PLATFORM_RUN)
@blueprint.arguments(PageArguments, location="query")
@blueprint.response(200, page_of(TranslationSchema))
def list_translations(query: dict[str, Any], session: Session, actor: Actor) -> Page:
    """List translations."""
    return queries.translations(session, query, actor)


@blueprint.post("/translations")
@writes(Deed.PLATFORM_RUN, creates=True)
@blueprint.arguments(OfferSchema)
@blueprint.response(201, TranslationSchema)
def offer(command: OfferTranslation, session: Session, actor: Actor) -> Translation:
    """Add a translation, or replace the present one."""
    return offer_translation(session, command, actor)
