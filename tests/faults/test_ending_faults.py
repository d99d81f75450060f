"""Processes are told to end under load: each ends in good order, and what it has in hand is seen through."""

from concurrent.futures import ThreadPoolExecutor

from builders.registration import an_organisation
from faults import held
from faults.asking import ask
from faults.intake import REFUSED, posting
from instances import wait_for

WEB = "serve-registration"
PROCESSES = (WEB, "work-registration", "work-matching", "work-notifications")
ENDINGS = 20
RESET = "ConnectionError"
"""What comes of a connection that the kernel has taken and no worker yet, when the only web process ends."""
EXIT_SECONDS = 30


def test_f22_twenty_endings_in_good_order_under_load_fail_no_request_that_was_taken(platform):
    platform.serve("registration", held=str(platform.folder))
    platform.work()
    answers = []
    with posting(platform.urls["registration"], platform.evidence.ledger) as intake:
        intake.headers["Connection"] = "close"  # an open one may end while the next request is on its way
        for number in range(ENDINGS):
            intake.goes_on(3)
            name = PROCESSES[number % len(PROCESSES)]
            process = platform.processes[name]
            if name == WEB:
                answers.append(end_with_a_request_in_hand(platform, process, number))
            else:
                process.child.terminate()
            assert process.child.wait(EXIT_SECONDS) == 0, name
            process.start()
        intake.goes_on(3)

    platform.settle()
    assert answers == [201] * (ENDINGS // len(PROCESSES))
    assert set(intake.statuses) <= {201, REFUSED, RESET}


def end_with_a_request_in_hand(platform, web, number):
    """Tell a web process to end after a handler in it has begun a request, which it can finish only later.

    Returns how the request was answered; None where it was dropped.
    """
    key, reference = f"{held.PREFIX}{number}", f"klu-held-{number}"
    organisations = f"{platform.urls['registration']}/registration/v1/organisations"
    with ThreadPoolExecutor(1) as client:
        answer = client.submit(ask, "POST", organisations, an_organisation(reference), key)
        wait_for((platform.folder / key).exists)
        web.child.terminate()
        status = answer.result()
    ledger = platform.evidence.ledger
    note = ledger.promised if status == 201 else ledger.asked
    note("registration", "organisation", reference=reference)
    return status
