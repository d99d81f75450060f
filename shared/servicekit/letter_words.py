"""What pages say of events that failed, in plain words."""

from dataclasses import dataclass

from servicekit.languages import noop as _
from servicekit.letters import Letter, State

STATE_WORDS = {
    State.PARKED: _("will be tried again"),
    State.DEAD: _("needs a decision"),
    State.HANDLED: _("handled"),
    State.DISCARDED: _("discarded"),
}
STATE_LOOKS = {State.PARKED: "wait", State.DEAD: "bad", State.HANDLED: "ok", State.DISCARDED: "off"}

VIEWS = {None: _("All"), State.DEAD: _("Needs a decision"), State.PARKED: _("Will be tried again")}

_BROKEN = _("What it says is not what its kind promises.")
_CAUSES = {
    "ForgedEventError": _("Whoever sent it may not say this. Find out who it was; a replay changes nothing."),
    "KilledConsumerError": _("The service broke down each time it tried it."),
    "UnfinishedTryError": _("The service broke down when it tried it."),
    "UnknownVersionError": _("Its version is newer than this installation knows. Replay it after an upgrade."),
    "UnreadableEventError": _("It is no event that this installation can read."),
}
_OTHER = _("The service could not work with it.")


def cause_of(letter: Letter) -> str:
    """Say why an event failed, without a word of code."""
    if letter.cause == "UnreadableEventError" and not letter.is_unreadable:
        return _BROKEN
    return _CAUSES.get(letter.cause, _OTHER)


@dataclass(frozen=True, kw_only=True)
class Deed:
    """What one action is called, what it will do to an event of each state, and what was done once it is done."""

    title: str
    effects: dict[State, str]
    hint: str
    button: str
    done: str


DEEDS = {
    "replay": Deed(
        title=_("Replay this event?"),
        effects={
            State.DEAD: _(
                "The service tries it again at once, and up to eight times if it fails. "
                "It takes effect once, however often it is replayed."
            ),
            State.PARKED: _(
                "The service tries it again at once instead of later, and counts its tries anew. "
                "It takes effect once, however often it is replayed."
            ),
            State.HANDLED: _("It was handled meanwhile: a replay changes nothing."),
        },
        hint=_("For example, what was mended. It is kept with your action and cannot be changed later."),
        button=_("Replay"),
        done=_("replayed"),
    ),
    "discard": Deed(
        title=_("Discard this event?"),
        effects={
            State.DEAD: _(
                "The service gives it up for good and its content is deleted. "
                "Copies of it that come later have no effect. This cannot be undone."
            ),
            State.PARKED: _(
                "The service gives it up for good, before its next try, and its content is deleted. "
                "Copies of it that come later have no effect. This cannot be undone."
            ),
            State.DISCARDED: _("It was discarded before: nothing changes."),
        },
        hint=_("Why nobody needs it. It is kept with your action and cannot be changed later."),
        button=_("Discard for good"),
        done=_("discarded"),
    ),
}
