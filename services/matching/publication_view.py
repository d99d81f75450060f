"""The page on which a draft is published: what would change, and who would be told."""

from flask import render_template
from sqlalchemy.orm import Session

import sections
from matching import draft_words, frames, queries
from matching.frames import say
from matching.handlers import previews
from matching.models import MissionCopy
from matching.queries import drafts, sheets
from servicekit import clock, languages
from servicekit.auth import Actor
from servicekit.languages import noop as _

MOST_PEOPLE = 50
"""How many delegates are named."""


def publication(session: Session, actor: Actor, mission: MissionCopy) -> str:
    """Render the preview of a draft, and the form that publishes it as it was seen."""
    preview = previews.preview_of_draft(session, mission.id, actor)
    told = preview["told"]["organisations"]
    names = queries.names_of(session, told, languages.of_request(), actor)
    edits = sheets.edits_of(session, mission.id, actor)
    return render_template(
        "matching/publication.html",
        frame=frames.of_mission(mission, say(_("Publish the changes")), "timetable", clock.now(session)),
        mission=mission,
        preview=preview,
        told=sorted(names[id_] for id_ in told),
        most_people=MOST_PEOPLE,
        registration=sections.REGISTRATION,
        edits=draft_words.edits(session, mission, edits, actor),
    )


def conflicts(session: Session, actor: Actor, mission: MissionCopy) -> str:
    """Render what keeps a draft from being published."""
    return render_template(
        "matching/conflicts.html",
        frame=frames.of_mission(mission, say(_("Conflicts")), "timetable", clock.now(session)),
        mission=mission,
        conflicts=draft_words.conflicts(session, drafts.desk_for(session, mission.id, actor), actor),
    )
