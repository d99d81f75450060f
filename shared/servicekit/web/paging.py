"""Lists are paged by a cursor: the id of the last item that was seen."""

from collections.abc import Sequence
from typing import Any, TypedDict
from uuid import UUID

from marshmallow import Schema, fields, validate
from sqlalchemy import Select
from sqlalchemy.orm import InstrumentedAttribute, Session

from servicekit.web.schema_fields import Id, WholeInQuery

LARGEST = 500


class Page(TypedDict):
    """Some items, and the cursor of the next page, null on the last one."""

    items: Sequence[Any]
    next: UUID | None


class PageArguments(Schema):
    """What a list may be asked: where to go on, and how many."""

    after = Id(load_default=None, metadata={"description": "The `next` of the page before."})
    limit = WholeInQuery(load_default=100, validate=validate.Range(1, LARGEST))


def page_of(item: type[Schema]) -> type[Schema]:
    """Return the schema of a page of items."""
    members = {
        "items": fields.List(fields.Nested(item), required=True),
        "next": fields.UUID(required=True, allow_none=True),
    }
    return type(f"{item.__name__.removesuffix('Schema')}PageSchema", (Schema,), members)


def page(session: Session, query: Select[Any], key: InstrumentedAttribute[UUID], args: dict[str, Any]) -> Page:
    """Return one page of a query over one entity, in the order of its ids."""
    after, limit = args["after"], args["limit"]
    if after is not None:
        query = query.where(key > after)
    items = session.scalars(query.order_by(key).limit(limit + 1)).all()
    more = len(items) > limit
    shown = items[:limit]
    return {"items": shown, "next": getattr(shown[-1], key.key) if more else None}
