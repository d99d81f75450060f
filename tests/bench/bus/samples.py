"""Events as they are on the wire, about a kilobyte each, made quickly from golden samples."""

import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from desk import REASON

from servicekit import identifiers
from servicekit.bus.broker import Message
from servicekit.bus.topology import EVENTS

_SAMPLES = Path(__file__).parents[2] / "contract" / "samples"
_ID, _PARTICIPANT, _ORGANISATION = "«id»", "«participant»", "«organisation»"
ADMITTED = "caravan.participant.admitted.v1"
ROUTING_KEY = "ru-kya.participant.admitted.v1"


def golden(type_: str) -> dict[str, Any]:
    """Return the golden sample of an event's type."""
    sample: dict[str, Any] = json.loads((_SAMPLES / f"{type_}.json").read_text(encoding="utf-8"))
    return sample


def on_wire(event: dict[str, Any]) -> str:
    """Write an event as the kit does."""
    return json.dumps(event, ensure_ascii=False, separators=(",", ":"))


def admissions(count: int, participants: int | None = None) -> Iterator[Message]:
    """Make admissions with new ids; of as many participants as there are events, or of fewer, again and again."""
    template = _template()
    known = [(str(identifiers.fresh()), str(identifiers.fresh())) for _ in range(participants or 0)]
    for number in range(count):
        event_id = str(identifiers.fresh())
        version, index = divmod(number, participants) if participants else (0, 0)
        participant, organisation = (
            known[index] if participants else (str(identifiers.fresh()), str(identifiers.fresh()))
        )
        body = (
            template.replace(_ID, event_id)
            .replace(_PARTICIPANT, participant)
            .replace(_ORGANISATION, organisation)
            .replace('"subjectversion":1', f'"subjectversion":{version + 1}')
        )
        yield Message(seq=number, event_id=event_id, exchange=EVENTS, routing_key=ROUTING_KEY, body=body)


def _template() -> str:
    event = golden(ADMITTED)
    event |= {"id": _ID, "subject": _PARTICIPANT, "source": "/ru-kya/registration", "subjectversion": 1}
    event["traceparent"] = "00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01"
    event["data"] |= {
        "participant_id": _PARTICIPANT,
        "organisation_id": _ORGANISATION,
        "status": "admitted",
        "avoids": [event["data"]["organisation_id"], event["data"]["mission_id"]],
        "withdrawn_from": None,
        "checked_in_at": None,
        "reason": REASON,
    }
    return on_wire(event)
