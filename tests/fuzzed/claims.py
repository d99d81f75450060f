"""What is claimed of every answer: all checks of schemathesis, two of them narrowed to what can be true."""

import unicodedata

import schemathesis
from schemathesis.core.failures import AcceptedNegativeData
from schemathesis.specs.openapi.checks import (
    is_unexpected_http_status_case,
    negative_data_rejection,
    positive_data_acceptance,
)

MISREAD = {400, 405, 406, 415}
"""Answers that say: this is no request of that operation."""


@schemathesis.check
def sound_request_is_read(ctx, response, case):
    """A request that the document allows is read, though a rule may refuse what it says."""
    if case.meta is None or case.meta.generation.mode.is_negative or is_unexpected_http_status_case(case):
        return
    assert response.status_code not in MISREAD, f"a sound request was answered {response.status_code}"


@schemathesis.check
def unsound_request_is_refused(ctx, response, case):
    """A request that the document forbids is refused, unless trimming its texts makes it sound."""
    try:
        negative_data_rejection(ctx, response, case)
    except AcceptedNegativeData:
        trimmed = case.derive(query=_trimmed(case.query))
        trimmed.body = _trimmed(case.body)
        if trimmed.meta.generation.mode.is_negative:
            raise


def _trimmed(value):
    if isinstance(value, dict):
        return {key: _trimmed(inner) for key, inner in value.items()}
    if isinstance(value, list):
        return [_trimmed(inner) for inner in value]
    return unicodedata.normalize("NFC", value).strip() if isinstance(value, str) else value


# A document tells shapes. That an id is somebody's, that a mission is open, that a text shows something and holds no
# telephone number is beyond it: sound data is refused for all that, by 404, 409 and 422. And a text is measured when
# it has been trimmed and composed: no document tells that, and people paste what has a line end behind it.
LEFT_OUT = [positive_data_acceptance, negative_data_rejection]
ADDED = [sound_request_is_read, unsound_request_is_refused]
