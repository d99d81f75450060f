"""A few seconds of chaos in one process, and that the judge sees what is lost, double or unlike the model.

The long runs are `make chaos`; see tests/chaos/README.md.
"""

import pytest
from sqlalchemy import delete, select, update

import abacus
from chaos.plan import Fault
from chaos.run import Options, judged, play
from chaos.stages import in_one_process
from registration.models import Mission
from servicekit import identifiers

pytestmark = pytest.mark.long

SEED = 5
SECONDS = 8.0
FAULTS = [
    Fault(2.0, "kill instance", "up", 0.0, 1),
    Fault(4.0, "repeat rows", "registration", 0.0, 2),
    Fault(5.0, "kill instance", "up", 0.0, 3),
    Fault(6.5, "repeat rows", "matching", 0.0, 4),
    Fault(7.0, "repeat rows", "registration", 0.0, 5),
]


@pytest.fixture(scope="module")
def played(tmp_path_factory):
    """The end of a run of one process under kills, at rest and still there to be looked at."""
    with in_one_process(tmp_path_factory.mktemp("chaos")) as stage:
        yield play(stage, Options(SECONDS, SEED, "embedded"), FAULTS)


def test_nothing_is_lost_or_doubled_under_kills_and_repeated_events(played):
    outcome = judged(played)

    assert outcome.violations == []
    assert outcome.summary["kills"] == 2
    assert outcome.summary["events repeated"] > 0
    assert outcome.summary["public events taken effect"] > 20
    assert outcome.summary["letters left"] > 0


def test_effect_that_is_missing_is_found(played):
    with played.stage.runtime("abacus").database.write() as session:
        entry = session.scalars(select(abacus.Entry).where(abacus.Entry.type.contains("application"))).first()
        session.execute(delete(abacus.Entry).where(abacus.Entry.id == entry.id))

    found = judged(played).violations

    with played.stage.runtime("abacus").database.write() as session:
        session.merge(entry)
    assert [line.partition(":")[0] for line in found] == ["lost"]
    assert str(entry.subject) in found[0]


def test_effect_that_happened_twice_is_found(played):
    with played.stage.runtime("abacus").database.write() as session:
        entry = session.scalars(select(abacus.Entry)).first()
        facts = {"event_id": entry.event_id, "type": entry.type, "subject": entry.subject}
        double = abacus.Entry(id=identifiers.fresh(), subject_version=entry.subject_version, **facts)
        session.add(double)

    found = judged(played).violations

    with played.stage.runtime("abacus").database.write() as session:
        session.execute(delete(abacus.Entry).where(abacus.Entry.id == double.id))
    assert [line.partition(":")[0] for line in found] == ["twice"]


def test_state_unlike_the_model_is_found(played):
    with played.stage.runtime("registration").database.write() as session:
        key, reference = session.execute(select(Mission.id, Mission.reference)).first()
        session.execute(update(Mission).where(Mission.id == key).values(reference="another"))

    found = judged(played).violations

    with played.stage.runtime("registration").database.write() as session:
        session.execute(update(Mission).where(Mission.id == key).values(reference=reference))
    assert f"model: missions that are missing: ['{reference}']" in found
    assert "model: missions that nobody asked for: ['another']" in found
