"""Requests made from the document of an API: every limit once, and any number drawn at random, sound and unsound."""

import hypothesis
from hypothesis import HealthCheck, Phase
from schemathesis.generation import GenerationMode
from schemathesis.generation.drivers import CoverageGenerator
from schemathesis.generation.feedback import NO_FEEDBACK
from schemathesis.generation.overrides import Override

MODES = (GenerationMode.POSITIVE, GenerationMode.NEGATIVE)


def at_the_limits(operation):
    """Return a case for each limit of each field and parameter, on both sides of it."""
    return [
        *CoverageGenerator(
            operation=operation,
            generation_modes=list(MODES),
            generation_config=operation.schema.config.generation,
            auth_storage=None,
            override=Override(),
            feedback=NO_FEEDBACK,
        )
    ]


def drawn(operation, examples, seed):
    """Draw so many cases that the document allows, and as many that it forbids."""
    return [case for mode in MODES for case in _drawn(operation, mode, examples, seed)]


def _drawn(operation, mode, examples, seed):
    found = []

    @hypothesis.seed(seed)
    @hypothesis.settings(
        max_examples=examples,
        database=None,
        deadline=None,
        phases=[Phase.generate],
        suppress_health_check=list(HealthCheck),
    )
    @hypothesis.given(operation.as_strategy(generation_mode=mode))
    def collect(case):
        found.append(case)

    try:
        collect()
    except hypothesis.errors.Unsatisfiable:
        return []  # nothing could be wrong with a request that has neither parameters nor a body
    return found
