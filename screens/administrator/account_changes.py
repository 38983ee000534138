"""Changing an account that is there: a new password, closing it, opening it again.

Contents: `change_accounts`, `new_password`.
"""

from collections.abc import Sequence

import streamlit as st
from streamlit.delta_generator import DeltaGenerator

from data.records.people import Actor, User
from data.storage.accounts import set_password
from data.storage.store import Store
from screens.acts import attempt, escaped, say
from screens.state import key_of
from trials.people import deactivate_account, reactivate_account


def change_accounts(store: Store, actor: Actor, known: Sequence[User]) -> None:
    """Draw what can be done with the account of another person."""
    st.header("Change an account")
    state = {
        user.id: f"{user.id} ({'open' if user.active else 'closed'})"
        for user in known
        if user.id != actor.user_id
    }
    if not state:
        st.markdown("There is no other account yet.")
        return
    user_id = st.selectbox(
        "Account", list(state), format_func=state.__getitem__, key=key_of("people", "account")
    )
    user = next(one for one in known if one.id == user_id)
    if user.active:
        give_password(store, actor, user)
    close_or_open(store, actor, user)


def give_password(store: Store, actor: Actor, user: User) -> None:
    """Draw the form that gives somebody who forgot it a new password."""
    with st.form(key_of("people", "renew"), clear_on_submit=True):
        left, right = st.columns(2)
        password = new_password(left, "New password", "renewed")
        again = new_password(right, "The new password again", "renewed_again")
        if not st.form_submit_button(f"Give {user.id} this password"):
            return
    if password != again:
        st.error("The two passwords differ. Enter the same one twice.")
        return
    if attempt(lambda: renewed(store, actor, user.id, password)):
        say(
            f"**{escaped(user.id)}** has a new password. Hand it over in person: it opens "
            "nothing but the choice of an own one."
        )
        st.rerun()


def renewed(store: Store, actor: Actor, user_id: str, password: str) -> bool:
    """Give the password; a refusal is raised, so coming back means that it is done."""
    set_password(store, actor, user_id, password)
    return True


def close_or_open(store: Store, actor: Actor, user: User) -> None:
    """Draw the field and the button that close an open account, or open a closed one."""
    st.markdown("Closing an account ends every sign-in of that person at once. Its past stays.")
    reason = st.text_input("Why?", key=key_of("people", "reason")) or ""
    label = f"Close the account {user.id}" if user.active else f"Open the account {user.id} again"
    change = deactivate_account if user.active else reactivate_account
    if not st.button(label, disabled=not reason.strip(), key=key_of("people", "change")):
        return
    changed = attempt(lambda: change(store, actor, user.id, reason.strip()))
    if changed is not None:
        say(f"The account **{escaped(user.id)}** is {'open' if changed.active else 'closed'} now.")
        st.rerun()


def new_password(place: DeltaGenerator, label: str, name: str) -> str:
    """Draw a field for a new password."""
    typed = place.text_input(
        label,
        type="password",
        autocomplete="new-password",
        help="8 characters or more, without the user name.",
        key=key_of("people", name),
    )
    return typed or ""
