"""Chaos finds what is wrong: with a guard taken out a run of a minute fails and says how, and with it nothing does."""

import pytest

from chaos import run as run_module
from chaos.run import Options, run

RUNS = {
    "inbox": (2731, ("twice",)),
    "confirms": (16372, ("lost", "every state told")),
    "healing": (4708, ("everybody heard",)),
}
"""By guard: a seed by which something happens when the guard is needed, and the kinds of what is found then."""


@pytest.fixture(autouse=True)
def _short_patience(monkeypatch):
    """Wait less for the end of each run: what is lost does not come, however long one waits."""
    for name in ("FINISH_SECONDS", "REST_SECONDS"):
        monkeypatch.setattr(run_module, name, 60.0)


@pytest.mark.parametrize("guard", RUNS)
def test_run_without_a_guard_is_broken(guard, tmp_path):
    seed, kinds = RUNS[guard]

    outcome = run(Options(60, seed, "broker", guard), tmp_path / "chaos")

    assert {violation.partition(":")[0] for violation in outcome.violations} & set(kinds), outcome.violations


@pytest.mark.parametrize("guard", RUNS)
def test_run_of_the_same_seed_with_the_guard_is_whole_and_does_enough(guard, tmp_path):
    seed, _ = RUNS[guard]

    outcome = run(Options(60, seed), tmp_path / "chaos")

    assert outcome.violations == []
