"""Several calls at the same moment, each in a thread of its own."""

import threading


def at_once(calls):
    """Make all calls at once; return what they answered, in no order."""
    answers, start = [], threading.Barrier(len(calls))

    def go(call):
        start.wait()
        answers.append(call())

    threads = [threading.Thread(target=go, args=(call,)) for call in calls]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return answers
