"""What can be done to the chosen beat, why, and what was done before: every act is a new entry.

Contents: `choose_beat`, `offer_acts`, `show_edits`.
"""

from collections.abc import Sequence

import streamlit as st

from data.measures.beat_edits import in_force
from data.records.beat_edits import BeatAct, BeatEdit, BeatOperation
from screens.acts import attempt, escaped, in_moment, say
from screens.beats.looking import Looking, Prepared
from screens.beats.words import beat_in_words, edit_in_words
from screens.frame import Desk
from screens.state import key_of, set_widget, widget_value
from trials.beat_editing import edit_beats

USUAL_REASONS = (
    "A beat was missed",
    "No beat: noise or a T wave",
    "The peak was placed wrongly",
    "Ectopic beat",
    "Movement or loose contact",
    "True: the rhythm really changes here",
)


def choose_beat(here: Looking, prepared: Prepared) -> int | None:
    """Draw the number of the chosen beat and what becomes of it; return its index, None when none is chosen."""
    key = key_of("beats", "place")
    count = int(prepared.edited.times_s.size)

    def take() -> None:
        wanted = widget_value(key)
        if isinstance(wanted, int):
            here.show(prepared, wanted - 1)

    place = prepared.edited.place_of(here.number)
    set_widget(key, None if place is None else place + 1)
    st.number_input(
        f"Beat, 1 to {count}",
        min_value=1,
        max_value=count,
        step=1,
        key=key,
        on_change=take,
        placeholder="Choose in the tachogram, or type",
        width=280,
    )
    if place is not None:
        st.markdown(escaped(beat_in_words(prepared, place)))
    return place


def offer_acts(desk: Desk, here: Looking, prepared: Prepared, place: int | None) -> None:
    """Draw the reason and the acts on the chosen beat."""
    reason = _ask_reason(here)
    number = here.number
    with st.container(horizontal=True, vertical_alignment="bottom"):
        for label, act in (
            ("Accept", BeatAct.ACCEPT),
            ("Reject", BeatAct.REJECT),
            ("Remove", BeatAct.REMOVE),
        ):
            pressed = st.button(
                label, key=key_of("beats", act), disabled=place is None, help=HELP[act]
            )
            if pressed:
                _do(desk, here, prepared, BeatOperation(act=act, beat=number), reason)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        shift_ms = st.number_input(
            "Move by, ms (earlier below 0)",
            value=0.0,
            step=5.0,
            format="%.1f",
            key=key_of("beats", "shift"),
            width=220,
        )
        if st.button(
            "Move", key=key_of("beats", "move"), disabled=place is None, help=HELP[BeatAct.MOVE]
        ):
            wanted = BeatOperation(act=BeatAct.MOVE, beat=number, shift_ms=shift_ms)
            _do(desk, here, prepared, wanted, reason)
    with st.container(horizontal=True, vertical_alignment="bottom"):
        time_s = _ask_time(here, prepared, place)
        if st.button("Add a beat", key=key_of("beats", "add"), help=HELP[BeatAct.ADD]):
            _do(desk, here, prepared, BeatOperation(act=BeatAct.ADD, time_s=time_s), reason)


HELP = {
    BeatAct.ACCEPT: "The interval is true although the rule leaves it out: it counts.",
    BeatAct.REJECT: "The interval cannot be believed: it is left out. Nothing takes its place.",
    BeatAct.REMOVE: "There was no beat: the intervals before and after it become one.",
    BeatAct.MOVE: "The beat was earlier or later: the intervals on both sides change.",
    BeatAct.ADD: "A beat was missed there: one interval becomes two, or a gap is closed.",
}


def _ask_reason(here: Looking) -> str:
    """Draw the usual reasons and a line for another one; own words go before."""
    usual = st.pills(
        "Why (kept with the edit)", USUAL_REASONS, key=key_of("beats", "usual"), wrap=True
    )
    words = st.text_input("Or why, in your own words", key=key_of("beats", "reason"))
    here.reason = (words or "").strip() or usual or ""
    return here.reason


def _ask_time(here: Looking, prepared: Prepared, place: int | None) -> float:
    """Draw where a beat is added: at first in the middle of the chosen interval."""
    edited = prepared.edited
    middle_s = here.start_s
    if place is not None:
        middle_s = float(edited.times_s[place] - edited.rr_ms[place] / 2000.0)
    return st.number_input(
        "Add at, s",
        value=round(middle_s, 3),
        step=0.01,
        format="%.3f",
        key=key_of("beats", f"time.{here.number}.{len(prepared.opened.edits)}"),
        width=220,
    )


def _do(
    desk: Desk, here: Looking, prepared: Prepared, operation: BeatOperation, reason: str
) -> None:
    opened = prepared.opened
    seen = len(opened.edits)
    place = prepared.edited.place_of(here.number)
    done = attempt(
        lambda: edit_beats(desk.store, desk.actor, opened.entry.id, [operation], reason, seen=seen)
    )
    if done is None:
        return
    if operation.act is BeatAct.ADD:
        here.number = prepared.edited.originals + seen + 1
    if operation.act is BeatAct.REMOVE and place is not None:
        beside = place + 1 if place + 1 < prepared.edited.numbers.size else place - 1
        here.number = int(prepared.edited.numbers[beside])
    say(f"Edit {seen + 1} is on record: {edit_in_words(done[0], prepared.edited.originals)}.")
    st.rerun()


def show_edits(desk: Desk, here: Looking, prepared: Prepared, *, may_edit: bool) -> None:
    """Draw every entry, and the way to take one back."""
    edits = prepared.opened.edits
    if not edits:
        st.markdown("Nobody has edited this recording: the beats are as received.")
        return
    stands = in_force([one.operation for one in edits])
    originals = prepared.edited.originals
    rows = [
        {
            "No.": str(one.number),
            "When": in_moment(one.edited_at),
            "Who": escaped(one.edited_by),
            "What": escaped(edit_in_words(one, originals)),
            "Why": escaped(one.reason),
            "In force": "yes" if is_standing else "taken back",
        }
        for one, is_standing in zip(edits, stands, strict=True)
    ]
    st.table(rows[::-1], border="horizontal", hide_index=True, alt="Edits of this recording")
    st.caption(
        "Beats are named by their number as recorded. The beats as received stay in the store unchanged; the audit trail "
        "has each edit with the same who, when and why."
    )
    if may_edit:
        _offer_revert(
            desk, here, prepared, [one for one, is_on in zip(edits, stands, strict=True) if is_on]
        )


def _offer_revert(
    desk: Desk, here: Looking, prepared: Prepared, standing: Sequence[BeatEdit]
) -> None:
    if not standing:
        return
    originals = prepared.edited.originals
    with st.container(horizontal=True, vertical_alignment="bottom"):
        chosen = st.selectbox(
            "Take back",
            list(reversed(standing)),
            format_func=lambda one: f"{one.number}: {edit_in_words(one, originals)}",
            key=key_of("beats", f"revert.{prepared.opened.entry.id}.{len(prepared.opened.edits)}"),
            width=420,
        )
        if st.button("Take back (a new entry)", key=key_of("beats", "undo")):
            wanted = BeatOperation(act=BeatAct.REVERT, reverts=chosen.number)
            _do(desk, here, prepared, wanted, here.reason or f"Taken back: {chosen.reason}")
