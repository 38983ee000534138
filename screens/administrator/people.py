"""People: every account with its one role; add one, change one."""

from collections.abc import Sequence

import streamlit as st

from data.records.people import Actor, Role, User
from data.records.trial import Site
from data.storage.store import Store
from screens import frame
from screens.acts import attempt, escaped, in_moment, say, show_said
from screens.administrator.account_changes import change_accounts, new_password
from screens.state import key_of
from trials.opening import sites
from trials.people import accounts, add_account

ROLES = {
    Role.COORDINATOR: "Coordinator: enrols people and runs sessions at one site",
    Role.STATISTICIAN: "Statistician: analyses with masked arms, locks the database",
    Role.UNBLINDED_STATISTICIAN: "Unblinded statistician: holds the looks before the end, sees results by arm",
    Role.REVIEWER: "Reviewer: reads protocol, flow and audit trail; changes nothing",
    Role.ADMINISTRATOR: "Administrator: people, sites, backups; confirms unblinding",
}


def show_page() -> None:
    """Draw the page."""
    desk = frame.desk()
    store, actor = desk.store, desk.actor
    st.title("People")
    show_said()
    known = accounts(store, actor)
    draw_accounts(known)
    st.header("Add an account")
    fill_in_account(store, actor, sites(store, actor))
    change_accounts(store, actor, known)


def draw_accounts(known: Sequence[User]) -> None:
    """Draw every account, closed ones too."""
    rows = [
        {
            "User name": escaped(user.id),
            "Name": escaped(user.display_name),
            "Role": user.role.value.capitalize(),
            "Site": user.site_id or "All",
            "State": "Open" if user.active else "Closed",
            "Since": in_moment(user.created_at),
        }
        for user in known
    ]
    st.table(rows, border="horizontal", hide_index=True, alt="Accounts")


def fill_in_account(store: Store, actor: Actor, places: Sequence[Site]) -> None:
    """Draw the form of a new account."""
    st.markdown("A user name is never used again for anybody else. Each person has one role.")
    role = st.selectbox(
        "Role", list(ROLES), format_func=lambda one: ROLES[one], key=key_of("people", "role")
    )
    if role is Role.COORDINATOR and not places:
        st.warning("A coordinator works at a site: open the trial first.")
        return
    with st.form(key_of("people", "add")):
        left, right = st.columns(2)
        user_id = left.text_input("User name", autocomplete="off", key=key_of("people", "id"))
        name = right.text_input("Full name", autocomplete="off", key=key_of("people", "name"))
        site = choose_site(places) if role is Role.COORDINATOR else None
        left, right = st.columns(2)
        password = new_password(left, "First password", "password")
        again = new_password(right, "The same password again", "again")
        if not st.form_submit_button("Add the account", type="primary"):
            return
    if password != again:
        st.error("The two passwords differ. Enter the same one twice.")
        return
    made = attempt(
        lambda: add_account(
            store,
            actor,
            user_id=user_id or "",
            display_name=name or "",
            role=role,
            site_id=site,
            password=password,
        )
    )
    if made is not None:
        say(
            f"The account **{escaped(made.id)}** is open. Hand over its password in person: it "
            "opens nothing but the choice of an own one."
        )
        st.rerun()


def choose_site(places: Sequence[Site]) -> str | None:
    """Draw the choice of a coordinator's site."""
    names = {site.id: f"{site.name} ({site.id})" for site in places}
    return st.selectbox(
        "Site", list(names), format_func=names.__getitem__, key=key_of("people", "site")
    )


show_page()
