"""States, causes and reasons, as readers see them."""

from flask import current_app

from servicekit.texts.languages import Spoken
from servicekit.texts.languages import noop as _

PACKAGE = "matching"

WORDS = {
    "guest": _("guest"),
    "host": _("host"),
    "scheduled": _("to take place"),
    "moved": _("moved"),
    "held": _("held"),
    "no_show": _("somebody did not come"),
    "cancelled": _("cancelled"),
    "guest_absent": _("the guest did not come"),
    "host_absent": _("the host did not come"),
    "first": _("first timetable"),
    "by_hand": _("by the organiser"),
    "late_arrival": _("times of a delegate changed"),
    "early_leave": _("a delegate leaves earlier"),
    "cancellation": _("an organisation left"),
    "hall_changed": _("the hall or the programme changed"),
    "walk_in": _("a newcomer was offered meetings"),
    "avoided": _("one side asked not to meet the other"),
    "no_common_slot": _("no slot in which both are there"),
    "hall_full": _("no table left when both are free"),
    "day_cap_reached": _("one of the two has enough meetings that day"),
    "no_interpreter": _("they share no language, and nobody is free to interpret"),
    "too_far": _("the way from another meeting is too long"),
    "people_busy": _("their people sit in other meetings"),
    "free_place_left": _("a place is free; nobody was asked to take it"),
    "withdrawn": _("one of the two takes part no more"),
    "no_profile": _("it has no profile yet"),
    "set_aside": _("whoever fits has set it aside"),
    "already_met": _("it has met somebody of this mission before, and nobody else fits"),
    "avoid_list": _("an avoid-list rules somebody out, and nobody else fits"),
    "nothing_fits": _("nobody's offers and needs meet its own"),
    "not_for_us": _("not for us"),
    "known": _("the two know each other"),
    "realised": _("realised"),
    "partially_realised": _("realised in part"),
    "in_progress": _("in progress"),
    "not_realised": _("not realised"),
    "no_response": _("no response"),
}

STATES = {
    "scheduled": _("to take place"),
    "moved": _("moved"),
    "held": _("held"),
    "no_show": _("somebody did not come"),
    "cancelled": _("cancelled"),
    "pending": _("not answered yet"),
    "accepted": _("accepted"),
    "declined": _("declined"),
    "expired": _("expired"),
    "withdrawn": _("taken back"),
    "queued": _("queued"),
    "running": _("being solved"),
    "solved": _("solved"),
    "published": _("published"),
    "failed": _("failed"),
}
"""What the states of meetings, requests and runs are called in a sentence."""

AIMS = {
    "guarantee": _("meetings missing to the least number of a guest"),
    "value": _("worth of the meetings, points"),
    "target": _("guests who reach the least number"),
    "comfort": _("what the timetable asks of its people, points"),
    "gaps": _("waits between two meetings of a session"),
    "early": _("how late meetings stand"),
    "tables": _("changes of tables for hosts"),
    "lost": _("meetings that could stay and have no place"),
    "unplaced": _("displaced meetings without a new place"),
    "affected": _("people whose day changes without an incident of their own"),
    "moved": _("meetings that stand elsewhere"),
    "shift": _("how far meetings move, points"),
}
"""What the aims of timetables and repairs count."""


def aim_in_words(aim: str) -> str:
    """Say in the reader's language what an aim counts."""
    said: str = current_app.extensions["caravan.gettext"]()(AIMS.get(aim, aim))
    return said


def in_words(state: str) -> Spoken:
    """Return what a message holds in the place of a state."""
    return Spoken(STATES.get(state, state), PACKAGE)


def spoken(code: str) -> str:
    """Say a code in the reader's language; a text that is no code stays as it was written."""
    say = current_app.extensions["caravan.gettext"]()
    said: str = say(WORDS[code]) if code in WORDS else code
    return said
