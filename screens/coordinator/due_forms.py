"""The questionnaires that today asks for: hand them over by a one-time link, or fill them in here.

Contents: `show_due_forms`, `show_own_forms`, `missing_in_words`, `hand_over`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from urllib.parse import urlsplit

import streamlit as st

from data.records.people import Actor
from data.records.visits import RestingMeasurement
from data.storage.participant_links import link_used_at, participant_token
from data.storage.store import Store
from screens import frame
from screens.acts import attempt, in_moment
from screens.coordinator.form_here import fill_in
from screens.coordinator.memory import memory
from screens.state import key_of
from trials.forms import DueForm, FormState, due_forms

STATES = {
    FormState.NOT_STARTED: "not started",
    FormState.STARTED: "begun",
    FormState.COMPLETE: "finished",
}
LOOK_EVERY_S = 3
LINK = "/p/"


def show_due_forms(store: Store, actor: Actor, participant_id: str, due: Sequence[DueForm]) -> None:
    """Draw the forms, the link for the participant's screen, and the form that is open here."""
    unfinished = [form for form in due if form.state is not FormState.COMPLETE]
    st.markdown("  \n".join(in_a_line(form) for form in due))
    if not unfinished:
        drop_link(participant_id)
        return
    if is_filled_in_here(store, actor, participant_id, unfinished):
        return
    hand_over(store, actor, participant_id, place=name_of(unfinished[0]))
    with st.expander("Fill in here instead (the participant answers to you, or on paper)"):
        offer_forms(unfinished)


def show_own_forms(store: Store, actor: Actor, participant_id: str, due: Sequence[DueForm]) -> None:
    """Draw the unfinished forms that ask the coordinator, and the one that is open here."""
    if not is_filled_in_here(store, actor, participant_id, due):
        offer_forms(due)


def is_filled_in_here(
    store: Store, actor: Actor, participant_id: str, due: Sequence[DueForm]
) -> bool:
    """Draw the form that the page's address names; say whether it is one of these."""
    open_here = next((form for form in due if name_of(form) == opened()), None)
    if open_here is None:
        return False
    st.button("Close this form", on_click=close_form, key=key_of("forms", "close"))
    fill_in(store, actor, participant_id, open_here)
    return True


def offer_forms(due: Sequence[DueForm]) -> None:
    """Draw a button that opens each form on this page."""
    for form in due:
        st.button(
            f"Fill in {form.title}",
            key=key_of("forms", f"open.{name_of(form)}"),
            on_click=open_form_here,
            args=(form,),
        )


def in_a_line(form: DueForm) -> str:
    """Return a form and how far it is."""
    mark = "✓" if form.state is FormState.COMPLETE else "○"
    return f"{mark} **{form.title}**, {form.occasion_label}: {STATES[form.state]}"


def missing_in_words(due: Sequence[DueForm], resting: RestingMeasurement | None) -> str:
    """Return what a visit with a resting recording still lacks; empty when nothing."""
    titles = [form.title for form in due if form.state is not FormState.COMPLETE]
    return ", ".join([*titles, *([] if resting else ["the resting recording"])])


@dataclass(frozen=True, kw_only=True, slots=True)
class Seen:
    """How far participant and link are; the page is drawn again when this changes."""

    forms: tuple[FormState, ...]
    link_used_at: datetime | None


def seen_of(store: Store, actor: Actor, participant_id: str) -> Seen:
    """Return how far each form is, and whether the last link of this tab was used."""
    link = memory().links.get(participant_id)
    return Seen(
        forms=tuple(form.state for form in due_forms(store, actor, participant_id)),
        link_used_at=link_used_at(store, actor, link.removeprefix(LINK)) if link else None,
    )


def hand_over(store: Store, actor: Actor, participant_id: str, place: str = "") -> None:
    """Offer the one-time link to the participant's own screen, and watch for its use and answers.

    `place` tells two offers on one page apart.
    """
    link = memory().links.get(participant_id)
    seen = seen_of(store, actor, participant_id)
    if link is None:
        offer_link(store, actor, participant_id, "Hand over to the participant", place)
    elif seen.link_used_at is None:
        show_link(participant_id, link, place)
    else:
        opened_at = in_moment(seen.link_used_at)
        st.success(f"The link was opened ({opened_at}). It does not work a second time.")
        offer_link(store, actor, participant_id, "Make a new link", place)
    watch_participant(participant_id, seen)


def offer_link(store: Store, actor: Actor, participant_id: str, label: str, place: str) -> None:
    """Offer to make a link."""
    pressed = st.button(
        label,
        key=key_of("forms", f"hand_over.{participant_id}.{place}"),
        type="primary",
        help="Makes a link that works once and opens only this participant's own screen.",
    )
    token = attempt(lambda: participant_token(store, actor, participant_id)) if pressed else None
    if token is not None:
        memory().links[participant_id] = f"{LINK}{token}"
        st.rerun()


def show_link(participant_id: str, link: str, place: str) -> None:
    """Draw a link that nobody has used, and the way to another one."""
    st.markdown("Open this link on the participant's tablet. It works once.")
    st.code(address_of(link), language=None)
    st.caption(
        "On this machine, use another browser or a private window: opening the link in this one "
        "signs you out."
    )
    st.button(
        "Make a new link",
        key=key_of("forms", f"new_link.{participant_id}.{place}"),
        on_click=drop_link,
        args=(participant_id,),
    )


@st.fragment(run_every=LOOK_EVERY_S)
def watch_participant(participant_id: str, known: Seen) -> None:
    """Draw the page again when the link was opened, or a form was begun or finished."""
    desk = frame.watching_desk()
    if seen_of(desk.store, desk.actor, participant_id) != known:
        st.rerun(scope="app")
    st.caption(
        "Where the participant's own screen is open already, what is next appears there by itself, "
        "and this page notices when a form is finished."
    )


def drop_link(participant_id: str) -> None:
    """Forget the last link of a participant, so that a new one can be made."""
    memory().links.pop(participant_id, None)


def address_of(path: str) -> str:
    """Return the full address of a path on this server, as the browser sees the server."""
    parts = urlsplit(st.context.url or "")
    return f"{parts.scheme}://{parts.netloc}{path}" if parts.netloc else path


def name_of(form: DueForm) -> str:
    """Return the id of a form in the page's address."""
    return f"{form.occasion}:{form.questionnaire}"


def opened() -> str:
    """Return the form that the page's address names; empty when it names none."""
    return st.query_params.get("form", "")


def open_form_here(form: DueForm) -> None:
    """Put the form into the page's address."""
    st.query_params["form"] = name_of(form)


def close_form() -> None:
    """Take the form out of the page's address."""
    st.query_params.pop("form", None)
