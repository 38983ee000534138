"""A questionnaire on the coordinator's screen: every answer is saved as soon as it is given.

Contents: `fill_in`.
"""

import uuid

import streamlit as st

from data.records.people import Actor
from data.records.safety import SafetyAlert
from data.storage.store import Store
from protocols.questionnaire import Item, ItemKind
from screens.acts import attempt
from screens.coordinator.alert_cards import on_call_contact, rule_in_words
from screens.coordinator.memory import memory
from screens.state import key_of, set_widget
from trials.answering import complete_form, save_answer
from trials.forms import DueForm, Form, open_form
from trials.opening import sites

PREFERS_NOT = "Prefers not to answer"


def fill_in(store: Store, actor: Actor, participant_id: str, due: DueForm) -> None:
    """Draw every item with the answer so far, and the button that finishes the form."""
    form = attempt(lambda: open_form(store, actor, participant_id, due.occasion, due.questionnaire))
    if form is None:
        return
    st.header(form.definition.title)
    if form.definition.instruction:
        st.markdown(form.definition.instruction)
    changed = [ask(store, actor, form, item) for item in form.definition.items]
    if any(changed):
        st.rerun()
    left = [item.code for item in form.definition.items if item.code not in form.answers]
    st.caption(f"Every answer is saved at once. Items without an answer: {len(left)}.")
    pressed = st.button(
        "Finish this form", key=key_of("form", "finish"), type="primary", disabled=bool(left)
    )
    if (
        pressed
        and attempt(
            lambda: complete_form(store, actor, participant_id, due.occasion, due.questionnaire)
        )
        is not None
    ):
        st.query_params.pop("form", None)
        st.rerun()


def ask(store: Store, actor: Actor, form: Form, item: Item) -> bool:
    """Draw one item, save the answer when it was changed here, and say so.

    What somebody else has answered meanwhile is shown, never overwritten.
    """
    key, changed = key_of_item(form, item), memory().changed
    if key not in changed:
        set_widget(key, saved_answer(form, item))
    answer = ask_choice(form, item) if item.anchors and is_choice(item) else ask_number(form, item)
    if key not in changed:
        return False
    changed.discard(key)
    if answer is None or answer == saved_answer(form, item):
        return False
    saved = attempt(
        lambda: save_answer(
            store,
            actor,
            answer_id=str(uuid.uuid4()),
            participant_id=form.participant_id,
            occasion=form.occasion,
            questionnaire=form.definition.id,
            item=item.code,
            value=None if answer == PREFERS_NOT else float(answer),
        )
    )
    if saved is None:
        return False
    memory().warned.extend(raised_in_words(store, actor, alert) for alert in saved.alerts)
    return True


def key_of_item(form: Form, item: Item) -> str:
    """Return the key of an item's widget."""
    return key_of("form", f"{form.participant_id}.{form.occasion}.{form.definition.id}.{item.code}")


def note_change(key: str) -> None:
    """Note that somebody changed this answer here."""
    memory().changed.add(key)


def is_choice(item: Item) -> bool:
    """Whether the item is answered by one of its labelled values."""
    return item.kind is ItemKind.CHOICE


def ask_choice(form: Form, item: Item) -> float | str | None:
    """Draw the labelled values of an item."""
    labels: dict[float | str, str] = {anchor.value: anchor.label for anchor in item.anchors}
    options = [*labels, PREFERS_NOT]
    key = key_of_item(form, item)
    return st.radio(
        f"{item.code}. {item.text}",
        options,
        index=None,
        format_func=lambda value: labels.get(value, PREFERS_NOT),
        horizontal=True,
        key=key,
        on_change=note_change,
        args=(key,),
    )


def ask_number(form: Form, item: Item) -> float | str | None:
    """Draw a field for a number, such as the millimetres of a line on paper."""
    key = key_of_item(form, item)
    ends = [anchor.label for anchor in item.anchors]
    unit = "millimetres from the left end of the line on paper" if item.kind is ItemKind.VAS else ""
    st.markdown(f"{item.code}\\. {item.text}" + (f" ({' … '.join(ends)})" if ends else ""))
    return st.number_input(
        f"Item {item.code}, {unit or 'a number'}",
        min_value=item.minimum,
        max_value=item.maximum,
        value=None,
        step=1.0,
        format="%g",
        key=key,
        on_change=note_change,
        args=(key,),
    )


def saved_answer(form: Form, item: Item) -> float | str | None:
    """Return the answer on record as the fields show it; None when there is none."""
    if item.code not in form.answers:
        return None
    value = form.answers[item.code]
    return PREFERS_NOT if value is None else value


def raised_in_words(store: Store, actor: Actor, alert: SafetyAlert) -> str:
    """Return what an answer set off, and whom to call."""
    contact = on_call_contact(alert.participant_id, sites(store, actor))
    return (
        f"**Safety alert. {rule_in_words(alert.rule)}.** Do not leave the participant alone. "
        f"On call: {contact}."
    )
