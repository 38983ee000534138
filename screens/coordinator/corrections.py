"""Corrections of answers: what was changed, by whom, when and why, and the way to correct one more.

Contents: `show_corrections`.
"""

import streamlit as st

from data.records.answers import QuestionnaireCompletion
from data.records.people import Actor
from data.storage.store import Store
from protocols.questionnaire import Item, load_questionnaire
from screens.acts import attempt, escaped, in_moment, say
from screens.coordinator.form_here import PREFERS_NOT
from screens.state import key_of
from trials.answering import correct_answer
from trials.forms import Form, finished_forms, open_form
from trials.value_history import ValueChange, value_history


def show_corrections(store: Store, actor: Actor, participant_id: str) -> None:
    """Draw the history of the participant's values, and the form for a correction."""
    changes = value_history(store, actor, participant_id)
    finished = finished_forms(store, actor, participant_id)
    if not changes and not finished:
        return
    st.header("Corrections")
    if changes:
        st.table([cells(change) for change in changes], border="horizontal", hide_index=True)
    else:
        st.markdown("No answer and no measurement was changed.")
    if finished:
        with st.expander("Correct an answer of a finished form"):
            correct_here(store, actor, participant_id, finished)


def cells(change: ValueChange) -> dict[str, str]:
    """Return one change as the cells of a table."""
    return {
        "When": in_moment(change.at),
        "What": escaped(change.what),
        "Before": change.before,
        "After": change.after,
        "Who": escaped(change.by),
        "Why": escaped(change.reason or "Changed before the form was finished"),
    }


def correct_here(
    store: Store,
    actor: Actor,
    participant_id: str,
    finished: tuple[QuestionnaireCompletion, ...],
) -> None:
    """Draw the choice of form and item, the right answer and the reason."""
    chosen = st.selectbox(
        "Form",
        finished,
        index=None,
        format_func=lambda one: f"{load_questionnaire(one.questionnaire).title}, {one.occasion}",
        key=key_of("corrections", f"form.{participant_id}"),
    )
    if chosen is None:
        return
    form = attempt(
        lambda: open_form(store, actor, participant_id, chosen.occasion, chosen.questionnaire)
    )
    if form is None:
        return
    item = st.selectbox(
        "Item",
        form.definition.items,
        index=None,
        format_func=lambda one: f"{one.code}. {one.text}",
        key=key_of("corrections", f"item.{chosen.id}"),
    )
    if item is not None:
        ask_right_answer(store, actor, form, item)


def ask_right_answer(store: Store, actor: Actor, form: Form, item: Item) -> None:
    """Draw the answer on record, the field for the right one, and record it."""
    st.markdown(f"On record: **{in_words(item, form.answers.get(item.code))}**.")
    with st.form(key_of("corrections", f"{form.occasion}.{form.definition.id}.{item.code}")):
        declined = st.checkbox(PREFERS_NOT)
        value = st.number_input(
            f"Right answer, from {item.minimum:g} to {item.maximum:g}",
            min_value=float(item.minimum),
            max_value=float(item.maximum),
            value=None,
            step=1.0,
            format="%g",
            help=" ".join(f"{anchor.value:g}: {anchor.label}." for anchor in item.anchors),
        )
        reason = st.text_input("Why was it wrong?")
        pressed = st.form_submit_button("Record the correction", type="primary")
    if not pressed:
        return
    if value is None and not declined:
        st.error(f"Give the right answer, or tick “{PREFERS_NOT}”.")
        return
    saved = attempt(
        lambda: correct_answer(
            store,
            actor,
            participant_id=form.participant_id,
            occasion=form.occasion,
            questionnaire=form.definition.id,
            item=item.code,
            value=None if declined else value,
            reason=reason or "",
        )
    )
    if saved is not None:
        say(f"The correction of item {item.code} is on record.")
        st.rerun()


def in_words(item: Item, value: float | None) -> str:
    """Return an answer with its label."""
    if value is None:
        return PREFERS_NOT
    label = next((anchor.label for anchor in item.anchors if anchor.value == value), "")
    return f"{value:g}" + (f", {label}" if label else "")
