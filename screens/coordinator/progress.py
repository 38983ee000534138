"""The line of steps from a person's name to the kit code, and where one participant stands on it.

Contents: `Step`, `step_of`, `show_progress`.
"""

from collections.abc import Sequence
from enum import StrEnum
from html import escape

import streamlit as st

from data.records.participants import ParticipantState
from trials.forms import DueForm, FormState

STYLE = """<style>
.steps { display: flex; flex-wrap: wrap; gap: 0.35rem; list-style: none; }
.steps li { margin: 0; padding: 0.3rem 0.8rem; border-radius: 1rem; border: 1px solid #8a97a3;
  font-size: 0.9rem; color: #4a5560; background: #fff; }
.steps li.done { border-color: #2f6b3c; color: #1f4f2b; background: #eef6f0; }
.steps li.now { border-color: #0b5c8a; color: #fff; background: #0b5c8a; font-weight: 600; }
</style>"""


class Step(StrEnum):
    """One step of enrolment; the value is what the progress line says."""

    IDENTITY = "Identity"
    CONSENT = "Consent"
    SCREENING = "Screening questions"
    ELIGIBILITY = "Eligibility"
    BASELINE = "Baseline"
    CONFIRM = "Confirm"
    RESULT = "Result"


_STEP_AT = {
    ParticipantState.PRESCREENED: Step.CONSENT,
    ParticipantState.ELIGIBLE: Step.BASELINE,
    ParticipantState.BASELINE_COMPLETE: Step.CONFIRM,
    ParticipantState.RANDOMIZED: Step.RESULT,
}


def step_of(state: ParticipantState, due: Sequence[DueForm]) -> Step | None:
    """Return the step that is next for a participant; None when enrolment ended otherwise."""
    if state is ParticipantState.CONSENTED:
        unfinished = any(form.state is not FormState.COMPLETE for form in due)
        return Step.SCREENING if unfinished else Step.ELIGIBILITY
    return _STEP_AT.get(state)


def show_progress(now: Step | None) -> None:
    """Draw the line: what is done, what is now, what comes."""
    steps = list(Step)
    at = steps.index(now) if now is not None else 0
    items = "".join(_item(step, index, at) for index, step in enumerate(steps))
    st.html(
        f'{STYLE}<ol class="steps" style="margin: 0 0 0.5rem; padding: 0" aria-label="Steps of enrolment">{items}</ol>'
    )


def _item(step: Step, index: int, at: int) -> str:
    if index < at:
        return f'<li class="done">✓ {escape(step.value)}</li>'
    if index == at:
        return f'<li class="now" aria-current="step">{index + 1}. {escape(step.value)}</li>'
    return f"<li>{index + 1}. {escape(step.value)}</li>"
