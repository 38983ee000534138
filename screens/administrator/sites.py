"""Sites: which are open, who is on call when a safety alert is raised, and by which clock days are counted."""

from dataclasses import replace

import streamlit as st

from data.records.local_days import UNNAMED_TIME_ZONE
from data.records.people import Actor
from data.records.trial import Site
from data.storage.store import Store
from screens import frame
from screens.acts import attempt, escaped, say, show_said
from screens.administrator.time_zone import choose_time_zone
from screens.headphones import show_calibrations
from screens.state import key_of
from trials.calibrations import calibrations_in_force
from trials.opening import protocol_in_force, set_site, sites


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    st.title("Sites")
    show_said()
    st.markdown(
        "A site enrols only while it is open and names somebody on call. Closing a site stops "
        "enrolment; people who take part go on."
    )
    known = sites(desk.store, desk.actor)
    if not known:
        st.markdown("No trial is open yet: sites are named when it is opened.")
        return
    protocol = protocol_in_force(desk.store, desk.actor)
    for site in known:
        change_site(desk.store, desk.actor, site)
        show_calibrations(protocol, calibrations_in_force(desk.store, desk.actor, site.id))
    st.caption("The coordinators of a site measure its headphones, on their page *Headphones*.")


def change_site(store: Store, actor: Actor, site: Site) -> None:
    """Draw one site and the form that changes it."""
    st.header(f"{site.name} ({site.id})")
    if site.time_zone == UNNAMED_TIME_ZONE:
        st.warning("Days here are counted in UTC. Choose the time zone in which the site lies.")
    with st.form(key_of("sites", f"form.{site.id}")):
        on_call = st.text_input(
            "Who is on call: name and telephone",
            site.on_call,
            help="Coordinators see it with every alert, participants when an answer raises one.",
            key=key_of("sites", f"on_call.{site.id}"),
        )
        is_open = st.checkbox(
            "Open for enrolment", value=site.open, key=key_of("sites", f"open.{site.id}")
        )
        time_zone = choose_time_zone(site.name, site.time_zone, key=f"zone.{site.id}")
        pressed = st.form_submit_button(f"Save {site.name}")
    if not pressed:
        return
    changed = replace(site, on_call=(on_call or "").strip(), open=is_open, time_zone=time_zone)
    if changed.open and not changed.on_call:
        st.error("An open site needs somebody on call.")
    elif attempt(lambda: set_site(store, actor, changed)):
        say(f"{escaped(site.name)} is saved.")
        st.rerun()


show_page()
