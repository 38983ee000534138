"""What every page has around it: the banner, the navigation, and the way to store and actor.

A page begins with ``desk = frame.desk()`` and hands ``desk.store`` and ``desk.actor`` to one use
case. The banner says in which trial, under which protocol version, as whom, and whether the data
are simulated.

Contents: `Desk`, `desk`, `watching_desk`, `draw_page`.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path

import streamlit as st
from streamlit.navigation.page import StreamlitPage

from data.records.people import Actor, Role
from data.storage.store import Store
from screens import sign_in
from screens.workbench import Workbench, here
from trials.overview import Overview, overview

SIMULATED = ":material/science:"
LESS_MARGIN = "<style>.stMainBlockContainer { padding-top: 4.5rem; }</style>"
"""Only looks: should Streamlit rename the class, the page has more margin again."""
PARTICIPANT_LOOK = """<style>
html { font-size: 22px; }
.stMainBlockContainer { padding: 1.5rem 1.5rem 2rem; max-width: 46rem; }
[data-testid="stHeader"] { display: none; }
.simulated { margin: 0; font-size: 0.8rem; font-weight: 600; color: #7a3b00; }
</style>"""


@dataclass(frozen=True, kw_only=True, slots=True)
class Desk:
    """What a page works with."""

    bench: Workbench
    store: Store
    actor: Actor


def desk() -> Desk:
    """Return store and actor, the sign-in checked at this moment."""
    bench = here()
    return Desk(bench=bench, store=bench.store(), actor=sign_in.current_actor())


def watching_desk() -> Desk:
    """Return the same for what repeats by itself (fragments): it keeps no sign-in awake."""
    bench = here()
    return Desk(bench=bench, store=bench.store(), actor=sign_in.watching_actor())


def draw_page(
    actor: Actor, screens: Sequence[tuple[Path, str]], watch: Callable[[], None] | None = None
) -> None:
    """Draw the banner, the navigation of the actor's role, and the page that is chosen.

    Parameters
    ----------
    actor : Actor
        Who is signed in.
    screens : sequence of (Path, str)
        The role's pages in order, each with its title; a page that is not there is left out.
    watch : callable or None
        Draws below the banner what the role must see on every page while a trial is open.
    """
    pages = pages_of([(path, title) for path, title in screens if path.exists()])
    is_participant = actor.role is Role.PARTICIPANT
    st.set_page_config(page_title="Antiphon", layout="centered" if is_participant else "wide")
    page = st.navigation(pages, position="hidden" if is_participant else "top")
    trial = overview(here().store(), actor)
    if is_participant:
        st.html(PARTICIPANT_LOOK)
        draw_participant_banner(trial)
    else:
        st.html(LESS_MARGIN)
        draw_banner(trial, actor)
    if watch and trial:
        watch()
    page.run()


def pages_of(screens: Sequence[tuple[Path, str]]) -> list[StreamlitPage]:
    """Return the pages, the first one twice: at the root, and hidden under its own name."""
    (first, title), *others = screens
    return [
        st.Page(first, title=title, default=True, url_path="first"),
        st.Page(first, title=title, visibility="hidden"),
        *(st.Page(path, title=name) for path, name in others),
    ]


def draw_banner(trial: Overview | None, actor: Actor) -> None:
    """Draw which trial, which protocol version, who, and whether the data are simulated."""
    with st.container(
        horizontal=True, horizontal_alignment="distribute", vertical_alignment="center"
    ):
        st.markdown(trial_in_words(trial), width="content")
        who = st.popover(f"{actor.user_id} · {actor.role}", width="content")
    with who:
        st.markdown(f"Signed in as **{actor.user_id}**, {actor.role}{place_in_words(actor)}.")
        st.link_button("Change my password", sign_in.OWN_PASSWORD, width="stretch")
        st.link_button("Sign out", "/sign-out", width="stretch")
    if trial and trial.simulated:
        st.warning("**SIMULATED DATA.** Nobody in this trial is a real person.", icon=SIMULATED)


def draw_participant_banner(trial: Overview | None) -> None:
    """Draw as little as possible: only that the data are simulated."""
    if trial and trial.simulated:
        st.html('<p class="simulated">SIMULATED DATA: for demonstration only</p>')


def trial_in_words(trial: Overview | None) -> str:
    """Return the trial, its protocol version and its lock, in one line of Markdown."""
    if trial is None:
        return "**No trial is open yet.**"
    lock = f"locked on {trial.locked_at:%d %B %Y}" if trial.locked_at else "not locked"
    fingerprint = trial.protocol_sha256[:8]
    return (
        f"**{trial.study_id}** · {trial.title} · protocol {trial.version} "
        f"(`{fingerprint}`) · database {lock}"
    )


def place_in_words(actor: Actor) -> str:
    """Return the site of a person who works at one; empty for those who see every site."""
    return f" at {actor.site_id}" if actor.site_id else ""
