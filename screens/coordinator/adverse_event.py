"""The form for an adverse event, the same wherever it is reported.

Contents: `fill_in_adverse_event`.
"""

from collections.abc import Sequence
from datetime import datetime
from types import MappingProxyType

import streamlit as st

from data.records.people import Actor
from data.records.safety import AdverseEvent, Causality
from data.storage.store import Store
from screens.acts import attempt, local_zone
from screens.state import key_of
from trials.safety import HARM_DOMAINS, AdverseEventReport, record_adverse_event

NOT_SERIOUS = "Not serious"
SERIOUSNESS = (
    NOT_SERIOUS,
    "Death",
    "Life-threatening",
    "Hospital stay, new or longer",
    "Lasting disability",
    "Congenital anomaly",
    "Another important medical event",
)
GRADES = MappingProxyType(
    {1: "1, mild", 2: "2, moderate", 3: "3, severe", 4: "4, life-threatening", 5: "5, death"}
)
CAUSALITY = MappingProxyType(
    {
        Causality.NOT_RELATED: "Not related",
        Causality.POSSIBLE: "Possible",
        Causality.PROBABLE: "Probable",
        Causality.CAUSAL: "Causal",
    }
)
EXPECTED = MappingProxyType({True: "Expected", False: "Unexpected"})
OUTCOMES = (
    "Recovered",
    "Recovering",
    "Not recovered",
    "Recovered with lasting effects",
    "Death",
    "Unknown",
)


def fill_in_adverse_event(
    store: Store, actor: Actor, participant_ids: Sequence[str], *, session_id: str | None = None
) -> AdverseEvent | None:
    """Draw the form; return the event when it has just been recorded."""
    now = store.clock().astimezone(local_zone()).replace(second=0, microsecond=0, tzinfo=None)
    with st.form(key_of("adverse_event", f"{session_id or ''}")):
        only = 0 if len(participant_ids) == 1 else None
        who = st.selectbox("Participant", participant_ids, index=only)
        term = st.text_input("What happened, in the participant's own words")
        left, right = st.columns(2)
        started_at = left.datetime_input("Began", value=now, format="DD/MM/YYYY", step=300)
        aware_at = right.datetime_input(
            "The team learnt of it",
            value=now,
            format="DD/MM/YYYY",
            step=300,
            help="Starts the 24 hours in which a serious event must be reported.",
        )
        domain = left.selectbox(
            "Kind of harm", HARM_DOMAINS, index=None, format_func=str.capitalize
        )
        grade = right.selectbox("Grade (CTCAE)", GRADES, index=None, format_func=GRADES.__getitem__)
        seriousness = st.selectbox("Seriousness", SERIOUSNESS, index=None)
        causality = left.selectbox(
            "Related to the listening", CAUSALITY, index=None, format_func=CAUSALITY.__getitem__
        )
        expected = right.selectbox(
            "Expected", EXPECTED, index=None, format_func=EXPECTED.__getitem__
        )
        action = st.text_input("What was done")
        outcome = st.selectbox("Outcome so far", OUTCOMES, index=None)
        st.caption("A follow-up is a new report. A report is never changed.")
        pressed = st.form_submit_button("Record the adverse event", type="primary")
    if not pressed:
        return None
    if None in {
        who,
        domain,
        grade,
        seriousness,
        causality,
        expected,
        outcome,
        started_at,
        aware_at,
    }:
        st.error("Some fields are still empty. Please choose an answer in each of them.")
        return None
    report = AdverseEventReport(
        participant_id=str(who),
        term=term or "",
        domain=str(domain),
        grade=int(grade or 0),
        serious=seriousness != NOT_SERIOUS,
        seriousness="" if seriousness == NOT_SERIOUS else str(seriousness),
        causality=Causality(str(causality)),
        expected=bool(expected),
        outcome=str(outcome),
        action=action or "",
        session_id=session_id,
        started_at=at_moment(started_at),
        aware_at=at_moment(aware_at),
    )
    return attempt(lambda: record_adverse_event(store, actor, report))


def at_moment(entered: datetime) -> datetime:
    """Return what was entered as a moment in the browser's time zone."""
    return entered.replace(tzinfo=local_zone())
