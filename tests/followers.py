"""Readers of the feed over HTTP, as a program elsewhere would be."""

NOTE = "caravan.note.written.v1"


def asked(client, **query):
    """Ask for a page and return it."""
    answer = client.get("/v1/events", query_string=query)
    assert answer.status_code == 200, answer.get_data(as_text=True)
    return answer.get_json()


def followed(client, limit, **query):
    """Follow the feed page by page to its end, and return all its events."""
    events, after = [], {}
    while True:
        page = asked(client, limit=limit, **after, **query)
        assert len(page["events"]) <= limit
        events += page["events"]
        if after == {"after": page["next"]}:
            return events
        after = {"after": page["next"]}


def words(events):
    return [event["data"]["words"] for event in events if event["type"] == NOTE]
