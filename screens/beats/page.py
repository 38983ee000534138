"""The page of the editor: choose a recording, look at it, edit it where that is allowed.

Contents: `show_recordings`.
"""

import streamlit as st

from data.storage.roles import Permission, is_permitted
from screens.acts import attempt, in_moment, show_said
from screens.beats.editor import draw_editor
from screens.beats.looking import Prepared, looking, prepare
from screens.beats.words import clock
from screens.frame import Desk
from screens.state import key_of, set_widget
from trials.recordings import (
    RecordingEntry,
    RecordingOrigin,
    open_recording,
    recorded_participants,
    recordings,
)

ORIGINS = {
    RecordingOrigin.RESTING: "An outcome of the protocol: edits measure it again at once.",
    RecordingOrigin.SESSION: (
        "What the loop sensed. It went by the beats as received, and edits do not change what it did; the analysis "
        "takes the edited beats. Shown are whole minutes, up to one before the end: where sensing ended would tell arms apart."
    ),
    RecordingOrigin.IMPORTED: "A file that somebody brought: no outcome of the protocol.",
}
WHO_EDITS = "You see everything here. Edits are made by the coordinators of the site."


def show_recordings(desk: Desk) -> None:
    """Draw the choice of a recording and the editor of the chosen one."""
    entry = choose_recording(desk)
    if entry is None:
        return
    here = looking()
    here.turn_to(entry.id)
    opened = attempt(lambda: open_recording(desk.store, desk.actor, entry.id))
    if opened is None:
        return
    prepared = prepare(here, opened)
    may_edit = is_permitted(desk.actor.role, Permission.EDIT_RECORDINGS) and not opened.closed
    st.markdown(f"{ORIGINS[entry.origin]} {source_in_words(prepared)}")
    if opened.closed:
        st.info(opened.closed)
    elif not may_edit:
        st.caption(WHO_EDITS)
    if not prepared.edited.times_s.size:
        show_said()
        st.warning("The recording holds no beat: the sensor was not worn, or fell off at once.")
        return
    draw_editor(desk, here, prepared, may_edit=may_edit)


def choose_recording(desk: Desk) -> RecordingEntry | None:
    """Draw the choice of participant and recording; the page's address may name both."""
    people = recorded_participants(desk.store, desk.actor)
    if not people:
        st.info(
            "No recording of the heart is kept yet: the first comes with a resting recording or a session."
        )
        return None
    person_key = key_of("beats", "participant")
    named, wanted = looking().asked or (
        st.query_params.get("participant", ""),
        st.query_params.get("recording", ""),
    )
    if looking().asked:
        set_widget(person_key, named)
    left, right = st.columns(2)
    person = left.selectbox(
        "Participant",
        people,
        index=people.index(named) if named in people else 0,
        key=person_key,
    )
    found = {one.id: one for one in recordings(desk.store, desk.actor, person)}
    recording_key = key_of("beats", f"recording.{person}")
    if looking().asked:
        set_widget(recording_key, wanted)
        looking().asked = None
    chosen = right.selectbox(
        "Recording",
        list(found),
        index=list(found).index(wanted) if wanted in found else 0,
        format_func=lambda one: name_of(found[one]),
        key=recording_key,
    )
    return found[chosen]


def name_of(entry: RecordingEntry) -> str:
    """Return a recording as a list names it."""
    when = f", {in_moment(entry.recorded_at)}" if entry.recorded_at else ""
    edits = f", edits: {entry.edits}" if entry.edits else ""
    return f"{entry.label}{when}{edits}"


def source_in_words(prepared: Prepared) -> str:
    """Return where the beats come from, and how many were edited."""
    opened, edited = prepared.opened, prepared.edited
    rate = f" at {opened.sampling_rate_hz:g} Hz" if opened.sampling_rate_hz else ""
    out = int(prepared.beats.flagged.sum())
    return (
        f"{edited.times_s.size} intervals over {clock(prepared.recording.end_s - prepared.recording.start_s)}, from "
        f"{opened.original.kind.value.upper()}{rate}; {out} left out; edits in force: {edited.edits}."
    )
