from datetime import UTC, datetime

import pytest

from registration.domain.statuses import FOLLOWING, ApplicationStatus
from registration.errors import StatusError
from registration.models import Application

NOW = datetime(2024, 11, 20, tzinfo=UTC)

STEPS = {
    ApplicationStatus.SUBMITTED: lambda one: one.submit(NOW),
    ApplicationStatus.APPROVED: lambda one: one.approve(NOW),
    ApplicationStatus.REJECTED: lambda one: one.review(ApplicationStatus.REJECTED, "Нет", NOW),
    ApplicationStatus.CHANGES_REQUESTED: lambda one: one.review(ApplicationStatus.CHANGES_REQUESTED, "Уточните", NOW),
    ApplicationStatus.WAITLISTED: lambda one: one.review(ApplicationStatus.WAITLISTED, "", NOW),
    ApplicationStatus.WITHDRAWN: lambda one: one.withdraw("Передумали"),
}

ALLOWED = [(before, after) for before, following in FOLLOWING.items() for after in sorted(following)]
FORBIDDEN = [(before, after) for before in ApplicationStatus for after in STEPS if (before, after) not in ALLOWED]


@pytest.mark.parametrize(("before", "after"), ALLOWED)
def test_application_takes_every_step_of_the_table(before, after):
    application = Application(status=before, reason="")

    STEPS[after](application)

    assert application.status is after


@pytest.mark.parametrize(("before", "after"), FORBIDDEN)
def test_application_takes_no_other_step(before, after):
    application = Application(status=before, reason="как было")

    with pytest.raises(StatusError):
        STEPS[after](application)

    assert (application.status, application.reason) == (before, "как было")


def test_every_status_has_its_row_in_the_table():
    assert set(FOLLOWING) == set(ApplicationStatus)


def test_rejected_and_withdrawn_applications_are_over():
    over = [status for status in ApplicationStatus if not Application(status=status).is_alive]

    assert over == [ApplicationStatus.REJECTED, ApplicationStatus.WITHDRAWN]
