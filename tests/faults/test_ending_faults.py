"""Processes are told to end under load: each ends in good order, and what it has in hand is seen through."""

from concurrent.futures import ThreadPoolExecutor

from builders.registration import an_organisation
from faults import held
from faults.asking import ask, listens
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
    """End a web process whose handler has begun a request and cannot go on before nobody listens any more.

    Returns how the request was answered; None where it was dropped.
    """
    key, reference = f"{held.PREFIX}{number}", f"klu-held-{number}"
    url = platform.urls["registration"]
    with ThreadPoolExecutor(1) as client:
        organisations = f"{url}/registration/v1/organisations"
        answer = client.submit(ask, "POST", organisations, an_organisation(reference), key)
        wait_for(lambda: held.has_begun(platform.folder, key))
        web.child.terminate()
        wait_for(lambda: not listens(url))
        held.let_go(platform.folder, key)
        platform.evidence.ledger.promised("registration", "organisation", reference=reference)
        return answer.result()
