"""An organiser who changes a timetable by hand."""

from builders.matching import MISSION, slot
from servicekit.app import create_app

DRAFT = f"missions/{MISSION}/timetable-draft"


def draft(office):
    """Return the draft as it is now."""
    return office.get(DRAFT)


def meeting(office, guest, host):
    """Return a pair's meeting of the draft."""
    ends = (str(guest), str(host))
    return next(m for m in draft(office)["meetings"] if (m["guest_id"], m["host_id"]) == ends)


def seen(row):
    """Say where a meeting was seen."""
    return {"slot": row["slot"], "table": row["table"]}


def move(office, row, number, day=0, **to):
    """Want a meeting in another slot."""
    wanted = {"slot": slot(number, day=day).id, **to}
    return office.post(f"{DRAFT}/moves", {"meeting_id": row["meeting_id"], "from": seen(row), "to": wanted})


def swap(office, one, other):
    """Want two meetings to exchange their places."""
    both = {"meeting_id": one["meeting_id"], "from": seen(one)}
    both |= {"other_meeting_id": other["meeting_id"], "other_from": seen(other)}
    return office.post(f"{DRAFT}/swaps", both)


def add(office, guest, host, number, day=0, **to):
    """Want a pair to meet."""
    wanted = {"slot": slot(number, day=day).id, **to}
    return office.post(f"{DRAFT}/additions", {"guest_id": str(guest), "host_id": str(host), "to": wanted})


def remove(office, row, reason="Не нужна"):
    """Want a meeting to be struck."""
    said = {"meeting_id": row["meeting_id"], "from": seen(row), "reason": reason}
    return office.post(f"{DRAFT}/removals", said)


def lock(office, row, *, free=False):
    """Want a meeting to stay, or to be free."""
    said = {"meeting_id": row["meeting_id"], "from": seen(row)}
    return office.post(f"{DRAFT}/{'unlocks' if free else 'locks'}", said)


def undo(office, edit):
    """Take an edit back."""
    return office.client.delete(f"/v1/{DRAFT}/edits/{edit['id']}")


def publish_draft(office, version=None):
    """Publish the draft in the version that was seen, else as it is now."""
    seen_version = draft(office)["version"] if version is None else version
    return office.post(f"{DRAFT}/publication", {"version": seen_version})


def codes(answer):
    """Return why an edit was refused."""
    assert answer.status_code == 409, answer.text
    return [why["code"] for why in answer.json["reasons"]]


def posting(office, path, body):
    """Return a call that posts something as somebody of their own."""
    client = create_app(office.runtime).test_client()
    return lambda: client.post(f"/v1/{path}", json=body)


def newest(desk):
    return desk.timetable(draft(desk)["timetable"])
