"""The recordings of the heart: look at their beats, mend them with a reason, and bring a file."""

from collections.abc import Sequence

import streamlit as st

from data.exchange.recordings import RecordingUnreadableError
from screens import frame
from screens.acts import attempt, escaped, say
from screens.beats.looking import looking
from screens.beats.page import show_recordings
from screens.coordinator.signal_sources import SUFFIXES
from screens.coordinator.uploads import UploadedFile, beats_in, read_uploaded
from screens.no_trial import wait_for_trial
from screens.state import key_of
from trials.beat_editing import import_beats
from trials.participants import participants


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Recordings")
    wait_for_trial(desk, "the recordings of the heart, and lets you mend their beats")
    show_recordings(desk)
    with st.expander("Bring a recording from a file"):
        bring(desk)


def bring(desk: frame.Desk) -> None:
    """Draw the fields for a file, and keep its beats."""
    people = [one.id for one in participants(desk.store, desk.actor)]
    st.markdown(
        "Its beats are kept beside the participant’s recordings, to be looked at and mended. It is no outcome of the "
        "protocol: resting recordings of visits are taken on the participant’s page."
    )
    with st.form(key_of("bring", "form"), border=False):
        person = st.selectbox("Whose heart", people, index=None, key=key_of("bring", "person"))
        label = st.text_input(
            "What was recorded",
            help="For example: Holter of the ward.",
            key=key_of("bring", "label"),
        )
        files = st.file_uploader(
            "Recording with RR intervals, an ECG or a pulse wave",
            type=SUFFIXES,
            accept_multiple_files=True,
            key=key_of("bring", "files"),
        )
        rate_hz = st.number_input(
            "Samples a second, only for a signal as text that does not say it",
            min_value=1.0,
            value=None,
            format="%g",
            key=key_of("bring", "rate"),
        )
        pressed = st.form_submit_button("Keep its beats")
    if not pressed:
        return
    if not files or person is None:
        st.error("Choose the participant and a file.")
    else:
        keep(desk, person, label or "", files, rate_hz)


def keep(
    desk: frame.Desk, person: str, label: str, files: Sequence[UploadedFile], rate_hz: float | None
) -> None:
    """Read a file, find its beats and keep them."""
    try:
        with st.spinner("Reading the recording and looking for beats ..."):
            found = beats_in(read_uploaded(files, rate_hz))
    except RecordingUnreadableError as refusal:
        st.error(escaped(str(refusal)))
        return
    kept = attempt(
        lambda: import_beats(
            desk.store,
            desk.actor,
            person,
            label,
            found.beats,
            sampling_rate_hz=found.sampling_rate_hz,
        )
    )
    if kept is not None:
        say(f"{len(kept.rr_ms)} intervals of {escaped(kept.label)} are kept.")
        looking().asked = person, kept.id
        st.rerun()


show_page()
