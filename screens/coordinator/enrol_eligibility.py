"""Fourth step of enrolment: the signed checklist over the person and the input data.

Contents: `assess`, `offer_declining`, `show_failure`.
"""

import streamlit as st

from data.records.participants import Participant
from data.records.people import Actor
from data.storage.store import Store
from protocols.design import Protocol
from protocols.eligibility import Criterion, CriterionKind, CriterionSubject
from screens.acts import attempt
from screens.coordinator.page_links import TODAY
from screens.coordinator.resting import check_signal_here
from screens.coordinator.wording import reason_in_words
from screens.state import key_of
from trials.eligibility import (
    ComputedCriterion,
    Willingness,
    asked_criteria,
    assess_eligibility,
    computed_checklist,
)
from trials.opening import protocol_in_force
from trials.timelines import EntryKind
from trials.visits import timeline

ANSWERS = {True: "Yes", False: "No"}
SUBJECTS = {
    CriterionSubject.PERSON: "About the person",
    CriterionSubject.INPUT_DATA: "About the heart signal",
}


def assess(store: Store, actor: Actor, person: Participant) -> None:
    """Draw the checklist; a signature makes the person eligible or ends screening with reasons."""
    protocol = protocol_in_force(store, actor)
    show_computed(store, actor, person)
    with st.expander("Check the heart signal with a test recording"):
        check_signal_here(store, actor, person.id)
    with st.form(key_of("enrol", f"eligibility.{person.id}")):
        about_person = ask_about(CriterionSubject.PERSON, protocol)
        about_signal = ask_about(CriterionSubject.INPUT_DATA, protocol)
        pressed = st.form_submit_button("Sign the checklist", type="primary")
    answers = about_person | about_signal
    given = {code: met for code, met in answers.items() if met is not None}
    if pressed and len(given) < len(answers):
        st.error(f"{len(answers) - len(given)} criteria have no answer yet.")
    elif (
        pressed and attempt(lambda: assess_eligibility(store, actor, person.id, given)) is not None
    ):
        st.rerun()
    offer_declining(store, actor, person)


def show_computed(store: Store, actor: Actor, person: Participant) -> None:
    """Draw the criteria that are computed from a questionnaire; nobody answers them by hand."""
    st.header("Eligibility")
    for computed in computed_checklist(store, actor, person.id):
        st.markdown(f"{text_of(computed.criterion)} {computed_in_words(computed)}")


def computed_in_words(computed: ComputedCriterion) -> str:
    """Return the score behind a criterion and whether it meets it."""
    if computed.score is None:
        return "**Computed: there is no score.**"
    return f"**Computed: {computed.score:g}, {'yes' if computed.is_met else 'no'}.**"


def ask_about(subject: CriterionSubject, protocol: Protocol) -> dict[str, bool | None]:
    """Draw the criteria of one subject that a person answers; return the answers so far."""
    of_subject = [one for one in asked_criteria(protocol) if one.subject is subject]
    if of_subject:
        st.subheader(SUBJECTS[subject])
    return {criterion.code: ask(criterion) for criterion in of_subject}


def ask(criterion: Criterion) -> bool | None:
    """Draw one criterion; nothing is chosen beforehand."""
    return st.radio(
        text_of(criterion),
        list(ANSWERS),
        index=None,
        format_func=ANSWERS.__getitem__,
        horizontal=True,
        key=key_of("enrol", f"criterion.{criterion.code}"),
        help=criterion.rationale or None,
    )


def text_of(criterion: Criterion) -> str:
    """Return the wording of a criterion, marked when a yes keeps the person out."""
    text = " ".join(criterion.text.split())
    return f"Exclusion: {text}" if criterion.kind is CriterionKind.EXCLUSION else text


def offer_declining(store: Store, actor: Actor, person: Participant) -> None:
    """Offer to end enrolment because the person does not want to take part."""
    with st.expander("The person does not want to take part"):
        st.markdown(
            "Enrolment ends. The reason is recorded as declined, and nothing more is asked."
        )
        pressed = st.button("Record that the person declined", key=key_of("enrol", "declined"))
    if (
        pressed
        and attempt(
            lambda: assess_eligibility(
                store, actor, person.id, {}, willingness=Willingness.DECLINED
            )
        )
        is not None
    ):
        st.rerun()


def show_failure(store: Store, actor: Actor, person: Participant) -> None:
    """Draw why a person cannot take part."""
    protocol = protocol_in_force(store, actor)
    st.header("Enrolment has ended")
    st.markdown(f"{person.id} does not take part. The reasons are on record:")
    entries = timeline(store, actor, person.id).entries
    for entry in entries:
        if entry.kind is EntryKind.ELIGIBILITY:
            reasons = [
                reason_in_words(code, protocol.criteria) for code in entry.detail.split(", ")
            ]
            st.markdown("\n".join(f"- {reason}" for reason in reasons))
    if st.button("Back to today", type="primary"):
        st.switch_page(TODAY)
