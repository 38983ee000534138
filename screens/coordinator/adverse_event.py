"""The form for an adverse event, the same wherever it is reported.

Contents: `fill_in_adverse_event`.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import TypeVar

import streamlit as st

from data.records.people import Actor
from data.records.safety import AdverseEvent, Causality
from data.storage.store import Store
from screens.acts import attempt, local_zone
from screens.state import key_of, of_screen
from trials.safety import HARM_DOMAINS, AdverseEventReport, record_adverse_event

Choice = TypeVar("Choice")
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


@dataclass(kw_only=True, slots=True)
class Reports:
    """Which report of this tab the form is for: the next one begins with an empty form."""

    recorded: int = 0


@dataclass(frozen=True, kw_only=True, slots=True)
class Entered:
    """What stands in the form; None where nothing was chosen yet."""

    participant_id: str | None
    term: str
    started_at: datetime | None
    aware_at: datetime | None
    domain: str | None
    grade: int | None
    seriousness: str | None
    causality: Causality | None
    expected: bool | None
    action: str
    outcome: str | None


def fill_in_adverse_event(
    store: Store, actor: Actor, participant_ids: Sequence[str], *, session_id: str | None = None
) -> AdverseEvent | None:
    """Draw the form; return the event when it has just been recorded."""
    reports = of_screen(Reports)
    form = f"{session_id or ''}.{reports.recorded}"
    now = store.clock().astimezone(local_zone()).replace(second=0, microsecond=0, tzinfo=None)
    with st.form(key_of("adverse_event", form)):
        entered = draw_fields(form, participant_ids, now)
        st.caption("A follow-up is a new report. A report is never changed.")
        pressed = st.form_submit_button("Record the adverse event", type="primary")
    if not pressed:
        return None
    report = report_of(entered, session_id)
    if report is None:
        st.error("Some fields are still empty. Please choose an answer in each of them.")
        return None
    recorded = attempt(lambda: record_adverse_event(store, actor, report))
    if recorded is not None:
        reports.recorded += 1
    return recorded


def draw_fields(form: str, participant_ids: Sequence[str], now: datetime) -> Entered:
    """Draw the fields, two columns where two belong together, and return what stands in them."""
    only = 0 if len(participant_ids) == 1 else None
    who = st.selectbox("Participant", participant_ids, index=only)
    term = st.text_input("What happened, in the participant's own words")
    left, right = st.columns(2)
    with left:
        started_at = ask_moment("Began", now, key_of("adverse_event", f"{form}.began"))
        domain = st.selectbox("Kind of harm", HARM_DOMAINS, index=None, format_func=str.capitalize)
        causality = choose("Related to the listening", CAUSALITY)
    with right:
        aware_at = ask_moment(
            "The team learnt of it",
            now,
            key_of("adverse_event", f"{form}.aware"),
            help_text="Starts the 24 hours in which a serious event must be reported.",
        )
        grade = choose("Grade (CTCAE)", GRADES)
        expected = choose("Expected", EXPECTED)
    return Entered(
        participant_id=who,
        term=term or "",
        started_at=started_at,
        aware_at=aware_at,
        domain=domain,
        grade=grade,
        seriousness=st.selectbox("Seriousness", SERIOUSNESS, index=None),
        causality=causality,
        expected=expected,
        action=st.text_input("What was done") or "",
        outcome=st.selectbox("Outcome so far", OUTCOMES, index=None),
    )


def choose(label: str, words: Mapping[Choice, str]) -> Choice | None:
    """Draw a choice between values that are shown in words; None until one is chosen."""
    return st.selectbox(label, words, index=None, format_func=words.__getitem__)


def ask_moment(
    label: str, now: datetime, key: str, help_text: str | None = None
) -> datetime | None:
    """Draw a date with a time.

    The key keeps what was entered: without it a field whose default has moved on with the clock is
    another field to Streamlit, and shows the new default instead.
    """
    return st.datetime_input(
        label, value=now, format="DD/MM/YYYY", step=300, help=help_text, key=key
    )


def report_of(entered: Entered, session_id: str | None) -> AdverseEventReport | None:
    """Return the report that was entered; None while a field is empty."""
    if (
        entered.participant_id is None
        or entered.started_at is None
        or entered.aware_at is None
        or entered.domain is None
        or entered.grade is None
        or entered.seriousness is None
        or entered.causality is None
        or entered.expected is None
        or entered.outcome is None
    ):
        return None
    serious = entered.seriousness != NOT_SERIOUS
    return AdverseEventReport(
        participant_id=entered.participant_id,
        term=entered.term,
        domain=entered.domain,
        grade=entered.grade,
        serious=serious,
        seriousness=entered.seriousness if serious else "",
        causality=entered.causality,
        expected=entered.expected,
        outcome=entered.outcome,
        action=entered.action,
        session_id=session_id,
        started_at=at_moment(entered.started_at),
        aware_at=at_moment(entered.aware_at),
    )


def at_moment(entered: datetime) -> datetime:
    """Return what was entered as a moment in the browser's time zone."""
    return entered.replace(tzinfo=local_zone())
